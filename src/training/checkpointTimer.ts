/** How often a run is saved: after so many updates, or so many seconds. */
export type CheckpointInterval = { readonly iterations: number } | { readonly seconds: number };

/** Largest share of the time that saving takes when no interval is given. */
const SHARE = 1 / 200; // half of the documented 1 %, since the last checkpoint of a run is extra

/** Shortest time between checkpoints when no interval is given, in seconds. */
const SECONDS = 10;

/** Decides when a run is saved. */
export interface CheckpointTimer {
  /** @param iteration updates done */
  isDue(iteration: number): boolean;
  /** Restarts the interval after a save that took so many milliseconds. */
  saved(iteration: number, milliseconds: number): void;
}

/**
 * Starts the first interval.
 *
 * @param every     by default, as often as takes a small share of the time
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
