import { type CurveHistory, type LossPoint, MOST_POINTS } from "../../render/curves.js";
import { terminalCurves } from "../../render/terminal/terminalCurves.js";
import type { EpochFigures, StartFigures } from "../../training/history.js";
import type { TrainingEvent } from "../../training/trainer.js";
import { lineStyleFor, terminalWidth } from "./terminal.js";

/*
 * The curves of a run while it trains.
 */

/** Lines of a terminal from which curves are shown by default. */
export const LINES_FOR_CURVES = 30;
/** With fewer lines, curves would leave no room for anything else. */
const FEWEST_LINES = 16;

/** The bar, an empty line above and below it, and the last line of the terminal. */
const LINES_AROUND = 4;

/** The moving average looks back over this share of a run, but at least over so many updates, as in `lossCurve`. */
const SMOOTHING_SHARE = 0.01;
const LEAST_SMOOTHING = 5;

/** Curves are made anew at most this often, in milliseconds, since training waits for them. */
const EVERY = 250;

/** Follows a run in steps that take no longer the longer it gets. */
export class LiveCurves {
  #start: StartFigures | null = null;
  #epochs: EpochFigures[] = [];
  #smooth: LossPoint[] = [];
  #until = { iterations: 0, epochs: 0 };
  #sum = 0;
  /** Below 1 at first, which would pull the average towards 0. */
  #weight = 0;
  /** The lines made last, when, and for which size. */
  #made = { lines: [] as string[], at: -Infinity, size: "" };

  /** Takes an event of a run; "start" begins another one. */
  take(event: TrainingEvent): void {
    if (event.type === "start") {
      const { iterations, iterationsPerEpoch } = event;
      this.#start = event.iteration === 0 ? event.figures : null;
      this.#epochs = [];
      this.#smooth = [];
      this.#until = { iterations, epochs: Math.floor(iterations / iterationsPerEpoch) };
      this.#sum = 0;
      this.#weight = 0;
      this.#made.size = "";
    } else if (event.type === "iteration") this.#takeLoss(event.iteration, event.loss);
    else if (event.type === "epoch") this.#epochs.push(event);
  }

  #takeLoss(iteration: number, loss: number): void {
    const { iterations } = this.#until;
    const back = Math.max(LEAST_SMOOTHING, SMOOTHING_SHARE * iterations);
    this.#sum += (loss - this.#sum) / back;
    this.#weight += (1 - this.#weight) / back;
    const point = { iteration, loss: this.#sum / this.#weight };
    const stretch = (n: number) =>
      Math.floor((n * MOST_POINTS) / Math.max(MOST_POINTS, iterations));
    const last = this.#smooth.at(-1);
    const isNew = last === undefined || stretch(last.iteration) !== stretch(iteration);
    if (isNew) this.#smooth.push(point);
    else this.#smooth[this.#smooth.length - 1] = point;
  }

  /**
   * The curves as far as the run is, in at most half of a terminal's lines; none where there is no room.
   *
   * @param now in milliseconds
   */
  lines(stream: NodeJS.WriteStream, now = performance.now()): readonly string[] {
    const size = `${stream.columns} x ${stream.rows}`;
    if (this.#made.size === size && now - this.#made.at < EVERY) return this.#made.lines;
    this.#made = { lines: this.#make(stream), at: now, size };
    return this.#made.lines;
  }

  #make(stream: NodeJS.WriteStream): string[] {
    if (stream.rows < FEWEST_LINES) return [];
    const smooth = this.#smooth;
    const loss = { iterations: this.#until.iterations, batches: smooth, smooth };
    const history: CurveHistory = { loss, epochs: this.#epochs, start: this.#start };
    const curves = terminalCurves(history, {
      columns: terminalWidth(stream),
      most: Math.floor(stream.rows / 2),
      style: lineStyleFor(stream),
      until: this.#until,
    });
    const lines = curves === "" ? [] : curves.split("\n");
    return lines.length > stream.rows - LINES_AROUND ? [] : lines; // charts one below the other
  }
}
