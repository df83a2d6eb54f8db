import { afterEach, describe, expect, it, vi } from "vitest";
import { LiveScreen } from "../../../src/cli/io/liveScreen.js";
import { Screen, ScreenStream } from "../../support/screen.js";

const opened: LiveScreen[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const screen of opened.splice(0)) screen.close(0);
});

/** A screen of 40 x 12 with some lines of text, and a live part below them. */
function start(frame: () => readonly string[], linesAbove = 2) {
  const stream = new ScreenStream(new Screen(40, 12), 40, 12);
  for (let i = 0; i < linesAbove; i++) stream.write(`text ${i}\n`);
  const live = new LiveScreen(stream as unknown as NodeJS.WriteStream, frame);
  opened.push(live);
  live.open();
  return { stream, live, screen: stream.screen };
}

const above = (count: number) => Array.from({ length: count }, (_, i) => `text ${i}`);

describe("the live part of a screen", () => {
  it("stays in place below the text, without a cursor, and is written line by line as it changes", async () => {
    let lines = ["bar 1", "", "curve"];
    const { stream, live, screen } = start(() => lines);
    expect(await screen.lines()).toEqual([...above(2), "", "bar 1", "", "curve"]);
    expect(screen.hasCursor).toBe(false);

    lines = ["bar 2", "", "curve"];
    stream.written.length = 0;
    live.draw();
    live.draw();
    expect(stream.written).toHaveLength(1);
    expect(stream.written[0]).toContain("bar 2");
    expect(stream.written[0]).not.toContain("curve");
    lines = ["bar", "", "curve, longer", "more"];
    live.draw();
    expect(await screen.lines()).toEqual([...above(2), "", ...lines]);
    lines = ["bar"];
    live.draw();
    expect(await screen.lines()).toEqual([...above(2), "", "bar"]);
    expect(await screen.cursor()).toEqual({ line: 2, column: 0 });
  });

  it("makes room for itself at the bottom, and never takes more than the screen", async () => {
    const lines = ["bar", ...Array.from({ length: 30 }, (_, i) => `curve ${i}`)];
    const { live, screen } = start(() => lines, 20);
    live.draw();
    expect(await screen.lines()).toEqual([...above(20), "", ...lines.slice(0, 10)]);
    expect(await screen.cursor()).toEqual({ line: 20, column: 0 });
  });

  it.each([
    [60, 20],
    [29, 12],
    [20, 12],
    [40, 5],
    [12, 12],
    [200, 50],
  ])(
    "is drawn once, and whole, when the screen becomes %i x %i and back",
    async (columns, rows) => {
      const lines = ["the bar, in 30 columns of text", "", "curve, in 24 columns too", "end"];
      vi.stubEnv("TERM_PROGRAM", "vscode"); // as xterm.js is there
      const { stream, live, screen } = start(() => lines, 4);
      const fitting = () =>
        ["", ...lines.map((line) => line.slice(0, columns))]
          .slice(0, rows - 1)
          .filter((line, i, all) => line !== "" || i < all.length - 1); // the last one is not seen
      await stream.resize(columns, rows);
      expect(await screen.lines()).toEqual([...above(4), ...fitting()]);
      live.draw();
      await stream.resize(40, 12);
      expect(await screen.lines()).toEqual([...above(4), "", ...lines]);
      live.close(1);
      expect(await screen.lines()).toEqual([...above(4), lines[0]]);
      expect(screen.hasCursor).toBe(true);
    },
  );

  it.each([0, 1])(
    "leaves %i of its lines, the cursor below them, and no listener",
    async (kept) => {
      const before = ["SIGTSTP", "SIGCONT", "exit"].map((name) => process.listenerCount(name));
      const { stream, live, screen } = start(() => ["bar", "", "curve"]);
      stream.write("^C"); // as the terminal echoes it
      live.close(kept);
      live.close(kept);
      live.draw();
      expect(await screen.lines()).toEqual([...above(2), ...(kept === 1 ? ["bar"] : [])]);
      expect(await screen.cursor()).toEqual({ line: 2 + kept, column: 0 });
      expect(screen.hasCursor).toBe(true);
      const after = ["SIGTSTP", "SIGCONT", "exit"].map((name) => process.listenerCount(name));
      expect(after).toEqual(before);
      expect(stream.listenerCount("resize")).toBe(0);
    },
  );

  it("is whole again some frames after somebody has typed into it", async () => {
    let n = 0;
    const { stream, live, screen } = start(() => [`bar ${n}`, "", "curve"]);
    stream.write("hello\n");
    for (n = 1; n <= 10; n++) live.draw();
    n = 10;
    expect((await screen.lines()).slice(-3)).toEqual(["bar 10", "", "curve"]);
  });

  it("gives back the cursor when the process ends without a word", async () => {
    const { screen } = start(() => ["bar", "", "curve"]);
    const listener = process.listeners("exit").at(-1) as () => void;
    listener();
    expect(screen.hasCursor).toBe(true);
    expect(await screen.lines()).toEqual([...above(2), "bar"]);
  });
});
