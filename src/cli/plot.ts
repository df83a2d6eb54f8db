import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../errors.js";
import { type CurveHistory, curvesOptions } from "../report/curveOptions.js";

/** Pixels: as wide as a README shows a picture, and high enough for six marks on an axis. */
const SIZE = { width: 800, height: 320 };
/** Pixels of a PNG for each of those, so that it is sharp on dense screens, too. */
const PNG_SCALE = 2;

/**
 * Refuses a name that does not say what kind of picture it is to be.
 *
 * @throws {UsageError} when it ends in neither .svg nor .png
 */
export function checkPictureName(flag: string, path: string): void {
  if (isSvg(path) || isPng(path)) return;
  throw new UsageError(`${flag} ${path}: expected a file name that ends in .svg or .png`);
}

const isSvg = (path: string) => extname(path).toLowerCase() === ".svg";
const isPng = (path: string) => extname(path).toLowerCase() === ".png";

/** The curves of a run as the content of a file with that name: SVG text, or the bytes of a PNG. */
export async function drawCurves(
  path: string,
  history: CurveHistory,
): Promise<string | Uint8Array> {
  // Loaded here, so that only a run that draws waits for them.
  const { drawChart } = await import("../report/charts.js");
  const svg = drawChart(curvesOptions(history, "light"), SIZE);
  if (isSvg(path)) return svg;
  const { rasterize } = await import("../report/rasterize.js");
  const font = new URL("../report/fonts/DejaVuSans.ttf", import.meta.url);
  return rasterize(svg, fileURLToPath(font), PNG_SCALE);
}
