import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../src/documents/checkpoint.js";
import { recipes } from "../../src/settings/recipes.js";
import type { Settings } from "../../src/settings/settings.js";
import type { RunState } from "../../src/training/runState.js";

const file = (name: string, digit: string) => ({ file: name, sha256: digit.repeat(64) });

/** A checkpoint around a state, as of a run on files that are nowhere. */
export function checkpointOf(
  state: RunState,
  settings: Settings = recipes.notebook.settings,
  seed = 1,
): Checkpoint {
  return {
    recipe: "notebook",
    seed,
    engine: "simd",
    settings: { ...settings, hidden: state.parameters.b1.shape[0] },
    classCount: state.parameters.b2.shape[0],
    rows: state.parameters.W1.shape[0] / 28,
    columns: 28,
    data: {
      name: null,
      files: {
        trainImages: file("a", "0"),
        trainLabels: file("b", "1"),
        testImages: file("c", "2"),
        testLabels: file("d", "f"),
      },
    },
    state,
  };
}

/** A state as it comes back from a file. */
export function throughFile(state: RunState): RunState {
  return decodeCheckpoint(encodeCheckpoint(checkpointOf(state))).state;
}
