import type { WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";

/*
 * The last lines of a terminal, drawn again and again in place: a bar, and what is below it.
 */

const ESC = "\u001b[";
const HIDE_CURSOR = `${ESC}?25l`;
const SHOW_CURSOR = `${ESC}?25h`;
const CLEAR_LINE = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;
/** What is written between these is shown at once, by terminals that know them; others ignore them. */
const BEGIN_FRAME = `${ESC}?2026h`;
const END_FRAME = `${ESC}?2026l`;

/** After so many frames, all lines are written: what a user types meanwhile is shown among them. */
const FRAMES_UNTIL_ALL = 10;

/** How long the process takes to stop after Ctrl-Z, in milliseconds at most; the time starts again with it. */
const TIME_TO_STOP = 50;

/**
 * Between two frames, the cursor rests in an empty line above the others. When a terminal becomes narrower, it may wrap
 * lines anew, and not every terminal keeps the cursor at its place in a line that wraps; an empty one never does. So
 * everything below the cursor can be drawn again.
 */
export class LiveScreen {
  /** The lines on the screen, as they were written. */
  #drawn: string[] = [];
  #isOpen = false;
  #frames = 0;
  /** Lines of the terminal. */
  #rows = 0;

  /** @param frame the lines to show; those that the terminal has no room for are cut */
  constructor(
    readonly stream: NodeJS.WriteStream,
    readonly frame: () => readonly string[],
  ) {}

  /** Hides the cursor and draws; until `close`, nothing else may write to the terminal. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#drawn = [];
    this.#rows = this.stream.rows;
    this.stream.write(HIDE_CURSOR);
    this.draw();
    this.stream.on("resize", this.#resized);
    process.on("exit", this.#abandon);
    if (process.platform === "win32") return;
    process.on("SIGTSTP", this.#suspend).on("SIGCONT", this.#continue);
  }

  /** Writes the lines that have changed, and now and then all. */
  draw(): void {
    if (!this.#isOpen) return;
    this.#frames++;
    this.#write("", this.#frames % FRAMES_UNTIL_ALL === 0);
  }

  /** Clears all but the first lines, and leaves the cursor below these, as it was. */
  close(kept: number): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    // Over the empty line, in which the terminal may show ^C.
    const lines = this.#drawn.slice(1, 1 + kept).map((line) => `${line}\n`);
    this.stream.write(`\r${lines.join("\r")}${CLEAR_BELOW}${SHOW_CURSOR}`);
    this.stream.off("resize", this.#resized);
    process.off("exit", this.#abandon);
    process.off("SIGTSTP", this.#suspend).off("SIGCONT", this.#continue);
  }

  /**
   * @param first what to write before the lines
   * @param all   whether to write those, too, that have not changed
   */
  #write(first: string, all: boolean): void {
    if (hasNewSize(this.stream)) return;
    const { columns = 80, rows = 24 } = this.stream;
    const lines = ["", ...this.frame()]
      .slice(0, Math.max(2, rows - 1))
      .map((line) => fitting(line, columns));
    let text = first;
    let at = 0;
    for (let i = 0; i < Math.max(lines.length, this.#drawn.length); i++) {
      const line = lines[i] ?? CLEAR_LINE;
      if (line === this.#drawn[i] && !all) continue;
      text += `\r${"\n".repeat(i - at)}${line}`;
      at = i;
    }
    this.#drawn = lines;
    if (text === "") return;
    const up = at === 0 ? "" : `${ESC}${at}A`;
    this.stream.write(`${BEGIN_FRAME}${text}\r${up}${END_FRAME}`);
  }

  /** Draws everything anew where the cursor is. */
  #redraw(first = ""): void {
    this.#drawn = [];
    this.#write(`${first}\r${CLEAR_BELOW}`, true);
  }

  readonly #resized = () => {
    const { columns, rows } = this.stream;
    // A lower screen may have lost lines, and then nothing tells how many were wrapped: better too few than too many.
    const isKnown = movesCursor() && rows >= this.#rows;
    this.#rows = rows;
    const down = isKnown ? linesDown(this.#drawn, columns) : 0;
    this.#redraw(down === 0 ? "" : `${ESC}${down}A`);
  };

  /** Gives the cursor back where the process ends without `close`. */
  readonly #abandon = () => {
    this.close(1);
  };

  /** Leaves the terminal to the shell, then stops as the signal would have. */
  readonly #suspend = () => {
    this.stream.write(`\r${CLEAR_BELOW}${SHOW_CURSOR}`);
    process.off("SIGTSTP", this.#suspend);
    process.kill(process.pid, "SIGTSTP");
    // A process without a shell to continue it does not stop, and gets no SIGCONT.
    setTimeout(this.#continue, TIME_TO_STOP);
  };

  readonly #continue = () => {
    if (!this.#isOpen) return;
    process.off("SIGTSTP", this.#suspend).on("SIGTSTP", this.#suspend);
    this.stream.write(HIDE_CURSOR);
    this.#redraw();
  };
}

/**
 * Whether a terminal has a size that its stream does not know yet, and will tell by "resize": lines drawn for another
 * size might scroll it, and then the cursor would not come back to its line.
 */
function hasNewSize(stream: NodeJS.WriteStream): boolean {
  const size = (stream as Partial<WriteStream>).getWindowSize?.();
  return size !== undefined && (size[0] !== stream.columns || size[1] !== stream.rows);
}

/** Whether the terminal is that of Visual Studio Code, xterm.js, which moves the cursor while it wraps lines below it. */
function movesCursor(): boolean {
  return process.env.TERM_PROGRAM === "vscode";
}

/**
 * How far xterm.js moves the cursor down from the first line when lines wrap: it goes through them from the last to
 * the first, moves the cursor by what it inserts for each, and does not touch the line where the cursor has come to.
 */
function linesDown(lines: readonly string[], columns: number): number {
  let at = 0;
  for (let i = lines.length - 1; i > 0; i--) {
    const inserted = Math.ceil(stripVTControlCharacters(lines[i]).length / columns) - 1;
    if (inserted > 0 && at !== i) at += inserted;
  }
  return at;
}

/** A line that covers what was in its place, cut if it is too long. */
function fitting(line: string, columns: number): string {
  const { length } = stripVTControlCharacters(line);
  if (length > columns) return stripVTControlCharacters(line).slice(0, columns);
  return length < columns ? line + CLEAR_LINE : line;
}
