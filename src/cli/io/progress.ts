import type { Options } from "cli-progress";
import { UsageError } from "../../errors.js";
import { lossInParts, lossText } from "../../render/numbers.js";
import type { EpochFigures } from "../../training/history.js";
import type { TrainingEvent } from "../../training/trainer.js";
import type { LiveCurves } from "./liveCurves.js";
import { LiveScreen } from "./liveScreen.js";
import { coloursFor, isLively, note, terminalWidth } from "./terminal.js";

/** Shows training on standard error: a bar on a terminal, else a plain line per epoch. */
export interface Progress {
  show(event: TrainingEvent): void;
  /** Leaves the terminal as it should be, also after an error. */
  stop(): void;
}

/** How training is shown. */
export interface ProgressOptions {
  /** Not at all. */
  readonly quiet?: boolean;
  /** As one of several runs: nothing of it stays on a terminal, and there are no lines elsewhere. */
  readonly brief?: boolean;
  /** Whether curves are drawn below the bar; by default where the terminal has room for them. */
  readonly live?: boolean;
}

/** What the flags of mnist-train say of progress: beside a JSON document, there is no more than the bar. */
export function progressFlags({
  quiet,
  json,
  live,
}: {
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly live?: boolean;
}): ProgressOptions {
  const without = quiet ? "--quiet" : json ? "--json" : null;
  if (live && without !== null) throw new UsageError(`--live has no effect with ${without}`);
  return { quiet, live: json ? false : live };
}

export async function createProgress(options: ProgressOptions = {}): Promise<Progress> {
  const { quiet = false, brief = false } = options;
  const lively = isLively(process.stderr);
  if (quiet || (brief && !lively)) return { show() {}, stop() {} };
  return lively ? createBar(options) : createLines();
}

/** Columns of the text beside the bar, at its longest. */
const TEXT_COLUMNS = 70;
const BAR_COLUMNS = 24;

async function createBar({ brief = false, live }: ProgressOptions): Promise<Progress> {
  // Imported on use, so that other runs start faster; CommonJS, whose Format has no name to import.
  const { default: cliProgress } = await import("cli-progress");
  const curves = await createCurves(live);
  const { BarFormat, TimeFormat } = cliProgress.Format;
  const { cyan } = coloursFor(process.stderr);
  let first = 0;
  let paced = false; // whether there were enough updates to estimate the time left
  const terminal = barTerminal(() => curves?.lines(process.stderr) ?? []);
  const options: Options & { terminal: typeof terminal } = {
    format(options, { progress, value, total, eta }, { loss, validation }) {
      const room = terminalWidth(process.stderr) - TEXT_COLUMNS;
      const barsize = Math.max(room < 0 ? 8 : 0, Math.min(BAR_COLUMNS, room));
      const done = cyan(BarFormat(progress, { ...options, barsize }));
      const lossShown = room < 0 ? "" : `  loss ${loss}`; // the time left matters more
      const left = paced ? TimeFormat(eta, options, 5) : "?"; // from a minute on, to 5 seconds
      return `${done} iteration ${value}/${total}${lossShown}  validation ${validation}  ${left} left`;
    },
    barsize: BAR_COLUMNS,
    etaBuffer: 200,
    clearOnComplete: brief,
    stopOnComplete: true,
    terminal,
  };
  const bar = new cliProgress.SingleBar(options, cliProgress.Presets.shades_classic);
  const showValidation = (accuracy: number | null) => {
    if (accuracy !== null) bar.update({ validation: accuracy.toFixed(4) });
  };
  return {
    show(event) {
      curves?.take(event);
      if (event.type === "start") {
        first = event.iteration;
        if (!brief) noteStart(event);
        bar.start(event.iterations, first, { loss: "-", validation: "-" });
      } else if (event.type === "iteration") {
        paced = event.iteration > first + 1;
        bar.update(event.iteration, { loss: lossText(event.loss) });
      } else if (event.type === "validation") showValidation(event.accuracy);
      else if (event.type === "epoch") showValidation(event.validationAccuracy);
      else bar.stop();
    },
    stop: () => bar.stop(),
  };
}

/** The curves below the bar; null where there are to be none. */
async function createCurves(live?: boolean): Promise<LiveCurves | null> {
  const { LINES_FOR_CURVES, LiveCurves } = await import("./liveCurves.js");
  return (live ?? process.stderr.rows >= LINES_FOR_CURVES) ? new LiveCurves() : null;
}

/**
 * What cli-progress takes for its terminal: it draws the bar together with what is below it, and keeps to its lines
 * when the size changes.
 */
function barTerminal(linesBelow: () => readonly string[]) {
  let bar = "";
  const screen = new LiveScreen(process.stderr, () => {
    const below = linesBelow();
    return below.length === 0 ? [bar] : [bar, "", ...below];
  });
  return {
    isTTY: () => true,
    getWidth: () => terminalWidth(process.stderr),
    write(text: string) {
      bar = text;
      screen.open();
      screen.draw();
    },
    // How a bar ends: its line stays, or is cleared.
    newline: () => screen.close(1),
    clearLine: () => screen.close(0),
    cursorSave() {},
    cursorRestore() {},
    cursorTo() {},
    clearRight() {},
    lineWrapping() {},
  };
}

/** The line of a run before its first update: the loss of small weights is that of guessing. */
function noteStart({ iteration, figures, classCount }: TrainingEvent & { type: "start" }): void {
  if (figures === null || iteration > 0) return;
  const { loss, penalty } = figures;
  note(`start  ${lossInParts(loss + penalty, penalty)}  ${accuraciesOf(figures)}`);
  note(`       data loss of guessing: ln ${classCount} = ${lossText(Math.log(classCount))}`);
}

function accuraciesOf(
  figures: Pick<EpochFigures, "trainingAccuracy" | "validationAccuracy">,
): string {
  const { trainingAccuracy, validationAccuracy } = figures;
  const validation =
    validationAccuracy === null ? "" : `  validation ${validationAccuracy.toFixed(4)}`;
  return `training ${trainingAccuracy.toFixed(4)}${validation}`;
}

/** About the most lines of a run, however many epochs it has. */
const MOST_LINES = 60;

function createLines(): Progress {
  let [epochs, iterations, loss] = [0, 0, ""];
  /** Whether an epoch gets a line: the first, the last, and every n-th. */
  const hasLine = (epoch: number) =>
    epoch === 1 || epoch === epochs || epoch % Math.ceil(epochs / MOST_LINES) === 0;
  return {
    show(event) {
      if (event.type === "start") {
        iterations = event.iterations;
        epochs = Math.floor(event.iterations / event.iterationsPerEpoch);
        noteStart(event);
      }
      if (event.type === "iteration") loss = lossInParts(event.loss, event.penalty);
      if (event.type !== "epoch" || !hasLine(event.epoch)) return;
      const { epoch, iteration } = event;
      note(
        `epoch ${epoch}/${epochs}  iteration ${iteration}/${iterations}  ${loss}  ` +
          accuraciesOf(event),
      );
    },
    stop() {},
  };
}
