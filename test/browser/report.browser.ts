import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeIdx } from "../../src/dataset/idx.js";
import { ofAnySize } from "../../src/render/numbers.js";
import { type Role, writeDataFolder } from "../support/dataFolder.js";
import { mnist } from "../support/mnist.js";
import { runCommand } from "../support/runCommand.js";
import {
  draw,
  excessWidth,
  launch,
  openFile,
  paleBorders,
  screenshots,
  skipped,
  there,
  violations,
  written,
} from "./pages.js";

/* The report page in a real browser: see pages.ts. */

const folder = mkdtempSync(join(tmpdir(), "mnist-train-browser-"));
let browser: Browser;

async function command(name: "mnist-train" | "mnist-report", args: string): Promise<void> {
  const { exitCode, stderr } = await runCommand(name, args.split(" "), folder);
  expect(exitCode, stderr).toBe(0);
}

/** A data set made of MNIST's first images, each turned into one of another size. */
async function otherData(
  name: string,
  rows: number,
  columns: number,
  pixel: (image: Uint8Array, row: number, column: number) => number,
): Promise<string> {
  const data = await mnist();
  const files = Object.fromEntries(
    (["train", "test"] as const).flatMap((part) => {
      const count = part === "train" ? 2000 : 300;
      const values = new Uint8Array(count * rows * columns);
      for (let n = 0; n < count; n++) {
        const image = data[part].images.subarray(n * 784, (n + 1) * 784);
        for (let i = 0; i < rows * columns; i++) {
          values[n * rows * columns + i] = pixel(image, Math.floor(i / columns), i % columns);
        }
      }
      const labels = data[part].labels.slice(0, count);
      return [
        [`${part}Images`, encodeIdx({ values, shape: [count, rows, columns] })],
        [`${part}Labels`, encodeIdx({ values: labels, shape: [count] })],
      ];
    }),
  ) as Record<Role, Uint8Array>;
  const place = join(folder, name);
  mkdirSync(place);
  return writeDataFolder(files, place);
}

