import { boxChart } from "./boxChart.js";
import { brailleChart } from "./brailleChart.js";
import type { Chart, LineStyle } from "./chart.js";

/**
 * A chart below its head: its height and at most 4 lines more, none longer than its width and `MARGIN`; in
 * braille where a terminal has it.
 */
export function chartLines(chart: Chart, style: LineStyle): string[] {
  return style.braille ? brailleChart(chart, style) : boxChart(chart, style);
}
