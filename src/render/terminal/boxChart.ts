import { plot } from "simple-ascii-chart";
import { type Chart, headLine, isInside, type LineStyle, painted, placeIn } from "./chart.js";

/*
 * A chart of lines as boxes have them, for terminals without braille: one line, or a letter for each of several.
 */

/** Colours that simple-ascii-chart knows, by place: `recoloured` puts others in their stead. */
const names = ["ansiBlue", "ansiYellow", "ansiRed"] as const;
const codes = ["34", "33", "31"];
const ESC = "\u001b\\[";
const coloured = new RegExp(`${ESC}(3[134])m(.)${ESC}0m`, "gu");

/** A chart below its head, without the blank lines around it. */
export function boxChart(chart: Chart, style: LineStyle): string[] {
  const { size, xRange, yRange, xMarks, yMarks, lines, symbols } = chart;
  const [{ points, letter }] = lines;
  const nameOf = (place: number) => (style.colour === null ? undefined : names[place]);
  const name = nameOf(0);
  // The numbers of all points make the margin, also where none is shown.
  const widest = yMarks.reduce((most, { text }) => (text.length > most.length ? text : most), "");
  const texts = {
    x: new Map(xMarks.map(({ at, text }) => [at, text])),
    y: new Map(yMarks.map(({ at, text }) => [at, text])),
  };
  const isLine = letter === undefined && points.length > 1;
  const corners = [0, 1].map((i): [number, number] => [xRange[i], yRange[i]]);
  const letters = isLine ? [] : lettersOf(chart, style);
  const text = plot(isLine ? points : corners, {
    ...size,
    yRange: [...yRange],
    customXAxisTicks: xMarks.map(({ at }) => at),
    customYAxisTicks: yMarks.map(({ at }) => at),
    formatter: (value, { axis }) => texts[axis].get(value) ?? (axis === "y" ? widest : ""),
    // The frame's own line has two points: all letters stand in for the first, nothing for the second.
    lineFormatter: isLine ? undefined : ({ index }) => (index === 0 ? letters : []),
    color: name && [name],
    points: symbols.map(({ at: [x, y], place }) => ({ x, y, color: nameOf(place) })),
    symbols: { point: symbols[0]?.text ?? "" },
  });
  const drawn = text.split("\n").filter((line) => line.trim() !== "");
  return [headLine(chart), ...drawn.map((line) => recoloured(line, style))];
}

/** The letters of lines, by columns and rows counted from 1. */
function lettersOf(chart: Chart, style: LineStyle) {
  const { lines, size, xRange, yRange } = chart;
  return lines.flatMap(({ points, place, letter = "•" }) =>
    points
      .filter((point) => isInside(chart, point))
      .map(([x, y]) => ({
        x: 1 + placeIn(xRange, x, size.width),
        y: size.height - placeIn(yRange, y, size.height),
        symbol: painted(letter, place, style),
      })),
  );
}

/** A line with the colours of the terminal's charts. */
function recoloured(line: string, style: LineStyle): string {
  return line.replace(coloured, (_, code: string, character: string) =>
    painted(character, codes.indexOf(code), style),
  );
}
