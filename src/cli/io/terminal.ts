import { stripVTControlCharacters } from "node:util";
import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from "chalk";
import { Help } from "commander";
import { ramps } from "../../render/palette.js";
import type { LineStyle } from "../../render/terminal/chart.js";
import type { TerminalStyle } from "../../render/terminal/imageSheet.js";
import type { Paint, PixelColour } from "../../render/terminal/terminalImage.js";

/** Prints a result on standard output, which a pipe may carry on. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a result as one JSON document. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Prints everything else on standard error, for the person who watches. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Prints what may surprise, but stops nothing. */
export function warn(text: string): void {
  note(`note: ${text}`);
}

/** Prints an error on one line. */
export function printError(text: string): void {
  note(`${coloursFor(process.stderr).red("error:")} ${oneLine(text)}`);
}

/** Text without line breaks and terminal control codes, which names from outside may contain. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

/** Whether a stream is a terminal that may show colours and bars. */
export function isLively(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

/** Colours if the stream is a terminal and NO_COLOR is unset, else plain text. */
export function coloursFor(stream: NodeJS.WriteStream): ChalkInstance {
  const support = stream === process.stderr ? supportsColorStderr : supportsColor;
  return new Chalk({ level: isLively(stream) && support ? support.level : 0 });
}

/** chalk's level of 256 colours; the one below has 16, the one above all. */
const LEVEL_256 = 2;

/** How a stream shows images: in all colours, in the ramps of a terminal that has few, or in plain characters. */
export function styleFor(stream: NodeJS.WriteStream): TerminalStyle {
  const colours = coloursFor(stream);
  const { level, red: wrong } = colours;
  const paint: Paint = (text, colour, background) =>
    behind(inFront(colours, colour), background)(text);
  if (level === 0) return { paint: null, wrong };
  return level > LEVEL_256 ? { paint, wrong } : { paint, wrong, ramps: rampsOf(level) };
}

/** The first eight colours of a terminal; eight more are bright. chalk has no numbers for them. */
const firstColours = [
  "black",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
  "white",
] as const;

function inFront(colours: ChalkInstance, colour: PixelColour): ChalkInstance {
  if (typeof colour !== "number") return colours.rgb(...colour);
  if (colour >= 16) return colours.ansi256(colour);
  const name = firstColours[colour % 8];
  return colours[colour < 8 ? name : (`${name}Bright` as const)];
}

function behind(colours: ChalkInstance, colour: PixelColour): ChalkInstance {
  if (typeof colour !== "number") return colours.bgRgb(...colour);
  if (colour >= 16) return colours.bgAnsi256(colour);
  const name = `bg${capital(firstColours[colour % 8])}` as const;
  return colours[colour < 8 ? name : (`${name}Bright` as const)];
}

function capital<T extends string>(name: T): Capitalize<T> {
  return (name[0].toUpperCase() + name.slice(1)) as Capitalize<T>;
}

/** How a stream shows the lines of charts. */
export function lineStyleFor(stream: NodeJS.WriteStream): LineStyle {
  const colours = coloursFor(stream);
  const { lines } = rampsOf(colours.level);
  const colour = (text: string, place: number) =>
    colours.ansi256(lines[place % lines.length])(text);
  return { colour: colours.level > 0 ? colour : null, braille: hasBraille() };
}

/** The colours by number of a level of chalk's. */
function rampsOf(level: number) {
  return ramps[level < LEVEL_256 ? 16 : 256];
}

/**
 * Whether characters beyond those of lines can be shown: where the locale says UTF-8, but not on the console of
 * Linux, whose font has no braille. Windows has no locale of this kind; its newer terminals name themselves.
 */
function hasBraille(): boolean {
  const { TERM, LC_ALL, LC_CTYPE, LANG, WT_SESSION, TERM_PROGRAM } = process.env;
  if (TERM === "dumb" || TERM === "linux") return false;
  if (process.platform === "win32") return WT_SESSION !== undefined || TERM_PROGRAM !== undefined;
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
}

/** Columns of a stream; 80 if it is not a terminal or does not tell. */
export function terminalWidth(stream: NodeJS.WriteStream): number {
  return stream.columns || 80;
}

/** Lines of a terminal that are left above the next prompt; Infinity if the stream is not a terminal. */
export function terminalHeight(stream: NodeJS.WriteStream): number {
  return stream.isTTY && stream.rows > 1 ? stream.rows - 1 : Infinity;
}

/** Lines that a text takes in a terminal of so many columns. */
export function linesOf(text: string, columns: number): number {
  const lines = (line: string) =>
    Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns));
  return text.split("\n").reduce((sum, line) => sum + lines(line), 0);
}

/** A word quoted for a shell, if it needs quotes. */
export function quotedForShell(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The longest line of a paragraph, in columns; longer ones are hard to read. */
const WIDEST = 80;

/** A paragraph as lines that break between words. */
export function wrapped(text: string, columns: number): string {
  const help = Object.assign(new Help(), { minWidthToWrap: 0 });
  return help.boxWrap(text, Math.min(WIDEST, columns));
}
