import { EventEmitter } from "node:events";
import xterm from "@xterm/headless";

/** What shows the cursor, or hides it. */
const cursorCode = new RegExp(`${String.fromCharCode(27)}\\[\\?25([hl])`, "g");

/** A terminal as xterm.js has it, which also wraps its lines anew when its width changes. */
export class Screen {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  /** Whether the cursor is to be seen. */
  hasCursor = true;

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  }

  /** Takes what a program writes; as a terminal does, with a carriage return at each line feed. */
  write(text: string): void {
    for (const [, sign] of text.matchAll(cursorCode)) this.hasCursor = sign === "h";
    this.#terminal.write(text.replaceAll(/\r?\n/g, "\r\n"));
  }

  /** Waits until all is shown that was written. */
  settle(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write("", resolve));
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.settle();
    this.#terminal.resize(columns, rows);
  }

  /** All lines, those that were scrolled away included, without empty ones at the end. */
  async lines(): Promise<string[]> {
    await this.settle();
    const { active } = this.#terminal.buffer;
    const all = Array.from(
      { length: active.length },
      (_, y) => active.getLine(y)?.translateToString(true) ?? "",
    );
    return all.slice(0, all.findLastIndex((line) => line !== "") + 1);
  }

  /** The line of the cursor, counted from that of the first line ever, and its column. */
  async cursor(): Promise<{ line: number; column: number }> {
    await this.settle();
    const { baseY, cursorY, cursorX } = this.#terminal.buffer.active;
    return { line: baseY + cursorY, column: cursorX };
  }
}

/** A stream as process.stderr is on a screen; what it is given, it keeps as well. */
export class ScreenStream extends EventEmitter {
  readonly isTTY = true;
  readonly written: string[] = [];

  constructor(
    readonly screen: Screen,
    public columns: number,
    public rows: number,
  ) {
    super();
  }

  write(text: string): boolean {
    this.written.push(text);
    this.screen.write(text);
    return true;
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.screen.resize(columns, rows);
    Object.assign(this, { columns, rows });
    this.emit("resize");
  }
}
