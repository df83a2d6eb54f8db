import { join } from "node:path";
import type { DataSet } from "../dataset/source.js";
import { type Split, splitImages } from "../dataset/split.js";
import type { Checkpoint } from "../documents/checkpoint.js";
import { type EngineName, engineNames } from "../engine/createEngine.js";
import { InputError, UsageError } from "../errors.js";
import { runLength } from "../settings/schedule.js";
import type { Settings } from "../settings/settings.js";
import type { RunState } from "../training/runState.js";
import { checkLength, flagOf } from "./flags.js";
import { loadCheckpoint } from "./io/savedFiles.js";

/** What a run is and where it stands. */
export interface Run {
  readonly recipe: string;
  readonly seed: number;
  readonly engine: EngineName;
  readonly settings: Settings;
  readonly data: DataSet;
  readonly split: Split;
  /** Where it goes on from; undefined where it begins. */
  readonly state: RunState | undefined;
}

/**
 * The run that a checkpoint holds, longer where flags say so.
 *
 * @param said flags that the user gave, by name
 * @throws {InputError} when the file cannot be used, or these are not the data that it began with
 * @throws {UsageError} when a flag contradicts the run
 */
export async function resumeRun(
  path: string,
  said: Readonly<Record<string, unknown>>,
  data: DataSet,
): Promise<Run> {
  checkLength(said);
  const checkpoint = await loadCheckpoint(path);
  const { recipe, seed, engine, settings, classCount, state } = checkpoint;
  if (!isEngine(engine)) {
    throw new InputError(
      `${path}: engine is "${engine}", expected one of ${engineNames.join(", ")}; ` +
        "use the mnist-train that wrote it",
    );
  }
  checkSaid(path, said, { recipe, seed, engine, classes: classCount, ...settings });
  const split = splitAsBegun(path, checkpoint, data);
  const longer = lengthened(path, settings, said, split.train.labels.length);
  return { recipe, seed, engine, settings: longer, data: { ...data, classCount }, split, state };
}

/** Refuses flags that contradict a run, but for its length. */
function checkSaid(
  path: string,
  said: Readonly<Record<string, unknown>>,
  run: Readonly<Record<string, unknown>>,
): void {
  const differing = Object.keys(run).filter((key) => {
    if (key === "iterations" || key === "epochs") return false;
    return said[key] !== undefined && said[key] !== run[key];
  });
  if (differing.length === 0) return;
  const list = (of: Readonly<Record<string, unknown>>) =>
    differing.map((key) => `${flagOf(key)} ${of[key] ?? "none"}`).join(", ");
  throw new UsageError(
    `${path}: found ${list(said)}, expected ${list(run)} as the run began; leave that out, or ` +
      "begin a new run without --resume",
  );
}

function isEngine(name: string): name is EngineName {
  return (engineNames as readonly string[]).includes(name);
}

/**
 * The images that a run learns from, where these are the ones that it began with.
 *
 * @throws {InputError} when they are not
 */
function splitAsBegun(path: string, checkpoint: Checkpoint, data: DataSet): Split {
  const roles = Object.keys(data.files) as (keyof DataSet["files"])[];
  const other = roles.find(
    (role) => checkpoint.data.files[role].sha256 !== data.files[role].sha256,
  );
  if (other !== undefined) {
    throw new InputError(
      `${path}: began with ${checkpoint.data.name ?? "data without a known name"}, whose ` +
        `${checkpoint.data.files[other].file} is not ${join(data.directory, data.files[other].file)}, ` +
        "expected the same data; name its folder with --data",
    );
  }
  const damaged = (found: string, expected: string) =>
    new InputError(
      `${path}: ${found}, expected ${expected}; the file is damaged, begin a new run without --resume`,
    );
  const { rows, columns, settings, classCount, state } = checkpoint;
  if (rows !== data.train.rows || columns !== data.train.columns || classCount < data.classCount) {
    throw damaged(
      `images of ${rows} x ${columns} in ${classCount} classes`,
      `${data.train.rows} x ${data.train.columns} in at least ${data.classCount} as in its data`,
    );
  }
  const split = trySplit(data, settings);
  if (split === null) {
    const { validation, limit } = settings;
    throw damaged(
      `run.settings.validation ${validation} and limit ${limit}`,
      `a split of ${data.train.labels.length} training images`,
    );
  }
  const N = split.train.labels.length;
  const { order } = state.sampler;
  if (order === null || order.length === N) return split;
  throw damaged(`state.sampler.order of ${order.length} images`, `one of ${N}`);
}

function trySplit({ train }: DataSet, settings: Settings): Split | null {
  try {
    return splitImages(train, settings);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

/**
 * The settings of a run, longer where flags say so.
 *
 * @param N training images
 * @throws {UsageError} when they make it shorter, or its schedule would have been another one
 */
function lengthened(
  path: string,
  settings: Settings,
  { iterations, epochs }: Readonly<Record<string, unknown>>,
  N: number,
): Settings {
  if (iterations === undefined && epochs === undefined) return settings;
  const longer = {
    ...settings,
    iterations: (iterations as number | undefined) ?? null,
    epochs: (epochs as number | undefined) ?? null,
  };
  const said = iterations === undefined ? `--epochs ${epochs}` : `--iterations ${iterations}`;
  const [before, after] = [settings, longer].map((of) => runLength(of, N).iterations);
  if (after < before) {
    throw new UsageError(
      `${said} is ${after} updates, expected at least the ${before} that ${path} began with; ` +
        "leave that out, or begin a new run without --resume",
    );
  }
  const { schedule } = settings;
  if (after > before && (schedule === "cosine" || schedule === "one-cycle")) {
    throw new UsageError(
      `${said} is ${after} updates, expected the ${before} that ${path} began with: schedule ` +
        `${schedule} is stretched over all of them, so a longer run would have been another one ` +
        "from its first update; begin a new run without --resume",
    );
  }
  return longer;
}
