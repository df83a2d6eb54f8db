import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
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

/** The violations that axe finds in a page that was opened with bypassCSP, each with its element. */
export async function violations(page: Page): Promise<string[]> {
  const require = createRequire(import.meta.url);
  const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  const { violations: found } = await page.evaluate(async (script) => {
    new Function(script)();
    // biome-ignore lint/suspicious/noExplicitAny: axe is in the page only
    return (globalThis as any).axe.run(document);
  }, axe);
  return found.map(
    ({ id, nodes }: { id: string; nodes: { html: string }[] }) => `${id}: ${nodes[0].html}`,
  );
}

/** The buttons and choices whose border, where they have one, stands out from its surroundings by less than 3:1. */
export function paleBorders(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const context = document
      .createElement("canvas")
      .getContext("2d", { willReadFrequently: true })!;
    const rgba = (color: string) => {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (color: readonly number[]) => {
      const [r, g, b] = color.slice(0, 3).map((byte) => {
        const share = byte / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const around = (element: Element | null): number[] => {
      if (element === null) return [255, 255, 255, 255];
      const color = rgba(getComputedStyle(element).backgroundColor);
      return color[3] === 255 ? color : around(element.parentElement);
    };
    return [...document.querySelectorAll("button, select, input[type=number], .pad")].flatMap(
      (element) => {
        const border = rgba(getComputedStyle(element).borderTopColor);
        if (border[3] === 0) return [];
        const [dark, light] = [luminance(border), luminance(around(element.parentElement))].sort(
          (a, b) => a - b,
        );
        const contrast = (light + 0.05) / (dark + 0.05);
        return contrast >= 3 ? [] : [`${contrast.toFixed(2)}: ${element.outerHTML.slice(0, 100)}`];
      },
    );
  });
}
