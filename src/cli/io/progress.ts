import { lossInParts, lossText } from "../../render/numbers.js";
import type { EpochFigures } from "../../training/history.js";
import type { TrainingEvent } from "../../training/trainer.js";
import { coloursFor, isLively, note } from "./terminal.js";

/** Shows training on standard error: a bar on a terminal, else a plain line per epoch. */
export interface Progress {
  show(event: TrainingEvent): void;
  /** Leaves the terminal as it should be, also after an error. */
  stop(): void;
}

/**
 * @param brief one of several runs: nothing of it stays on a terminal, and there are no lines elsewhere
 */
export async function createProgress(quiet: boolean, brief = false): Promise<Progress> {
  const lively = isLively(process.stderr);
  if (quiet || (brief && !lively)) return { show() {}, stop() {} };
  return lively ? createBar(brief) : createLines();
}

/** Columns of the text beside the bar, at its longest. */
const TEXT_COLUMNS = 70;
const BAR_COLUMNS = 24;

async function createBar(brief: boolean): Promise<Progress> {
  // Imported on use, so that other runs start faster; CommonJS, whose Format has no name to import.
  const { default: cliProgress } = await import("cli-progress");
  const { cyan } = coloursFor(process.stderr);
  const room = process.stderr.columns - TEXT_COLUMNS;
  const loss = room < 0 ? "" : "  loss {loss}"; // the time left matters more
  let first = 0;
  let paced = false; // whether there were enough updates to estimate the time left
  const bar = new cliProgress.SingleBar(
    {
      format:
        `${cyan("{bar}")} iteration {value}/{total}${loss}  validation {validation}  ` +
        "{eta_formatted} left",
      formatTime: (seconds, options, roundTo) =>
        paced ? cliProgress.Format.TimeFormat(seconds, options, roundTo) : "?",
      barsize: Math.max(room < 0 ? 8 : 0, Math.min(BAR_COLUMNS, room)),
      etaBuffer: 200,
      hideCursor: true,
      clearOnComplete: brief,
      stopOnComplete: true,
    },
    cliProgress.Presets.shades_classic,
  );
  const showValidation = (accuracy: number | null) => {
    if (accuracy !== null) bar.update({ validation: accuracy.toFixed(4) });
  };
  return {
    show(event) {
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
