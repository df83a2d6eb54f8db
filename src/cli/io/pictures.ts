import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../errors.js";

/*
 * Pictures that a flag names: drawn as SVG, and made into a PNG where the name asks for one.
 */

/** The font for all text in a PNG, which the build puts beside the reports; an SVG is set by its viewer. */
const font = fileURLToPath(new URL("../../render/svg/fonts/DejaVuSans.ttf", import.meta.url));

/** Pixels of a PNG for each of the SVG, so that text is sharp on dense screens, too. */
export const pngScale = 2;

/**
 * Refuses a name that does not say what kind of picture it is to be.
 *
 * @throws {UsageError} when it ends in neither .svg nor .png
 */
export function checkPictureName(flag: string, path: string): void {
  if (extname(path).toLowerCase() === ".svg" || isPngName(path)) return;
  throw new UsageError(`${flag} ${path}: expected a file name that ends in .svg or .png`);
}

/** Whether a name asks for a PNG. */
export function isPngName(path: string): boolean {
  return extname(path).toLowerCase() === ".png";
}

/** What a file with that name is to hold: the SVG as it is, or the bytes of a PNG. */
export async function pictureOf(path: string, svg: string): Promise<string | Uint8Array> {
  if (!isPngName(path)) return svg;
  const { rasterize } = await import("../../render/svg/rasterize.js"); // only who draws waits for it
  return rasterize(svg, font, pngScale);
}