beforeAll(async () => {
  if (!there) return;
  await command("mnist-train", "--history history.json --snapshots snapshots --quiet");
  await command("mnist-report", "model.json --history history.json");
  const plain = "--reg 0 --iterations 60 --batch-size 50 --limit 500 --validation 100 --hidden 20";
  await command("mnist-train", `${plain} --out plain.json --history plain-history.json --quiet`);
  await command("mnist-report", "plain.json --history plain-history.json --out plain.html");
  const short = "--epochs 3 --out short.json --history short-history.json --quiet";
  await command("mnist-train", `--hidden 20,50 ${short}`);
  const histories = "--history history.json short-history.json";
  await command("mnist-report", `model.json ${histories} --snapshots snapshots --out runs.html`);
  await command("mnist-train", "--iterations 20 --hidden 1600 --out wide.json --quiet");
  await command("mnist-report", "wide.json --out wide.html");
  const few = "--limit 1800 --validation 200 --iterations 400 --hidden 30 --quiet";
  const narrow = await otherData("narrow", 28, 20, (image, r, c) => image[r * 28 + c + 4]);
  await command("mnist-train", `--data ${narrow} ${few} --out narrow.json`);
  await command("mnist-report", `narrow.json --data ${narrow} --out narrow.html`);
  const named = JSON.parse(readFileSync(join(folder, "narrow.json"), "utf8"));
  named.classNames = named.classNames.map((_: string, c: number) =>
    c < 2 ? "<b>twice</b>" : `${c}${"name".repeat(75)}`,
  );
  writeFileSync(join(folder, "named.json"), JSON.stringify(named));
  await command("mnist-report", `named.json --data ${narrow} --out named.html`);
  const tiny = await otherData("tiny", 7, 7, (image, r, c) => image[(4 * r + 2) * 28 + 4 * c + 2]);
  await command("mnist-train", `--data ${tiny} ${few} --out tiny.json`);
  await command("mnist-report", `tiny.json --data ${tiny} --out tiny.html`);
  await command("mnist-train", "--recipe fast --out upright.json --quiet");
  await command("mnist-report", "upright.json --out upright.html");
  mkdirSync(screenshots, { recursive: true });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page, and records requests, errors and warnings. */
const open = (file: string, options: BrowserContextOptions = {}) =>
  openFile(browser, join(folder, file), options);

describe.skipIf(!there)(`the report's page${skipped}`, () => {
  it("makes no requests and no errors, and is under 4 MB", async () => {
    const { page, noticed, close } = await open("report.html");
    expect(statSync(join(folder, "report.html")).size).toBeLessThan(4_000_000);
    expect(await page.locator("#run td").first().innerText()).toBe("50000");
    const links = page.locator("nav a");
    expect(
      await links.evaluateAll((all) => all.map((a) => a.getAttribute("href")?.slice(1))),
    ).toEqual(await page.locator("main section").evaluateAll((all) => all.map(({ id }) => id)));
    for (const section of await page.locator("main section").all()) {
      expect((await section.innerText()).length).toBeGreaterThan(20);
    }
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.waitForTimeout(300);
    expect(noticed).toEqual([]);
    // The policy of the page stops requests as well.
    const answer = await page.evaluate(() => fetch("https://example.org").catch(() => "stopped"));
    expect(answer).toBe("stopped");
    expect(noticed.join()).toMatch(/Content Security Policy/);
    await close();
  });

  it("reads ten digits drawn with the mouse, nine of them right at least", async () => {
    const { page, noticed, close } = await open("report.html");
    const read: Record<string, string> = {};
    for (const [digit, strokes] of Object.entries(written)) {
      await draw(page, strokes);
      read[digit] = await page.locator("#answer").innerText();
      if (digit === "5")
        await page.locator("#draw").screenshot({ path: join(screenshots, "draw.png") });
      await page.click("#clear");
    }
    const right = Object.entries(read).filter(([digit, answer]) => digit === answer);
    process.stdout.write(`drawn: answered ${JSON.stringify(read)}\n`);
    expect(right.length, JSON.stringify(read)).toBeGreaterThanOrEqual(9);
    expect(await page.locator("#draw .empty").innerText()).toMatch(/nothing to answer/);
    expect(noticed).toEqual([]);
    await close();
  });

  it("deskews drawings for a network of deskewed images, and says so", async () => {
    const { page, noticed, close } = await open("upright.html");
    const tops = [40, 210]; // a one that leans to the left, which is rare, and one that leans to the right
    for (const top of tops) {
      await page.click("#clear");
      await draw(page, [
        [
          [top, 40],
          [250 - top, 240],
        ],
      ]);
      expect(await page.locator("#answer").innerText()).toBe("1");
    }
    expect(await page.locator("#draw figcaption").first().innerText()).toBe(
      "What the network saw, deskewed",
    );
    expect(noticed).toEqual([]);
    await close();
  });

  it("explains the selected class until it is deselected or the pad is cleared", async () => {
    const { page, close } = await open("report.html");
    const why = page.locator("#draw figcaption").last();
    await draw(page, written[1]);
    expect(await why.innerText()).toMatch(/^Why 1/);
    await page.locator("#draw .bars button").nth(7).click();
    expect(await why.innerText()).toMatch(/^Why 7/);
    await page.locator("#draw .bars button").nth(7).click();
    expect(await why.innerText()).toMatch(/^Why 1/);
    await page.locator("#draw .bars button").nth(7).click();
    await page.click("#clear");
    await draw(page, written[1]);
    expect(await why.innerText()).toMatch(/^Why 1/);
    await close();
  });

  it("lifts the pen of the keyboard when its strokes are removed", async () => {
    const { page, close } = await open("report.html");
    await page.focus("#pad");
    await page.keyboard.press(" ");
    for (let n = 0; n < 5; n++) await page.keyboard.press("ArrowDown");
    await page.locator("#draw button", { hasText: "Undo" }).click();
    await page.focus("#pad");
    await page.keyboard.press("ArrowUp");
    expect(await page.locator("#pad polyline").count()).toBe(0);
    expect(await page.locator("#draw .empty").innerText()).toMatch(/nothing to answer/);
    await close();
  });

  it("can be drawn on by keyboard, and with a finger", async () => {
    const { page, close } = await open("report.html");
    await page.focus("#pad");
    for (let n = 0; n < 9; n++) await page.keyboard.press("ArrowUp");
    await page.keyboard.press(" ");
    for (let n = 0; n < 19; n++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press(" ");
    expect(await page.locator("#answer").innerText()).toBe("1");
    await close();

    const phone = await open("report.html", {
      viewport: { width: 390, height: 800 },
      hasTouch: true,
      isMobile: true,
    });
    const pad = phone.page.locator("#pad");
    await pad.scrollIntoViewIfNeeded();
    const before = await phone.page.evaluate(() => scrollY);
    const { x, y, width } = (await pad.boundingBox())!;
    const session = await phone.page.context().newCDPSession(phone.page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", px = 0, py = 0) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: type === "touchEnd" ? [] : [{ x: x + px * width, y: y + py * width }],
      });
    await touch("touchStart", 0.52, 0.15);
    for (let n = 1; n <= 20; n++) await touch("touchMove", 0.52 - n * 0.001, 0.15 + n * 0.035);
    await touch("touchEnd");
    expect(await phone.page.locator("#answer").innerText()).toBe("1");
    expect(await phone.page.evaluate(() => scrollY), "the pad scrolled").toBe(before);
    await phone.close();
  });

  it("shows accuracy, pad and an answered example on the first screen, and keeps its links in sight", async () => {
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      const { page, noticed, close } = await open("report.html", { viewport });
      expect(await page.locator(".headline strong").innerText()).toMatch(/^9\d\.\d\d %$/);
      expect(await page.locator("#answer").innerText()).toBe("3");
      expect(await page.locator("#draw .answer").innerText()).toMatch(/^The example is answered/);
      for (const what of [".headline", "#pad", ".badge", "#answer", "#draw .bars"]) {
        const { y, height } = (await page.locator(what).boundingBox())!;
        expect(y, what).toBeGreaterThanOrEqual(0);
        expect(y + height, `${what}, ${viewport.width} pixels`).toBeLessThanOrEqual(
          viewport.height,
        );
      }
      const run = (await page.locator("#run").boundingBox())!;
      expect(run.y).toBeGreaterThan((await page.locator("#pad").boundingBox())!.y);
      await page.screenshot({ path: join(screenshots, `first-${viewport.width}.png`) });
      await page.evaluate(() => document.getElementById("classes")!.scrollIntoView());
      const links = page.locator("nav.sections");
      await expect.poll(() => links.locator("[aria-current]").innerText()).toBe("Classes");
      expect((await links.boundingBox())!.y).toBe(0);
      const current = (await links.locator("[aria-current]").boundingBox())!;
      expect(current.x).toBeGreaterThanOrEqual(0);
      expect(current.x + current.width).toBeLessThanOrEqual(viewport.width);
      await draw(page, written[1]);
      expect(await page.locator(".badge").count()).toBe(0);
      expect(await page.locator("#draw .answer").innerText()).toMatch(
        /^Your drawing is answered\s+1/,
      );
      expect(noticed).toEqual([]);
      await close();
    }
  });

  it("shows a test image as the example where classes are no digits", async () => {
    const { page, noticed, close } = await open("named.html");
    expect(await page.locator("#draw .answer small").innerText()).toMatch(
      /^The example, test image \d+, is answered$/,
    );
    expect(await page.locator(".example canvas").count()).toBe(1);
    await draw(page, written[1]);
    expect(await page.locator(".example").count()).toBe(0);
    expect(noticed).toEqual([]);
    await close();
  });

  it("draws a probability of p % as p % of its track", async () => {
    const { page, close } = await open("report.html");
    for (const part of ["#draw", "#step .strip-probabilities"]) {
      const rows = await page.locator(`${part} .bars li`).evaluateAll((all) =>
        all.map((row) => {
          const [bar, track] = [".bar", ".bar-track"].map(
            (name) => row.querySelector(name)!.getBoundingClientRect().width,
          );
          return [Number.parseFloat(row.querySelector(".bar-text")!.textContent!), bar / track];
        }),
      );
      expect(rows).toHaveLength(10);
      for (const [percent, share] of rows) expect(100 * share).toBeCloseTo(percent, 0);
      expect(Math.max(...rows.map(([percent]) => percent))).toBeLessThan(99.999);
    }
    await close();
  });

  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

  it("fits the confusion matrix into a phone, and opens a cell and a unit in sight, next to it", async () => {
    const { page, noticed, close } = await open("report.html", phone);
    expect(await page.locator(".confusion .corner").innerText()).toMatch(/^label ↓\s+answer →$/);
    const misplaced = await page.locator(".confusion td > *").evaluateAll((all) =>
      all.flatMap((cell) => {
        const { left, right } = cell.getBoundingClientRect();
        const range = document.createRange();
        range.selectNodeContents(cell);
        const lines = range.getClientRects().length;
        const fits = range.getBoundingClientRect().width <= right - left;
        return left >= 0 && right <= innerWidth && lines === 1 && fits ? [] : [cell.textContent];
      }),
    );
    expect(misplaced).toEqual([]);
    /** Distance below what was tapped, and whether it is in sight. */
    const placeOf = async (opened: string, tapped: string) => {
      const [panel, button] = await Promise.all([
        page.locator(opened).boundingBox(),
        page.locator(tapped).boundingBox(),
      ]);
      return { below: panel!.y - (button!.y + button!.height), top: panel!.y };
    };
    for (const of of ["2 answered 7", "9 answered 9"]) {
      await page.locator(`.cell[aria-label$="of ${of}"]`).tap();
      const { below, top } = await placeOf("#cell", '.cell[aria-pressed="true"]');
      expect(below).toBeGreaterThanOrEqual(0);
      expect(below).toBeLessThan(40);
      expect(top).toBeGreaterThan(40); // the links
      expect(top).toBeLessThan(700);
    }
    await page.screenshot({ path: join(screenshots, "phone-cell.png") });
    for (const n of [2, 30]) {
      await page.locator("#units .units > li > .image").nth(n).tap();
      const { below, top } = await placeOf("#unit", '#units .image[aria-pressed="true"]');
      expect(below).toBeGreaterThanOrEqual(0);
      expect(below).toBeLessThan(40);
      expect(top).toBeGreaterThan(40);
      expect(top).toBeLessThan(700);
      await page.screenshot({ path: join(screenshots, "phone-unit.png") });
    }
    expect(noticed).toEqual([]);
    await close();
  });

  it("lists right answers from the least sure, wrong ones from the surest, and says so", async () => {
    const { page, close } = await open("report.html");
    for (const [cell, order, direction] of [
      [".cell.right", "least sure first", 1],
      ['.cell[aria-label="10 images of 4 answered 9"]', "surest first", -1],
    ] as const) {
      await page.locator(cell).first().click();
      expect(await page.locator("#cell .lead").innerText()).toContain(order);
      const shares = (await page.locator("#cell small").allInnerTexts()).map(Number.parseFloat);
      expect(shares.length).toBeGreaterThan(5);
      expect(shares).toEqual([...shares].sort((a, b) => direction * (a - b)));
    }
    expect(await page.locator("#mistakes .lead").innerText()).toMatch(/highest confidence first/);
    await close();
  });

  it("links the eight hidden units that mattered most to image and scores", async () => {
    const { page, noticed, close } = await open("report.html");
    const step = page.locator("#step");
    await step.scrollIntoViewIfNeeded();
    const units = step.locator(".strip-unit");
    expect(await units.count()).toBe(8);
    expect(await units.first().innerText()).toMatch(/^unit \d+\s+activation [\d.]+\s+for \d: /);
    expect(await step.locator(".links path.plain").count()).toBe(8);
    expect(await step.locator(".links path").count()).toBeGreaterThan(40);
    await units.nth(2).hover();
    const [name] = (await units.nth(2).innerText()).split("\n");
    expect(await step.locator(".strip-input h3").innerText()).toBe(`Into ${name}`);
    expect(await step.locator(".links path.plain:not(.faint)").count()).toBe(1);
    await page.mouse.move(0, 0);
    expect(await step.locator(".links path.faint").count()).toBe(0);
    await units.nth(0).focus();
    await page.keyboard.press("ArrowDown");
    expect(await step.locator(".links path.plain:not(.faint)").count()).toBe(1);
    // All activations, each with the number of its unit.
    await step.locator(".unit-cells").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await step.locator(".unit-read").innerText()).toMatch(/^unit 1: [\d.]+$/);
    const places = await step
      .locator("#change figure")
      .evaluateAll((all) => all.map((figure) => Math.round(figure.getBoundingClientRect().top)));
    expect(new Set(places).size, "why, change and changed are beside one another").toBe(1);
    expect(places).toHaveLength(3);
    expect(noticed).toEqual([]);
    await close();
  });

  it("shows each hidden unit on a scale of its own, with a key and the images that excite it", async () => {
    const { page, noticed, close } = await open("report.html");
    /** The share of the colors of a tile that is not near the paper. */
    const colored = () =>
      page.locator("#units canvas").evaluateAll((all) =>
        (all as HTMLCanvasElement[]).map((canvas) => {
          const { width, height } = canvas;
          const copy = new OffscreenCanvas(width, height);
          const context = copy.getContext("2d", { willReadFrequently: true })!;
          context.drawImage(canvas, 0, 0);
          const { data } = context.getImageData(0, 0, width, height);
          let count = 0;
          for (let i = 0; i < data.length; i += 4)
            count += Number(Math.min(data[i], data[i + 2]) < 190);
          return count / (width * height);
        }),
      );
    const pale = (shares: number[]) => shares.filter((share) => share < 0.02).length;
    expect(await page.locator("#units .key").innerText()).toMatch(
      /ink deactivates\s+ink activates/,
    );
    const own = await colored();
    expect(own).toHaveLength(60);
    expect(pale(own)).toBe(0);
    await page.locator("#units input[type=checkbox]").check();
    expect(pale(await colored())).toBeGreaterThan(5);
    await page.locator("#units .image").nth(5).click();
    const activations = (await page.locator("#unit .images small").allInnerTexts()).map(Number);
    expect(activations).toHaveLength(8);
    expect(activations).toEqual([...activations].sort((a, b) => b - a));
    expect(noticed).toEqual([]);
    await close();
  });

  it("has at most 20 stops of the Tab key before the step-through; arrow keys move in its grids", async () => {
    const { page, noticed, close } = await open("report.html");
    let stops = 0;
    const focused = (what: string) =>
      page.evaluate((name) => document.activeElement?.closest(name) !== null, what);
    const visited: Record<string, number> = {};
    while (stops < 60) {
      await page.keyboard.press("Tab");
      if (await focused("#step")) break;
      stops++;
      const place = await page.evaluate(() => document.activeElement?.closest("section,nav")?.id);
      visited[place || "nav"] = (visited[place || "nav"] ?? 0) + 1;
    }
    process.stdout.write(`stops before the step-through: ${JSON.stringify(visited)}\n`);
    expect(stops).toBeLessThanOrEqual(20);
    const label = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    await page.locator(".cell").first().focus();
    await page.keyboard.press("ArrowRight");
    const right = await label();
    expect(right).toMatch(/ of 0 answered /);
    await page.keyboard.press("ArrowDown");
    expect(await label()).toMatch(/ of [12] answered /);
    await page.keyboard.press("End");
    expect(await label()).toMatch(/ of 9 answered 9$/);
    await page.locator("#mistakes .image").first().focus();
    const top = (await page.locator("#mistakes .image").first().boundingBox())!.y;
    await page.keyboard.press("ArrowDown");
    const box = await page.locator(":focus").boundingBox();
    expect(box!.y).not.toBe(top);
    expect(noticed).toEqual([]);
    await close();
  });

  it("opens the images behind a cell of the confusion matrix, and steps through one", async () => {
    const { page, noticed, close } = await open("report.html");
    const cell = page.locator(".cell:not(.right)").first();
    const count = Number(await cell.innerText());
    await cell.click();
    expect(await page.locator("#cell .image").count()).toBe(Math.min(count, 24));
    const title = await page.locator("#cell h3").innerText();
    const [, label, answer] = /^Labelled (\S+), answered (\S+)/.exec(title)!;
    await page.locator("#cell .image").first().click();
    expect(await page.locator("#step .stepping").innerText()).toMatch(
      new RegExp(`labelled ${label}, answered ${answer}$`),
    );
    expect(await page.locator("#change p").innerText()).toMatch(/in the mean, \d+ at most/);
    expect(await page.locator("#change select").inputValue()).toBe(label);
    await page.locator("#step").screenshot({ path: join(screenshots, "step.png") });
    const before = await page.locator("#step .stepping").innerText();
    await page.click("#step .next");
    expect(await page.locator("#step .stepping").innerText()).not.toBe(before);
    await page.locator("#units .image").first().click();
    expect(await page.locator("#unit h3").innerText()).toMatch(/^Hidden unit \d+/);
    expect(noticed).toEqual([]);
    await close();
  });

  it("shows the way back of an image with the numbers of mnist-show --backward", async () => {
    const { page, noticed, close } = await open("report.html");
    const way = page.locator("#backward");
    await page.locator(".cell:not(.right)").first().click();
    await page.locator("#cell .image").first().click();
    const [, index] = /^Test image (\d+)/.exec(await way.locator(".stepping").innerText())!;
    const { exitCode, stdout } = await runCommand(
      "mnist-show",
      `--backward --index ${index} --json`.split(" "),
      folder,
    );
    expect(exitCode).toBe(0);
    const { label, loss, dscores, dsums, unit, after, afterShare } = JSON.parse(stdout);
    const cells = await way
      .locator(".way > li")
      .first()
      .locator("tr td:last-child")
      .allInnerTexts();
    expect(cells).toEqual(dscores.map(ofAnySize));
    expect(await way.locator("code", { hasText: "dscores = p - y" }).count()).toBe(1);
    expect(await way.innerText()).toContain("reluBackward in src/layers/relu.ts");
    expect(await page.locator("#backward-unit p").innerText()).toContain(`Unit ${unit}: hidden = `);
    expect(await page.locator("#backward-unit p").innerText()).toContain(
      `dsums = ${ofAnySize(dsums[unit])}.`,
    );
    const stepped = page.locator("#stepped");
    const lossText = (then: number) => `Loss ${ofAnySize(loss)} → ${ofAnySize(then)} nats`;
    expect(await stepped.innerText()).toContain(lossText(after.loss));
    const rates = way.locator("table").last().locator("tbody tr");
    expect(await rates.first().innerText()).toContain(ofAnySize(afterShare.loss));

    // The slider, by keyboard, to the shortest step; the loss falls less.
    await page.focus("#rate");
    await page.keyboard.press("Home");
    expect(await page.locator("#rate").getAttribute("aria-valuetext")).toBe("1e-7");
    const [, least] = /→ ([\d.]+) nats/.exec(await stepped.innerText())!;
    expect(Number(least)).toBeLessThan(loss);
    expect(Number(least)).toBeGreaterThan(afterShare.loss);

    // Units: one that the ReLU stops, then one by its number.
    await way.locator(".units .image", { hasText: "stopped" }).first().click();
    expect(await page.locator("#backward-unit p").innerText()).toMatch(/dsums = 0: the ReLU stops/);
    await way.locator("input[type=number]").fill("3");
    expect(await page.locator("#backward-unit p").innerText()).toMatch(/^Unit 3:/);
    await way.locator(".next").click();
    expect(await page.locator("#step .stepping").innerText()).toBe(
      await way.locator(".stepping").innerText(),
    );
    expect(await way.locator(".way > li").first().innerText()).not.toContain(ofAnySize(loss));
    expect(dscores[label]).toBeLessThan(0);
    expect(noticed).toEqual([]);
    await close();
  });

  it("shows the raw and the smoothed loss at whole iterations, and marks whole epochs", async () => {
    const { page, noticed, close } = await open("report.html");
    const curves = page.locator("#curves");
    const loss = curves.locator(".plot-area").first();
    expect(await curves.locator(".plot-area").count()).toBe(2);
    expect(await curves.locator("figcaption").first().innerText()).toMatch(/^Loss with L2, nats/);
    await loss.scrollIntoViewIfNeeded();
    const { width, height } = (await loss.boundingBox())!;
    for (const share of [0.3, 0.61, 0.97]) {
      await loss.hover({ position: { x: share * width, y: height / 3 } });
      expect(await loss.locator(".tip").innerText()).toMatch(
        /^iteration \d+, (in|end of) epoch \d+\s+each batch\s+[\d.]+\s+smoothed\s+[\d.]+$/,
      );
    }
    const accuracy = curves.locator(".plot-area").last();
    await accuracy.hover({ position: { x: width / 2, y: height / 3 } });
    expect(await accuracy.locator(".tip").innerText()).toMatch(
      /^epoch \d+\s+training\s+[\d.]+ %\s+validation\s+[\d.]+ %$/,
    );
    await page.selectOption("#curves select", "0.1");
    for (const area of [loss, accuracy]) {
      expect(await area.locator(".x-tick").allTextContents()).toEqual([
        "36",
        "37",
        "38",
        "39",
        "40",
      ]);
    }
    await page.click("#curves summary");
    expect(await page.locator("#curves tbody tr").count()).toBe(41); // the start, then 40 epochs
    await curves.screenshot({ path: join(screenshots, "curves.png") });
    expect(noticed).toEqual([]);
    await close();
  });

  it("fits the vertical axes to the part of the run that is shown", async () => {
    const { page, noticed, close } = await open("report.html");
    const marks = async () => {
      const texts = await page.locator("#curves .y-tick").allTextContents();
      return texts.map(Number);
    };
    const whole = await marks();
    expect(Math.max(...whole.slice(0, 5))).toBeGreaterThan(1);
    // Drags across the last third of the loss.
    const loss = page.locator("#curves .plot-area").first();
    await loss.scrollIntoViewIfNeeded();
    const { x, y, width } = (await loss.boundingBox())!;
    await page.mouse.move(x + 0.7 * width, y + 100);
    await page.mouse.down();
    await page.mouse.move(x + 0.9 * width, y + 120, { steps: 4 });
    await page.mouse.up();
    const zoomed = await marks();
    expect(zoomed.length).toBeGreaterThan(4);
    expect(Math.max(...zoomed.filter((mark) => mark < 50))).toBeLessThan(0.5);
    expect(await page.inputValue("#curves select")).toBe("other");
    await page.locator("#curves button", { hasText: "Show all" }).click();
    expect(await marks()).toEqual(whole);
    expect(noticed).toEqual([]);
    await close();
  });

  it("reads and zooms curves by keyboard, and announces what it reads", async () => {
    const { page, noticed, close } = await open("report.html");
    const loss = page.locator("#curves .plot-area").first();
    await loss.focus();
    await page.keyboard.press("End");
    const tip = loss.locator(".tip");
    expect(await tip.getAttribute("aria-live")).toBe("polite");
    expect(await tip.innerText()).toMatch(/^iteration (99\d\d|10000), (in|end of) epoch 40/);
    await page.keyboard.press("ArrowLeft");
    expect(await tip.innerText()).toMatch(/^iteration 99\d\d, in epoch 40/);
    const before = await loss.locator(".x-tick").allTextContents();
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    const [first] = await loss.locator(".x-tick").allTextContents();
    expect(Number(first)).toBeGreaterThan(20);
    await page.keyboard.press("-");
    await page.keyboard.press("0");
    expect(await loss.locator(".x-tick").allTextContents()).toEqual(before);
    await page.keyboard.press("Home");
    expect(await tip.innerText()).toMatch(/^iteration 0\s/);
    expect(noticed).toEqual([]);
    await close();
  });

  it("cuts no label of a chart, on a wide page and on a phone", async () => {
    for (const width of [390, 1100]) {
      const { page, close } = await open("report.html", { viewport: { width, height: 800 } });
      for (const share of ["1", "0.1"]) {
        await page.selectOption("#curves select", share);
        const outside = await page.evaluate(() =>
          [...document.querySelectorAll("#curves .plot-area > svg text")].flatMap((text) => {
            const { left, right } = text.getBoundingClientRect();
            const others = [...text.parentElement!.parentElement!.querySelectorAll("text")];
            const isOver = others.some((other) => {
              const place = other.getBoundingClientRect();
              const mine = text.getBoundingClientRect();
              const apart =
                place.right <= mine.left ||
                place.left >= mine.right ||
                place.bottom <= mine.top ||
                place.top >= mine.bottom;
              return other !== text && !apart;
            });
            return left < 0 || right > innerWidth || isOver ? [text.textContent] : [];
          }),
        );
        expect(outside, `${width} pixels, ${share}`).toEqual([]);
      }
      await page.selectOption("#curves select", "1");
      await page.locator("#curves .plot-area").first().focus();
      for (const key of ["Home", ...new Array<string>(10).fill("PageDown")]) {
        await page.keyboard.press(key);
        const tip = (await page.locator("#curves .tip").first().boundingBox())!;
        expect(tip.x, `${width} pixels`).toBeGreaterThanOrEqual(0);
        expect(tip.x + tip.width, `${width} pixels`).toBeLessThanOrEqual(width);
      }
      await close();
    }
  });

  it("says that the loss includes L2 only where it does", async () => {
    const { page, noticed, close } = await open("plain.html");
    const curves = page.locator("#curves");
    expect(await curves.locator("figcaption").first().innerText()).toMatch(/^Loss, nats/);
    expect(await curves.innerText()).not.toMatch(/L2 term ½/);
    expect(noticed).toEqual([]);
    await close();
  });

  it("shows hidden units taking shape, at the moment of a slider", async () => {
    const { page, noticed, close } = await open("runs.html");
    expect(statSync(join(folder, "runs.html")).size).toBeLessThan(4_000_000);
    const shaping = page.locator("#shaping");
    const pixels = () =>
      shaping
        .locator("canvas")
        .first()
        .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    expect(await shaping.locator("output").innerText()).toMatch(/^after 10000 updates \(epoch 40/);
    const last = await pixels();
    await page.focus("#moment");
    await page.keyboard.press("Home");
    expect(await shaping.locator("output").innerText()).toBe("before the first update");
    expect(await pixels()).not.toBe(last);
    await shaping.screenshot({ path: join(screenshots, "shaping.png") });
    await shaping.locator("button", { hasText: "Play" }).click();
    await expect.poll(() => shaping.locator("output").innerText()).not.toMatch(/^before/);
    await page.keyboard.press("Tab");
    await page.keyboard.press("End");
    expect(await pixels()).toBe(last);
    expect(noticed).toEqual([]);
    await close();
  });

  it("compares runs on common axes, and in a table", async () => {
    const { page, noticed, close } = await open("runs.html");
    const compared = page.locator("#compare");
    expect(await compared.locator("figcaption").first().innerText()).toBe(
      "Smoothed loss with L2, nats",
    );
    const area = compared.locator(".plot-area").first();
    expect(await area.locator(".line").count()).toBe(3);
    await compared.locator(".legend button").first().click();
    expect(await area.locator(".line").count()).toBe(2);
    await compared.locator(".legend button").first().click();
    await area.focus();
    await page.keyboard.press("Home");
    expect(await area.locator(".tip").innerText()).toMatch(/^iteration 1\s[\s\S]*hidden 50/);
    expect(await compared.locator("tbody th").allInnerTexts()).toEqual([
      "hidden 200, iterations 10000",
      "hidden 20, epochs 3",
      "hidden 50, epochs 3",
    ]);
    expect(await compared.locator("tbody tr").first().innerText()).toMatch(/this model$/);
    await compared.screenshot({ path: join(screenshots, "compare.png") });
    expect(noticed).toEqual([]);
    await close();
    const other = await open("report.html");
    expect(await other.page.locator("#compare, #shaping").count()).toBe(0);
    await other.close();
  });

  it.each(
    Object.entries({
      light: { colorScheme: "light" },
      dark: { colorScheme: "dark" },
      phone: { viewport: { width: 390, height: 800 }, isMobile: true, deviceScaleFactor: 2 },
    } satisfies Record<string, BrowserContextOptions>),
  )("can be read in %s, and has no violations of accessibility", async (name, options) => {
    const { page, noticed, close } = await open("report.html", { ...options, bypassCSP: true });
    await page.locator(".cell:not(.right)").first().click();
    await page.locator("#units .image").nth(3).click();
    await page.locator("#step .strip-unit").nth(1).click();
    await page.locator("#curves .plot-area").first().focus();
    await page.keyboard.press("End");
    expect(await violations(page), "with everything open").toEqual([]);
    expect(await paleBorders(page)).toEqual([]);
    await draw(page, written[3]);
    await page.locator("#backward").screenshot({
      path: join(screenshots, `backward-${name}.png`),
    });
    expect(await excessWidth(page), "wider than the window").toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    expect(noticed).toEqual([]);
    await close();
  });

  it("has no violations of accessibility in a report of several runs", async () => {
    const { page, close } = await open("runs.html", { bypassCSP: true });
    await page.locator("#compare .plot-area").first().focus();
    await page.keyboard.press("End");
    expect(await violations(page)).toEqual([]);
    await close();
  });

  it("adapts to images of another size, and says what it does not know of them", async () => {
    const { page, noticed, close } = await open("narrow.html");
    expect(await page.locator("#draw .lead").innerText()).toMatch(
      /test images are those of narrow/,
    );
    await draw(page, written[1]);
    expect(await page.locator("#answer").innerText()).toBe("1");
    expect(await page.locator("#step .steps li").first().innerText()).toMatch(/28 x 20/);
    await page.locator("#units .image").first().click();
    await page.screenshot({ path: join(screenshots, "narrow.png"), fullPage: true });
    expect(noticed).toEqual([]);
    await close();
  });

  it("stays as wide as its window with names as long as lines, shows them as text, and twice", async () => {
    for (const width of [390, 1100]) {
      const { page, noticed, close } = await open("named.html", {
        viewport: { width, height: 800 },
      });
      await draw(page, written[1]);
      await page.locator(".cell:not(.right)").first().click();
      await page.locator("#cell .image").first().click();
      const wide = await excessWidth(page);
      expect(wide, `${width}: wider than the window`).toBeLessThanOrEqual(0);
      expect(await page.locator("#draw .bar-name").first().innerText()).toBe("<b>twice</b>");
      expect(await page.locator("#draw .bars li").count()).toBe(10);
      await page.screenshot({ path: join(screenshots, `named-${width}.png`), fullPage: true });
      expect(noticed).toEqual([]);
      await close();
    }
  });

  it("has no pad for images too small to draw, and says so", async () => {
    const { page, noticed, close } = await open("tiny.html");
    expect(await page.locator("#draw .empty").innerText()).toMatch(/7 x 7 pixels are too small/);
    expect(await page.locator("#step .steps > li").count()).toBe(5);
    expect(noticed).toEqual([]);
    await close();
  });

  it("leaves out what a page of 4 MB has no room for, and says why", async () => {
    const { page, noticed, close } = await open("wide.html");
    expect(statSync(join(folder, "wide.html")).size).toBeLessThan(4_000_000);
    for (const part of ["draw", "step", "backward", "units"]) {
      expect(await page.locator(`#${part} .empty`).innerText()).toMatch(/4 MB is the most/);
    }
    expect(await page.locator("#curves .empty").innerText()).toMatch(/without a history/);
    expect(await page.locator("#mistakes .image").count()).toBe(24);
    expect(noticed).toEqual([]);
    await close();
  });
});
