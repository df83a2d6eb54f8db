import type { RunFigures } from "../documents/schemas.js";
import { counted, percent } from "./numbers.js";

/** A run that may have stopped early, or kept the weights of another epoch than its last. */
interface Ended extends Pick<RunFigures, "earlyStop" | "bestEpoch"> {
  /** Null if unknown. */
  readonly patience: number | null;
}

/** Why a run stopped early, and of which epoch its weights are; null if there is nothing to say. */
export function wordsOfKept({ earlyStop, bestEpoch, patience }: Ended): string | null {
  const kept = `Kept the weights of epoch ${bestEpoch}`;
  if (earlyStop === null) {
    return bestEpoch === null ? null : `${kept}, which had the best validation accuracy.`;
  }
  const { epoch, bestEpoch: best, bestAccuracy } = earlyStop;
  const waited = counted(epoch - best, "epoch");
  const flag = patience === null ? "" : ` (--patience ${patience})`;
  return (
    `Stopped early after epoch ${epoch}${flag}: validation accuracy has not risen for ${waited}; ` +
    `its best was ${percent(bestAccuracy)}, after epoch ${best}. ` +
    (bestEpoch === null
      ? `Kept the weights of epoch ${epoch}, the last; --keep-best keeps those of epoch ${best}.`
      : `${kept}.`)
  );
}
