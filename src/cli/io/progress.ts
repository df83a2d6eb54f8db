import cliProgress from "cli-progress"; // CommonJS: its Format has no name of its own to import
import type { TrainingEvent } from "../../training/trainer.js";
import { coloursFor, isLively, note } from "./terminal.js";

/** Shows training on standard error: a bar on a terminal, elsewhere a plain line per epoch. */
export interface Progress {
  show(event: TrainingEvent): void;
  /** Leaves the terminal as it should be, also after an error. */
  stop(): void;
}

export function createProgress(quiet: boolean): Progress {
  if (quiet) return { show() {}, stop() {} };
  return isLively(process.stderr) ? createBar() : createLines();
}

/** Columns of the text beside the bar, at its longest. */
const TEXT_COLUMNS = 70;
const BAR_COLUMNS = 24;

function createBar(): Progress {
  const { cyan } = coloursFor(process.stderr);
  const room = process.stderr.columns - TEXT_COLUMNS;
  const loss = room < 0 ? "" : "  loss {loss}"; // the time left matters more
  const bar = new cliProgress.SingleBar(
    {
      format:
        `${cyan("{bar}")} iteration {value}/{total}${loss}  validation {validation}  ` +
        "{eta_formatted} left",
      formatTime: (seconds, options, roundTo) =>
        started ? cliProgress.Format.TimeFormat(seconds, options, roundTo) : "?",
      barsize: Math.max(room < 0 ? 8 : 0, Math.min(BAR_COLUMNS, room)),
      etaBuffer: 200,
      hideCursor: true,
      stopOnComplete: true,
    },
    cliProgress.Presets.shades_classic,
  );
  let first = 0;
  let started = false;
  return {
    show(event) {
      if (event.type === "start") {
        first = event.iteration;
        bar.start(event.iterations, first, { loss: "-", validation: "-" });
      }
      if (event.type === "iteration") {
        started = event.iteration > first + 1; // one step tells nothing of the pace yet
        bar.update(event.iteration, { loss: event.loss.toFixed(4) });
      }
      if (event.type === "validation") bar.update({ validation: event.accuracy.toFixed(4) });
      if (event.type === "epoch" && event.validationAccuracy !== null) {
        bar.update({ validation: event.validationAccuracy.toFixed(4) });
      }
      if (event.type === "measuring") bar.stop();
    },
    stop: () => bar.stop(),
  };
}

function createLines(): Progress {
  let epochs = 0;
  let iterations = 0;
  let loss = Number.NaN;
  return {
    show(event) {
      if (event.type === "start") {
        iterations = event.iterations;
        epochs = Math.floor(event.iterations / event.iterationsPerEpoch);
      }
      if (event.type === "iteration") loss = event.loss;
      if (event.type !== "epoch") return;
      const validation =
        event.validationAccuracy === null
          ? ""
          : `  validation ${event.validationAccuracy.toFixed(4)}`;
      note(
        `epoch ${event.epoch}/${epochs}  iteration ${event.iteration}/${iterations}  ` +
          `loss ${loss.toFixed(4)}  training ${event.trainingAccuracy.toFixed(4)}${validation}`,
      );
    },
    stop() {},
  };
}
