import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from "chalk";

/** Results: what a pipe should carry. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Everything else: what a person watching should read. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Colours where the stream is a terminal and NO_COLOR is unset, plain text elsewhere. */
export function coloursFor(stream: NodeJS.WriteStream): ChalkInstance {
  const support = stream === process.stderr ? supportsColorStderr : supportsColor;
  const wanted = stream.isTTY && !process.env.NO_COLOR;
  return new Chalk({ level: wanted && support ? support.level : 0 });
}

/** A share in percent with two decimals: 97.62 %. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
