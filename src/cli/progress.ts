import { Presets, SingleBar } from "cli-progress";
import type { TrainingEvent } from "../train/train.js";
import { coloursFor, note } from "./terminal.js";

/** Shows training on standard error: a bar on a terminal, elsewhere a plain line per epoch. */
export interface Progress {
  show(event: TrainingEvent): void;
  /** Leaves the terminal as it should be, also after an error. */
  stop(): void;
}

export function createProgress(quiet: boolean): Progress {
  if (quiet) return { show() {}, stop() {} };
  return process.stderr.isTTY ? createBar() : createLines();
}

function createBar(): Progress {
  const { cyan } = coloursFor(process.stderr);
  const bar = new SingleBar(
    {
      format:
        `${cyan("{bar}")} iteration {value}/{total}  loss {loss}  validation {validation}  ` +
        "{eta_formatted} left",
      barsize: 24,
      etaBuffer: 200,
      hideCursor: true,
      stopOnComplete: true,
    },
    Presets.shades_classic,
  );
  return {
    show(event) {
      if (event.type === "start") bar.start(event.iterations, 0, { loss: "-", validation: "-" });
      if (event.type === "iteration") bar.update(event.iteration, { loss: event.loss.toFixed(4) });
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
