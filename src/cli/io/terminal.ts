import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from "chalk";
import type { TerminalStyle } from "../../render/terminal/imageSheet.js";
import type { Paint } from "../../render/terminal/terminalImage.js";

export { counted } from "../../render/numbers.js";

/** Results: what a pipe should carry. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Everything else: what a person watching should read. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** An error, on one line. */
export function complain(text: string): void {
  note(`${coloursFor(process.stderr).red("error:")} ${oneLine(text)}`);
}

/** Text without line breaks and codes that steer a terminal, which names from outside may hold. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

/** Whether a stream is a terminal on which colours and bars are welcome. */
export function isLively(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

/** Colours where the stream is a terminal and NO_COLOR is unset, plain text elsewhere. */
export function coloursFor(stream: NodeJS.WriteStream): ChalkInstance {
  const support = stream === process.stderr ? supportsColorStderr : supportsColor;
  return new Chalk({ level: isLively(stream) && support ? support.level : 0 });
}

/** How a stream shows images: in colours, as near as it has them, or without any. */
export function styleFor(stream: NodeJS.WriteStream): TerminalStyle {
  const colours = coloursFor(stream);
  const paint: Paint = (text, colour, background) =>
    colours.rgb(...colour).bgRgb(...background)(text);
  return { paint: colours.level > 0 ? paint : null, wrong: colours.red };
}

/** Columns of a stream; 80 where it is no terminal, or one that does not say. */
export function terminalWidth(stream: NodeJS.WriteStream): number {
  return stream.columns || 80;
}

/** A word as a shell reads it whole. */
export function quotedForShell(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The longest lines of a paragraph, in columns: beyond, the eye loses its way back. */
const WIDEST = 80;

/** A paragraph as lines that break between words. */
export function wrapped(text: string, columns: number): string {
  const most = Math.min(WIDEST, columns);
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= most) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}
