/*
 * Takes the pictures of docs/play.md: writes the live page, lets it learn, and saves docs/play-*.png.
 *
 *     node test/browser/pictures.js
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = new URL("../../", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "mnist-train-pictures-"));
const file = join(folder, "play.html");
execFileSync(process.execPath, [fileURLToPath(new URL("bin/mnist-play.js", root)), file]);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
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
await browser.close();
rmSync(folder, { recursive: true });
