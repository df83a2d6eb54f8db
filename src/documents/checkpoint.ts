import { createHash } from "node:crypto";
import * as v from "valibot";
import { whole } from "../settings/entry.js";
import type { RunLength } from "../settings/learningRate.js";
import { type Settings, valuesOf } from "../settings/settings.js";
import type { RunState } from "../training/runState.js";
import { fromBase64, toBase64 } from "./base64.js";
import { type Damage, parseDocument } from "./document.js";
import {
  parametersTextSchema as parameters,
  parametersText,
  readParametersText,
} from "./parametersText.js";
import { checkNumbers, readSettings } from "./reading.js";
import * as s from "./schemas.js";

/*
 * Everything that a resumed run needs, as JSON text: the numbers of arrays in base64, which keeps every
 * bit, and a checksum over all of it, since a number with a wrong bit is still a number.
 */

const word = s.numberIn(whole(0, 2 ** 32 - 1));

/** What a run is, besides how far it has come. */
export const runSchema = v.object({
  recipe: s.name,
  seed: s.seed,
  engine: s.name,
  settings: v.object(s.settingEntries),
  classCount: s.classCount,
  rows: s.size,
  columns: s.size,
  data: s.runData,
});

const checkpointSchema = v.object({
  format: v.literal("mnist-train-checkpoint"),
  version: v.literal(1),
  sha256: s.sha256,
  run: runSchema,
  state: v.object({
    iteration: s.count,
    measured: v.boolean(),
    penalty: s.penalty,
    sampler: v.object({
      random: v.tuple([word, word, word, word]),
      order: v.nullable(v.string()),
      position: s.count,
    }),
    best: v.nullable(v.object({ epoch: s.size, accuracy: s.share, parameters })),
    history: v.object({ loss: v.string(), ...s.measuredEntries }),
    parameters,
    velocity: v.nullable(parameters),
    average: v.nullable(parameters),
  }),
});

/** A run that can be resumed: what it is, and how far it has come. */
export interface Checkpoint extends Omit<v.InferOutput<typeof runSchema>, "settings"> {
  readonly settings: Settings;
  /** Height of the images in pixels. */
  readonly rows: number;
  /** Their width. */
  readonly columns: number;
  readonly state: RunState;
}

const kind = {
  format: "mnist-train-checkpoint",
  version: 1,
  schema: checkpointSchema,
  noun: "checkpoint",
  hasLists: true,
  ifOther: "name a file that mnist-train --checkpoint saved",
  ifDamaged: "start the run again, or resume from another checkpoint",
} as const;

/** A checkpoint as JSON text: format, version and checksum on the first line, the rest on the second. */
export function encodeCheckpoint({ state, ...run }: Checkpoint): string {
  const { sampler, best, history } = state;
  const document = {
    run: { ...run, settings: valuesOf(run.settings) },
    state: {
      iteration: state.iteration,
      measured: state.measured,
      penalty: state.penalty,
      sampler: { ...sampler, order: sampler.order === null ? null : toBase64(sampler.order) },
      best: best === null ? null : { ...best, parameters: parametersText(best.parameters) },
      history: { ...history, loss: toBase64(Float64Array.from(history.loss)) },
      parameters: parametersText(state.parameters),
      velocity: state.velocity === null ? null : parametersText(state.velocity),
      average: state.average === null ? null : parametersText(state.average),
    },
  };
  const rest = `${JSON.stringify(document).slice(1)}\n`;
  const { format, version } = kind;
  return `{"format":"${format}","version":${version},"sha256":"${checksum(rest)}",\n${rest}`;
}

/**
 * The most bytes of a run's checkpoints.
 *
 * @param parameters how many the net has
 * @param images     how many are trained on
 * @param length     updates of the whole run, and of an epoch
 */
export function checkpointBytes(
  settings: Settings,
  parameters: number,
  images: number,
  { iterations, iterationsPerEpoch }: RunLength,
): number {
  const { momentum, averageKeep, keepBest, patience, sampling, every } = settings;
  const sets = [true, momentum > 0, averageKeep > 0, keepBest || patience !== null];
  const numbers =
    parameters * sets.filter(Boolean).length +
    (sampling === "passes" ? images : 0) +
    2 * iterations; // losses are float64
  const measured = iterations / every + 3 * (iterations / iterationsPerEpoch);
  return Math.ceil(BASE64 * 4 * numbers + MEASURED * measured + HEADER);
}

/** Bytes of base64 for each byte that it encodes, of a measurement's text, and of everything else at most. */
const [BASE64, MEASURED, HEADER] = [4 / 3, 60, 10_000];

/**
 * JSON text to a checkpoint, checked against its schema, its checksum and itself.
 *
 * @param name names the text in errors, such as a path
 * @throws {InputError} naming the first field that is wrong
 */
export function decodeCheckpoint(text: string, name = "checkpoint"): Checkpoint {
  const { document, damaged } = parseDocument(text, name, kind);
  const { sha256, run, state } = document;
  const actual = checksum(text.slice(text.indexOf("\n") + 1));
  if (sha256 !== actual) {
    throw damaged(`sha256 is ${sha256}`, `${actual} for the lines behind it`);
  }
  const settings = readSettings(run.settings, "run.settings", damaged);
  const { sampler, best, history, velocity, average, ...progress } = state;
  if (progress.iteration === 0 && !progress.measured) {
    throw damaged("state.measured is false at iteration 0", "nothing to measure there");
  }
  if (sampler.random.every((word) => word === 0)) {
    throw damaged("state.sampler.random is all 0", "a state of the generator");
  }
  const size = [run.rows * run.columns, settings.hidden, run.classCount] as const;
  const decode = (field: string, texts: typeof state.parameters) =>
    readParametersText(`state.${field}`, texts, size, damaged);
  const loss = fromBase64(history.loss, Float64Array);
  const losses = checkNumbers("state.history.loss", loss, progress.iteration, damaged);
  return {
    ...run,
    settings,
    state: {
      ...progress,
      sampler: { ...sampler, order: decodeOrder(sampler.order, sampler.position, damaged) },
      best: best && { ...best, parameters: decode("best.parameters", best.parameters) },
      history: { ...history, loss: Array.from(losses) },
      parameters: decode("parameters", state.parameters),
      velocity: velocity && decode("velocity", velocity),
      average: average && decode("average", average),
    },
  };
}

/** The order of a pass: every image once, and a position in it. */
function decodeOrder(text: string | null, position: number, damaged: Damage): Uint32Array | null {
  if (text === null) return null;
  const indices = fromBase64(text, Uint32Array) ?? new Uint32Array(0);
  const seen = new Uint8Array(indices.length);
  for (const index of indices) if (index < seen.length) seen[index] = 1;
  if (indices.length > 0 && !seen.includes(0) && position <= indices.length) return indices;
  const found = `state.sampler.order of ${indices.length} at position ${position}`;
  throw damaged(found, "every index once, and a position among them");
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
