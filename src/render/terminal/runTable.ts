import { type FinishedRun, figureTitles, finalFigures, lineNames } from "../comparison.js";
import type { LineStyle } from "./chart.js";
import { aligned } from "./tables.js";
import { signOf } from "./terminalComparison.js";

/**
 * Runs as lines of text: the letter of each in the chart, its name, its final figures.
 *
 * @param columns of the terminal; figures go below their name where it has too few
 */
export function runTable(runs: readonly FinishedRun[], columns: number, style: LineStyle): string {
  const lines = lineNames(runs);
  const widest = Math.max(3, ...runs.map(({ name }) => name.length));
  const titles = figureTitles.map((title) => title.replace("smoothed ", "")); // 80 columns are few
  const [header, ...figures] = aligned([titles, ...runs.map(finalFigures)]).split("\n");
  const isWide = 5 + widest + header.length > columns;
  const rows = runs.map(({ name, line, remark }, i) => {
    const sign = signOf(lines.indexOf(line), style);
    const reached = `${figures[i]}  ${remark}`.trimEnd();
    return isWide
      ? `${sign}  ${name}\n   ${reached}`
      : `${sign}  ${name.padEnd(widest)}  ${reached}`;
  });
  return [isWide ? `   ${header}` : `   ${"run".padEnd(widest)}  ${header}`, ...rows].join("\n");
}
