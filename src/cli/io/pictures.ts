import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ComparedRun } from "../../render/comparison.js";
import type { CurveHistory } from "../../render/curves.js";
import { comparisonOptions } from "../../render/svg/comparisonOptions.js";
import { curvesOptions } from "../../render/svg/curveOptions.js";

/*
 * Pictures for a file: drawn as SVG, and rendered as PNG if the file's name ends in .png. What draws
 * them is imported on use, so that other runs start faster.
 */

/** The font for all text in a PNG, which the build puts beside the reports; an SVG viewer has its own. */
const font = fileURLToPath(new URL("../../render/svg/fonts/DejaVuSans.ttf", import.meta.url));

/** Pixels of a PNG for each of the SVG, so that text is sharp on dense screens, too. */
export const pngScale = 2;

/** Pixels of the curves: as wide as a README shows a picture, high enough for six marks on an axis. */
const CURVES = { width: 800, height: 320 };

/** Whether a file name asks for a PNG. */
export function isPngName(path: string): boolean {
  return extname(path).toLowerCase() === ".png";
}

/** The content of a picture file with this name: the SVG itself, or the bytes of a PNG. */
export async function pictureOf(path: string, svg: string): Promise<string | Uint8Array> {
  if (!isPngName(path)) return svg;
  const { rasterize } = await import("../../render/svg/rasterize.js");
  return rasterize(svg, font, pngScale);
}

/** The curves of several runs as the content of a picture file with this name. */
export async function drawComparison(
  path: string,
  runs: readonly ComparedRun[],
): Promise<string | Uint8Array> {
  const { drawChart } = await import("../../render/svg/charts.js");
  const { options, size } = comparisonOptions(runs, "light", CURVES);
  return pictureOf(path, drawChart(options, size));
}

/** The curves of a run as the content of a picture file with this name. */
export async function drawCurves(
  path: string,
  history: CurveHistory,
): Promise<string | Uint8Array> {
  const { drawChart } = await import("../../render/svg/charts.js");
  return pictureOf(path, drawChart(curvesOptions(history, "light"), CURVES));
}
