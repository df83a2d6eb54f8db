import { exitCodes } from "../../errors.js";
import type { Progress } from "./progress.js";
import { note } from "./terminal.js";

/** A request to stop, by Ctrl-C or by the system. */
export interface Interrupt {
  /** Aborted by the first SIGINT or SIGTERM; the second ends the process at once. */
  readonly signal: AbortSignal;
  /** 130 or 143 after the request, null before. */
  readonly exitCode: number | null;
  /** Restores Node's own handling of the signals. */
  stop(): void;
}

/** @param onRequest called as soon as the first signal comes */
export function listenForInterrupt(onRequest: () => void): Interrupt {
  const controller = new AbortController();
  let exitCode: number | null = null;
  const onSignal = (signal: NodeJS.Signals) => {
    const code = signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated;
    if (exitCode !== null) process.exit(code);
    exitCode = code;
    controller.abort();
    onRequest();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    stop: () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal),
  };
}

/** Lets training end after the update at which the first signal came, and says so unless `quiet`. */
export function stopAfterUpdate(progress: Progress, { quiet }: { quiet?: true }): Interrupt {
  return listenForInterrupt(() => {
    progress.stop();
    if (!quiet) note("stopping after this update; press Ctrl-C again to quit now");
  });
}
