/*
 * Takes the pictures of the pages. Of a report of the notebook recipe: its first screen, one image on its way, and
 * the images behind a cell on a phone, as docs/report*.png. Of the live page, after it has learned: docs/play-*.png, and
 * the hidden units taking shape as an animation, docs/play.png.
 *
 *     node test/browser/pictures.js
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { animated } from "./apng.js";

const root = new URL("../../", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "mnist-train-pictures-"));
const file = join(folder, "play.html");
const run = (name, ...flags) =>
  execFileSync(process.execPath, [fileURLToPath(new URL(`bin/${name}.js`, root)), ...flags], {
    cwd: folder,
  });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});

run("mnist-train", "--history", "history.json", "--quiet");
run("mnist-report", "--history", "history.json", "--quiet");
await takeReport();

run("mnist-play", file);
const page = await browser.newPage({ viewport: { width: 1080, height: 1000 } });
const phase = (name) =>
  page.waitForFunction((wanted) => document.documentElement.dataset.phase === wanted, name);
const save = (name, what = page) =>
  what.screenshot({ path: fileURLToPath(new URL(`docs/play-${name}.png`, root)) });

await page.goto(`${pathToFileURL(file)}#iterations=1000`);
await phase("paused");
await page.click("#play-button");
await phase("ended");
await page.waitForSelector("#verdict");
await save("learn");
await page.locator("#units").scrollIntoViewIfNeeded();
await save("units", page.locator("#units"));

/** Updates after which the hidden units are shown, and for how long. */
const moments = [0, 20, 40, 60, 80, 120, 160, 240, 400, 1000];
const frames = [];
const small = await browser.newPage({ viewport: { width: 760, height: 900 } });
for (const updates of moments) {
  // The same seed makes the same run, as far as it goes.
  await small.goto("about:blank");
  await small.goto(`${pathToFileURL(file)}#iterations=${Math.max(1, updates)}`);
  await small.waitForFunction(() => document.documentElement.dataset.phase === "paused");
  if (updates > 0) {
    await small.click("#play-button");
    await small.waitForFunction(() => document.documentElement.dataset.phase === "ended");
  }
  await small.locator("#units").scrollIntoViewIfNeeded();
  await small.locator("#units select").selectOption("number"); // each unit keeps its place
  await small.waitForTimeout(500); // what is in view is drawn within a tenth of a second
  const { x, y, width, height } = await small.locator("#units ul.units").boundingBox();
  frames.push(await small.screenshot({ clip: { x, y, width, height: height / 2 } }));
}
const seconds = moments.map((_, i) => (i === 0 || i === moments.length - 1 ? 2 : 0.5));
writeFileSync(new URL("docs/play.png", root), animated(frames, seconds));
await browser.close();
rmSync(folder, { recursive: true });

/** The pictures of the report. */
async function takeReport() {
  const address = pathToFileURL(join(folder, "report.html")).href;
  const pictureOf = (name) => fileURLToPath(new URL(`docs/${name}.png`, root));
  const report = await browser.newPage({ viewport: { width: 1080, height: 745 } });
  await report.goto(address);
  await report.waitForSelector("#answer");
  await report.screenshot({ path: pictureOf("report") });
  await report.setViewportSize({ width: 1080, height: 1500 });
  await report.locator(".strip").scrollIntoViewIfNeeded();
  await report.locator(".strip-unit").first().focus();
  await report.locator(".strip").screenshot({ path: pictureOf("report-step") });
  await report.close();
  const phone = await browser.newPage({
    ...{ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    deviceScaleFactor: 1.5,
  });
  await phone.goto(address);
  await phone.waitForSelector("#answer");
  await phone.locator('.cell[aria-label$=" of 4 answered 9"]').tap();
  await phone.screenshot({ path: pictureOf("report-phone") });
  await phone.close();
}
