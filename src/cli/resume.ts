import { namesOf } from "../dataset/classNames.js";
import type { DataSet } from "../dataset/source.js";
import { type PixelWork, type Split, splitInPlace } from "../dataset/split.js";
import type { Checkpoint } from "../documents/checkpoint.js";
import type { RunDescription } from "../documents/snapshot.js";
import { type EngineName, engineNames, pixelWorkOf } from "../engine/createEngine.js";
import type { NetFunctions } from "../engine/engine.js";
import { refuse, UsageError } from "../errors.js";
import { flagOf } from "../settings/flagName.js";
import { runLength } from "../settings/learningRate.js";
import { spansRun } from "../settings/schedules.js";
import { checkLength, type Settings, valuesOf } from "../settings/settings.js";
import type { RunState } from "../training/runState.js";
import { differingFile } from "./io/modelAndData.js";
import { loadCheckpoint } from "./io/savedFiles.js";

/** A run: what it is, and how far it has come. */
export interface Run {
  readonly recipe: string;
  readonly seed: number;
  readonly engine: EngineName;
  readonly settings: Settings;
  readonly data: DataSet;
  readonly split: Split;
  /** What stands out in the data of a new run. */
  readonly notes: readonly string[];
  /** Layers in the place of the reference engine's own. */
  readonly layers?: NetFunctions;
  /** The state to resume from; undefined for a new run. */
  readonly state: RunState | undefined;
}

/** What a run is, as checkpoints and snapshots say it. */
export function describeRun({ recipe, seed, engine, settings, data }: Run): RunDescription {
  const { classCount, name, files, train } = data;
  const { rows, columns } = train;
  return { recipe, seed, engine, settings, classCount, rows, columns, data: { name, files } };
}

/** The flags that the user gave, by name. */
type Given = Readonly<Record<string, unknown>>;

/**
 * The run that a checkpoint holds, longer if flags say so.
 *
 * @throws {InputError} if the file cannot be used, or the data are not those that the run began with
 * @throws {UsageError} if a flag contradicts the run
 */
export async function resumeRun(path: string, given: Given, data: DataSet): Promise<Run> {
  checkLength(given, flagOf);
  const checkpoint = await loadCheckpoint(path);
  const { recipe, seed, engine, settings, classCount, state } = checkpoint;
  if (!isEngine(engine)) {
    const expected = `one of ${engineNames.join(", ")}`;
    refuse(path, `engine is "${engine}"`, expected, "use the mnist-train that wrote it");
  }
  checkGiven(path, given, { recipe, seed, engine, classes: classCount, ...valuesOf(settings) });
  const split = splitAsBegun(path, checkpoint, data, await pixelWorkOf(engine));
  const longer = lengthened(path, settings, given, split.train.labels.length);
  const classNames = namesOf(classCount, data.classNames);
  const whole = { ...data, classCount, classNames };
  const begun = { recipe, seed, engine, settings: longer, data: whole, split };
  return { ...begun, notes: [], state };
}

/** Refuses flags that contradict a run, except those of its length. */
function checkGiven(path: string, given: Given, run: Given): void {
  const differing = Object.keys(run).filter((key) => {
    if (key === "iterations" || key === "epochs") return false;
    return given[key] !== undefined && given[key] !== run[key];
  });
  if (differing.length === 0) return;
  const list = (values: Given) =>
    differing.map((key) => `${flagOf(key)} ${values[key] ?? "none"}`).join(", ");
  throw new UsageError(
    `${path}: found ${list(given)}, expected ${list(run)} as the run began; leave that out, or ` +
      "begin a new run without --resume",
  );
}

function isEngine(name: string): name is EngineName {
  return (engineNames as readonly string[]).includes(name);
}

/**
 * The images that a run learns from.
 *
 * @throws {InputError} if they are not those that it began with
 */
function splitAsBegun(
  path: string,
  checkpoint: Checkpoint,
  data: DataSet,
  work?: PixelWork,
): Split {
  const other = differingFile(checkpoint.data.files, data);
  if (other !== null) {
    const begun = checkpoint.data.name ?? "data without a known name";
    refuse(path, `began with ${begun}, ${other}`, "the same data", "name its folder with --data");
  }
  const damaged = "the file is damaged, begin a new run without --resume";
  const { rows, columns, settings, classCount, state } = checkpoint;
  if (rows !== data.train.rows || columns !== data.train.columns || classCount < data.classCount) {
    const found = `images of ${rows} x ${columns} in ${classCount} classes`;
    const size = `${data.train.rows} x ${data.train.columns}`;
    refuse(path, found, `${size} in at least ${data.classCount} as in its data`, damaged);
  }
  let split: Split;
  try {
    split = splitInPlace(data.train, settings, work);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const found = `run.settings.validation ${settings.validation} and limit ${settings.limit}`;
    refuse(path, found, `a split of ${data.train.labels.length} training images`, damaged);
  }
  const N = split.train.labels.length;
  const images = state.sampler.order?.length ?? N;
  if (images !== N) {
    refuse(path, `state.sampler.order of ${images} images`, `one of ${N}`, damaged);
  }
  return split;
}

/**
 * The settings of a run, longer if flags say so.
 *
 * @param N training images
 * @throws {UsageError} if flags make it shorter, or its schedule depends on its length
 */
function lengthened(
  path: string,
  settings: Settings,
  { iterations, epochs }: Pick<Partial<Settings>, "iterations" | "epochs">,
  N: number,
): Settings {
  if (iterations === undefined && epochs === undefined) return settings;
  const longer = { ...settings, iterations: iterations ?? null, epochs: epochs ?? null };
  const flag = iterations === undefined ? `--epochs ${epochs}` : `--iterations ${iterations}`;
  const before = runLength(settings, N).iterations;
  const after = runLength(longer, N).iterations;
  if (after < before) {
    throw new UsageError(
      `${flag} is ${after} updates, expected at least the ${before} that ${path} began with; ` +
        "leave that out, or begin a new run without --resume",
    );
  }
  if (after > before && spansRun(settings.schedule)) {
    throw new UsageError(
      `${flag} is ${after} updates, expected the ${before} that ${path} began with: schedule ` +
        `${settings.schedule.kind} is stretched over all of them, so a longer run would differ ` +
        "from its first update; begin a new run without --resume",
    );
  }
  return longer;
}
