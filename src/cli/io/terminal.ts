import { stripVTControlCharacters } from "node:util";
import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from "chalk";
import { Help } from "commander";
import type { TerminalStyle } from "../../render/terminal/imageSheet.js";
import type { Paint } from "../../render/terminal/terminalImage.js";

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

/** How a stream shows images: in the colours closest to theirs, or in plain characters. */
export function styleFor(stream: NodeJS.WriteStream): TerminalStyle {
  const colours = coloursFor(stream);
  const paint: Paint = (text, colour, background) =>
    colours.rgb(...colour).bgRgb(...background)(text);
  return { paint: colours.level > 0 ? paint : null, wrong: colours.red };
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
