import { againstDivergence } from "../settings/againstDivergence.js";
import type { Settings } from "../settings/settings.js";
import type { Failure, History } from "../training/history.js";

/**
 * What a verdict finds in a run that diverged.
 *
 * @param start before the first update; null if its loss was not finite
 */
export function diverged(
  { iteration, found }: Failure,
  start: History["start"],
  settings: Settings | null,
) {
  return {
    kind: "diverged" as const,
    text: `Diverged: the run ended at iteration ${iteration} (${found}) and left no model.`,
    suggestion:
      settings === null
        ? "a smaller --learning-rate"
        : againstDivergence(settings, start?.loss ?? null),
    numbers: { iteration, ...(start !== null && { start: start.loss }) },
  };
}
