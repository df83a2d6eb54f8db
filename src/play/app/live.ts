import { useEffect, useRef, useState } from "preact/hooks";
import type { Settings } from "../../settings/settings.js";
import type { EpochFigures, History } from "../../training/history.js";
import type { PageImages } from "../digits.js";
import type { Frame, Measured, Report, RunReport, Start, UpdateTaken } from "../messages.js";
import type { Held } from "./held.js";
import { LossLog } from "./lossLog.js";

/** What is known of a run that a worker carries out. */
export interface LiveState {
  /** "waiting" until the worker has begun. */
  readonly phase: "waiting" | "running" | "paused" | "ended" | "refused";
  readonly started: Extract<RunReport, { type: "started" }> | null;
  readonly frame: Frame | null;
  readonly measured: Measured | null;
  readonly judged: Extract<RunReport, { type: "judged" }> | null;
  /** Why it diverged; null if it did not. */
  readonly failure: string | null;
  /** Why it could not begin. */
  readonly refusal: string | null;
  readonly loss: LossLog;
  /** These arrays grow. */
  readonly validation: History["validation"];
  readonly epochs: readonly EpochFigures[];
  /** The last update that was asked for alone. */
  readonly update: UpdateTaken | null;
}

const atFirst = (): LiveState => ({
  phase: "waiting",
  ...{ started: null, frame: null, measured: null, judged: null, failure: null, refusal: null },
  ...{ loss: new LossLog(), validation: [], epochs: [], update: null },
});

/** A worker, and the run in it. */
export class Live {
  state = atFirst();
  readonly #worker: Worker;
  readonly #listeners = new Set<() => void>();
  #run = 0;

  constructor(held: Held, images: PageImages = held.images) {
    this.#worker = new Worker(held.worker);
    this.#worker.onmessage = ({ data }: MessageEvent<Report>) => {
      if (data.run === this.#run) this.#hear(data);
    };
    this.#worker.onerror = ({ message }) => this.#set({ phase: "refused", refusal: message });
    this.give(images, held.kernels);
  }

  /** Hands over the images that the next run takes. */
  give(images: PageImages, kernels: Uint8Array<ArrayBuffer>): void {
    this.#worker.postMessage({ type: "data", images, kernels });
  }

  start(start: Start): void {
    this.#run++;
    this.state = atFirst();
    this.#worker.postMessage({ type: "start", run: this.#run, ...start });
    this.#set({});
  }

  /** Goes on for so many updates; 0 pauses. */
  go(updates: number): void {
    this.#worker.postMessage({ type: "go", updates });
    if (updates > 0 && this.state.phase === "paused") this.#set({ phase: "running" });
  }

  change(settings: Settings, speed: number | null): void {
    this.#worker.postMessage({ type: "change", settings, speed });
  }

  judge(): void {
    this.#worker.postMessage({ type: "judge" });
  }

  close(): void {
    this.#worker.terminate();
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(changes: Partial<LiveState>): void {
    this.state = { ...this.state, ...changes };
    for (const listener of this.#listeners) listener();
  }

  #hear(report: Report): void {
    const { state } = this;
    if (report.type === "started") this.#set({ started: report });
    else if (report.type === "measured") this.#set({ measured: report });
    else if (report.type === "judged") this.#set({ judged: report });
    else if (report.type === "refused") this.#set({ phase: "refused", refusal: report.text });
    else if (report.type === "ended") this.#set({ phase: "ended", failure: report.failure });
    else {
      state.loss.add(report.losses);
      (state.validation as Frame["validation"][number][]).push(...report.validation);
      (state.epochs as EpochFigures[]).push(...report.epochs);
      this.#set({
        phase: report.isPaused ? "paused" : "running",
        frame: report,
        update: report.update ?? state.update,
        judged: report.isPaused ? state.judged : null,
      });
    }
  }
}

/** The state of a run, at most so often; it stays as it is while nothing of it is in view. */
export function useLive(live: Live, milliseconds: number, inView = true): LiveState {
  const [state, setState] = useState(live.state);
  const last = useRef(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = () => {
      timer = undefined;
      last.current = performance.now();
      setState(live.state);
    };
    const hear = () => {
      const rests = live.state.phase !== "running"; // then every part shows where the run stands
      if (timer !== undefined || !(inView || rests)) return;
      timer = setTimeout(take, Math.max(0, last.current + milliseconds - performance.now()));
    };
    hear();
    const leave = live.listen(hear);
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [live, milliseconds, inView]);
  return state;
}
