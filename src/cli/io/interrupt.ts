import { exitCodes } from "../../errors.js";

/** A wish to stop, from Ctrl-C or from the system. */
export interface Interrupt {
  /** Aborted by the first SIGINT or SIGTERM; the second ends the process at once. */
  readonly signal: AbortSignal;
  /** 130 or 143 once it came, null before. */
  readonly exitCode: number | null;
  /** Gives the signals back to Node. */
  stop(): void;
}

/** @param answer called at once when the first signal comes */
export function listenForInterrupt(answer: () => void): Interrupt {
  const controller = new AbortController();
  let exitCode: number | null = null;
  const stopWith = (code: number) => () => {
    if (exitCode !== null) process.exit(code);
    exitCode = code;
    controller.abort();
    answer();
  };
  const onInterrupt = stopWith(exitCodes.interrupted);
  const onTerminate = stopWith(exitCodes.terminated);
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    stop() {
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
    },
  };
}
