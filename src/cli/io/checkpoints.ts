import { encodeCheckpoint } from "../../documents/checkpoint.js";
import { writeFileWhole } from "../../documents/files.js";
import type { CheckpointInterval } from "../../training/checkpointTimer.js";
import type { CheckpointOptions } from "../../training/trainer.js";
import type { Run } from "../resume.js";
import { note, oneLine } from "./terminal.js";

/** Saves a run to one file again and again. */
export interface Checkpoints {
  readonly path: string;
  /** Updates done in the state that the file holds; null where it holds none of this run. */
  readonly kept: number | null;
  /** For `train`: where a save fails, it says so once, and training goes on. */
  options(every: CheckpointInterval | undefined): CheckpointOptions;
}

export function createCheckpoints(path: string, run: Run): Checkpoints {
  const { recipe, seed, engine, settings } = run;
  const { classCount, name, files, train } = run.data;
  const { rows, columns } = train;
  const begun = {
    recipe,
    seed,
    engine,
    settings,
    classCount,
    rows,
    columns,
    data: { name, files },
  };
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
          if (!failed) note(`warning: ${oneLine((error as Error).message)}; training goes on`);
          failed = true;
        }
      },
    }),
  };
}
