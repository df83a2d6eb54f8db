import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/*
 * Pages in a real browser, opened from disk, with the network blocked.
 *
 * CHROMIUM names another browser than Debian's. Screenshots go to SCREENSHOTS, by default
 * test/browser/screenshots.
 */

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const here = fileURLToPath(new URL(".", import.meta.url));

/** Whether there is a browser. */
export const there: boolean = existsSync(executablePath);

/** What to add to the name of tests that are skipped. */
export const skipped: string = there ? "" : ` (no browser at ${executablePath}, so skipped)`;

export const screenshots: string = process.env.SCREENSHOTS ?? join(here, "screenshots");

export function launch(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath, args: [...args, ...quiet] });
}

/** A page, and what it asked for or complained about. */
export interface OpenPage {
  readonly page: Page;
  readonly noticed: string[];
  readonly close: () => Promise<void>;
}

/** Opens a file, and records requests, errors and warnings. */
export async function openFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
  fragment = "",
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
  await context.setOffline(true);
  const page = await context.newPage();
  const noticed: string[] = [];
  const url = pathToFileURL(file).href;
  page.on("request", (request) => {
    const [asked] = request.url().split("#");
    if (asked !== url && !asked.startsWith("blob:")) noticed.push(`request ${asked.slice(0, 80)}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") noticed.push(message.text());
  });
  page.on("pageerror", (error) => noticed.push(error.message));
  await page.goto(`${url}${fragment}`);
  await page.waitForSelector("main section");
  return { page, noticed, close: () => context.close() };
}

/** Handwritten strokes of each digit, on a pad of 280 x 280. */
export const written: Record<string, [number, number][][]> = JSON.parse(
  readFileSync(join(here, "strokes.json"), "utf8"),
);
const PAD = 280;

/** Draws strokes on the pad with the mouse. */
export async function draw(page: Page, strokes: [number, number][][]): Promise<void> {
  const pad = page.locator("#pad");
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width } = (await pad.boundingBox())!;
  const zoom = width / PAD;
  for (const stroke of strokes) {
    const [first, ...others] = stroke.map(([px, py]) => [x + px * zoom, y + py * zoom] as const);
    await page.mouse.move(...first);
    await page.mouse.down();
    for (const place of others) await page.mouse.move(...place);
    await page.mouse.up();
  }
}

/** By how many pixels a page is wider than its window. */
export function excessWidth(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
