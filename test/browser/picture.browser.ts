import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/random.js";
import { drawn } from "../bench/drawings.js";
import { encodeJpeg, stored, withOrientation } from "../bench/jpegs.js";
import { coloured, papers } from "../bench/papers.js";
import { mnist } from "../support/mnist.js";
import { greyPng } from "../support/png.js";
import { type CommandName, runCommand } from "../support/runCommand.js";
import { launch, openFile, screenshots, skipped, there } from "./pages.js";

/* Pictures on the pads of the report and of the live page, in a real browser: see pages.ts. */

const folder = mkdtempSync(join(tmpdir(), "mnist-train-picture-"));
const inFolder = (name: string) => join(folder, name);
let browser: Browser;

async function command(name: CommandName, args: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(name, args.split(" "), folder);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** A shadow as a PNG, a turned photo and red ink on green as JPEGs, and noise. */
async function writePictures(): Promise<void> {
  const { test } = await mnist();
  const random = Random.fromSeed(5);
  const ink = (n: number) => drawn(test.images.subarray(n * 784, (n + 1) * 784), 200, 4, random);
  const side = { width: 200, height: 200 };
  const shadow = papers["hand's shadow"](ink(0), 200, random);
  writeFileSync(inFolder("shadow.png"), greyPng(200, 200, shadow));
  const photo = { ...side, channels: 1, data: papers.vignette(ink(1), 200, random) };
  writeFileSync(inFolder("turned.jpg"), withOrientation(encodeJpeg(stored(photo, 6), 85), 6));
  const red = { ...side, ...coloured["red on green"](ink(3), 200, random) };
  writeFileSync(inFolder("red.jpg"), encodeJpeg(red, 85));
  const noise = Uint8Array.from({ length: 60 * 60 }, () => Math.floor(256 * random.uniform()));
  writeFileSync(inFolder("noise.png"), greyPng(60, 60, noise));
  writeFileSync(inFolder("text.png"), "no picture");
}

beforeAll(async () => {
  if (!there) return;
  mkdirSync(screenshots, { recursive: true });
  await command("mnist-train", "--recipe fast --epochs 3 --limit 12000 --validation 1000 --quiet");
  await command("mnist-report", "model.json");
  await command("mnist-play", "play.html --quiet");
  await writePictures();
  browser = await launch();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Drops a file on an element, or pastes it. */
async function give(page: Page, event: "drop" | "paste", selector: string, name: string) {
  const type = name.endsWith("jpg") ? "image/jpeg" : name.endsWith("png") ? "image/png" : "";
  const base64 = readFileSync(inFolder(name), "base64");
  await page.locator(selector).evaluate(
    async (element, { event, base64, name, type }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name, { type }));
      const options = { bubbles: true, cancelable: true };
      element.dispatchEvent(
        event === "drop"
          ? new DragEvent("drop", { ...options, dataTransfer: data })
          : new ClipboardEvent("paste", { ...options, clipboardData: data }),
      );
    },
    { event, base64, name, type },
  );
}

/** The answer of the page to the picture of a name. */
async function answerTo(page: Page, name: string) {
  await page.waitForFunction(
    (text) => document.getElementById("picture-said")?.textContent?.startsWith(text),
    name,
  );
  const label = await page.locator("#answer").innerText();
  const percent = await page.locator(".answer span").first().innerText();
  const sure = (await page.locator("#doubt").count()) === 0;
  return { label, percent: Number.parseFloat(percent), sure };
}

describe.skipIf(!there)(`pictures on a pad${skipped}`, () => {
  it("get the answer of mnist-predict, chosen, dropped or pasted", async () => {
    const names = ["shadow.png", "turned.jpg", "red.jpg", "noise.png"];
    const { predictions } = JSON.parse(await command("mnist-predict", `${names.join(" ")} --json`));
    const { page, noticed, close } = await openFile(browser, inFolder("report.html"));
    const ways = [
      (name: string) => page.setInputFiles("#picture", inFolder(name)),
      (name: string) => give(page, "drop", "#pad", name),
      (name: string) => give(page, "paste", "body", name),
      (name: string) => give(page, "drop", "#pad", name),
    ];
    for (const [n, name] of names.entries()) {
      await ways[n](name);
      const { label, percent, sure } = await answerTo(page, name);
      const { probability, ...predicted } = predictions[n];
      expect({ label, sure }, name).toEqual({ label: predicted.label, sure: predicted.sure });
      // Browsers decode a JPEG a little differently.
      const most = name.endsWith("png") ? 0.0051 : 2;
      expect(Math.abs(percent - 100 * probability), name).toBeLessThan(most);
    }
    expect(predictions.map(({ sure }: { sure: boolean }) => sure)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    await page.locator("#draw").screenshot({ path: join(screenshots, "picture.png") });
    await page.click("#clear");
    expect(await page.locator("#picture-said").innerText()).toBe("");
    expect(await page.locator("#draw .empty").count()).toBe(1);
    expect(noticed).toEqual([]);
    await close();
  });

  it("are refused in one line if they are none", async () => {
    const { page, close } = await openFile(browser, inFolder("report.html"));
    await page.setInputFiles("#picture", inFolder("text.png"));
    await page.waitForFunction(() => document.getElementById("picture-said")?.textContent);
    const said = await page.locator("#picture-said").innerText();
    expect(said).toBe("text.png: not a picture that this browser can read; try a PNG or JPEG.");
    await close();
  });

  it("are answered on the live page, which takes a dropped model as well", async () => {
    const { page, noticed, close } = await openFile(browser, inFolder("play.html"));
    await page.waitForSelector("#play-button:not([disabled])");
    await give(page, "drop", "#drop", "model.json");
    await page.waitForFunction(() => document.getElementById("taken")?.textContent);
    expect(await page.locator("#taken").innerText()).toMatch(/^model\.json is loaded/);
    await page.setInputFiles("#picture", inFolder("shadow.png"));
    expect((await answerTo(page, "shadow.png")).label).toBe("7");
    expect(noticed).toEqual([]);
    await close();
  });
});
