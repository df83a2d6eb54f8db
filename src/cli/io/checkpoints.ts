import { constants } from "node:buffer";
import { checkpointBytes, encodeCheckpoint } from "../../documents/checkpoint.js";
import { writeFileWhole } from "../../documents/files.js";
import { UsageError } from "../../errors.js";
import { parameterNames, type TwoLayerNet } from "../../net/twoLayerNet.js";
import { runLength } from "../../settings/learningRate.js";
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

/**
 * Checks before a run that each of its checkpoints fits one text, as which it is written and read.
 *
 * @throws {UsageError} when one may not
 */
export function checkCheckpoints(
  path: string,
  { settings, split }: Run,
  { parameters }: TwoLayerNet,
): void {
  const images = split.train.labels.length;
  const count = parameterNames.reduce((sum, name) => sum + parameters[name].data.length, 0);
  const bytes = checkpointBytes(settings, count, images, runLength(settings, images));
  const most = constants.MAX_STRING_LENGTH;
  if (bytes <= most) return;
  throw new UsageError(
    `--checkpoint ${path}: the state of this run takes up to ${bytes} bytes, expected at most ` +
      `${most}; use fewer hidden units or updates, or leave --checkpoint out`,
  );
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
