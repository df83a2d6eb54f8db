import type { CurveHistory } from "../../render/curves.js";
import { curvesOptions } from "../../render/svg/curveOptions.js";
import { pictureOf } from "./pictures.js";

/** Pixels: as wide as a README shows a picture, and high enough for six marks on an axis. */
const SIZE = { width: 800, height: 320 };

/** The curves of a run as the content of a file with that name: SVG text, or the bytes of a PNG. */
export async function drawCurves(
  path: string,
  history: CurveHistory,
): Promise<string | Uint8Array> {
  const { drawChart } = await import("../../render/svg/charts.js"); // only a run that draws waits for it
  return pictureOf(path, drawChart(curvesOptions(history, "light"), SIZE));
}
