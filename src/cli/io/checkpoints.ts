import { encodeCheckpoint } from "../../documents/checkpoint.js";
import { writeFileWhole } from "../../documents/files.js";
import type { CheckpointInterval } from "../../training/checkpointTimer.js";
import type { CheckpointOptions } from "../../training/trainer.js";
import { describeRun, type Run } from "../resume.js";
import { note, oneLine } from "./terminal.js";

/** The checkpoint file of a run, saved again and again. */
export interface Checkpoints {
  readonly path: string;
  /** Updates done in the saved state; null before the first save of this run. */
  readonly kept: number | null;
  /** For `train`: if a save fails, warns once, and training continues. */
  options(every: CheckpointInterval | undefined): CheckpointOptions;
}

export function createCheckpoints(path: string, run: Run): Checkpoints {
  const begun = describeRun(run);
  let kept: number | null = null;
  let failed = false;
  return {
    path,
    get kept() {
      return kept;
    },
    options: (every) => ({
      every,
      async save(state) {
        try {
          await writeFileWhole(path, encodeCheckpoint({ ...begun, state }));
          kept = state.iteration;
          failed = false;
        } catch (error) {
          if (!failed) note(`warning: ${oneLine((error as Error).message)}; training continues`);
          failed = true;
        }
      },
    }),
  };
}
