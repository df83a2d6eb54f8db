/** How often a run is saved on the way: after so many updates, or so many seconds. */
export type CheckpointInterval = { readonly iterations: number } | { readonly seconds: number };

/** Share of the time that saving takes at most where nobody says how often. */
const SHARE = 1 / 200; // half of what is promised, since the last checkpoint of a run comes on top

/** Seconds between checkpoints where nobody says how often, and saving is quick. */
const SECONDS = 10;

/** Says when a run should be saved. */
export interface CheckpointTimer {
  /** @param iteration updates done */
  isDue(iteration: number): boolean;
  /** Tells that the run was saved, and how long that took. */
  saved(iteration: number, milliseconds: number): void;
}

/**
 * Starts to count.
 *
 * @param every     as often as costs a small share of the time unless told
 * @param iteration updates done
 * @param now       a clock in milliseconds
 */
export function startCheckpointTimer(
  every: CheckpointInterval | undefined,
  iteration: number,
  now: () => number = () => performance.now(),
): CheckpointTimer {
  let last = { iteration, at: now(), cost: 0 };
  const wait = () =>
    every !== undefined && "seconds" in every
      ? 1000 * every.seconds
      : Math.max(1000 * SECONDS, last.cost / SHARE);
  return {
    isDue(iteration) {
      if (every !== undefined && "iterations" in every) {
        return iteration - last.iteration >= every.iterations;
      }
      return iteration > last.iteration && now() - last.at >= wait();
    },
    saved(iteration, milliseconds) {
      last = { iteration, at: now(), cost: milliseconds };
    },
  };
}
