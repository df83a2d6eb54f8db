import { coloursFor, isLively } from "./terminal.js";

/** Milliseconds before anything is shown, and between two updates of it. */
const PATIENCE = 500;
const PAUSE = 100;
const BAR_COLUMNS = 24;

/** How far a data set is loaded: a bar on a terminal, gone when it is. */
export interface Loading {
  /** Shows how many bytes of all are read. */
  readonly show: (read: number, all: number) => void;
  /** Clears the bar. */
  readonly stop: () => void;
}

/** Shows on standard error how far loading is, if that is a terminal and it takes longer than half a second. */
export function showLoading(quiet: boolean): Loading {
  if (quiet || !isLively(process.stderr)) return { show() {}, stop() {} };
  const { cyan } = coloursFor(process.stderr);
  let next = performance.now() + PATIENCE;
  let isShown = false;
  return {
    show(read, all) {
      const now = performance.now();
      if (now < next) return;
      next = now + PAUSE;
      isShown = true;
      const done = Math.floor((BAR_COLUMNS * read) / all);
      const bar = "█".repeat(done) + "░".repeat(BAR_COLUMNS - done);
      const percent = Math.floor((100 * read) / all);
      process.stderr.write(`\r${cyan(bar)} reading images, ${percent} %\x1b[K`);
    },
    stop() {
      if (isShown) process.stderr.write("\r\x1b[K");
      isShown = false;
    },
  };
}
