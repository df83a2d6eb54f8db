import type { Points } from "../curves.js";

/*
 * What a chart in a terminal shows, whatever draws it.
 */

/** How a terminal draws lines. */
export interface LineStyle {
  /** Colours a text as the line of a place, counted from 0; null where a terminal has no colours. */
  readonly colour: ((text: string, place: number) => string) | null;
  /** Whether the terminal shows braille, a character of 2 x 4 dots. */
  readonly braille: boolean;
}

/** Neither colours nor braille. */
export const plainStyle: LineStyle = { colour: null, braille: false };

/** A text in the colour of a place, where there are colours. */
export function painted(text: string, place: number, { colour }: LineStyle): string {
  return colour === null ? text : colour(text, place);
}

/** Columns and lines of a chart, without what stands around it. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A place on an axis, and what stands there. */
export interface Mark {
  readonly at: number;
  readonly text: string;
}

export interface Chart {
  /** The line above it. */
  readonly head: string;
  readonly size: Size;
  readonly xRange: readonly [from: number, to: number];
  readonly yRange: readonly [low: number, high: number];
  readonly xMarks: readonly Mark[];
  readonly yMarks: readonly Mark[];
  readonly lines: readonly ChartLine[];
  /** Single points, over the lines. */
  readonly symbols: readonly ChartSymbol[];
}

export interface ChartLine {
  /** Inside the ranges of the chart; those outside are left out. */
  readonly points: Points;
  /** Decides the colour, counted from 0. */
  readonly place: number;
  /** The sign of one among several lines. */
  readonly letter?: string;
}

export interface ChartSymbol {
  readonly at: readonly [x: number, y: number];
  readonly place: number;
  /** One character. */
  readonly text: string;
}

/** Columns of the marks and their numbers, left of a chart. */
export const MARGIN = 8;

/** The line above a chart. */
export function headLine({ head }: Chart): string {
  return " ".repeat(MARGIN / 2) + head;
}

/** The place of a value among so many equal ones, counted from 0; 0 in a range without extent. */
export function placeIn([from, to]: Chart["xRange"], value: number, places: number): number {
  return to === from ? 0 : Math.round(((value - from) / (to - from)) * (places - 1));
}

/** Whether a point is inside the ranges of a chart. */
export function isInside({ xRange, yRange }: Chart, [x, y]: ChartSymbol["at"]): boolean {
  return x >= xRange[0] && x <= xRange[1] && y >= yRange[0] && y <= yRange[1];
}
