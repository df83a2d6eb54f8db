import { createHash } from "node:crypto";
import * as v from "valibot";
import { UsageError } from "../errors.js";
import { type Tensor, tensor } from "../layers/tensor.js";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { checkSettings, type Settings } from "../settings/settings.js";
import type { RunState } from "../training/runState.js";
import { fromBase64, toBase64 } from "./base64.js";
import { damaged, parseDocument } from "./document.js";
import {
  count,
  dataFiles,
  measuredEntries,
  name,
  settingEntries,
  sha256,
  share,
  size,
} from "./schemas.js";

/*
 * Everything that a resumed run needs, as JSON text: the numbers of arrays in base64, which keeps every
 * bit, and a checksum over all of it, since a number with a wrong bit is still a number.
 */

/** A run that can be gone on with: what it is, and how far it has come. */
export interface Checkpoint {
  readonly recipe: string;
  readonly seed: number;
  readonly engine: string;
  readonly settings: Settings;
  /** C */
  readonly classCount: number;
  /** Height and width of the images in pixels. */
  readonly rows: number;
  readonly columns: number;
  /** Which files it learns from. */
  readonly data: {
    readonly name: string | null;
    readonly files: v.InferOutput<typeof dataFiles>;
  };
  readonly state: RunState;
}

const tensorSchema = v.object({ shape: v.array(size), values: v.string() });
const parametersSchema = v.object({
  W1: tensorSchema,
  b1: tensorSchema,
  W2: tensorSchema,
  b2: tensorSchema,
});
const word = v.pipe(count, v.maxValue(2 ** 32 - 1));

const checkpointSchema = v.object({
  format: v.literal("mnist-train-checkpoint"),
  version: v.literal(1),
  sha256,
  run: v.object({
    recipe: name,
    seed: count,
    engine: name,
    settings: v.object(settingEntries),
    classCount: v.pipe(size, v.maxValue(256)),
    rows: size,
    columns: size,
    data: v.object({ name: v.nullable(name), files: dataFiles }),
  }),
  state: v.object({
    iteration: count,
    measured: v.boolean(),
    sampler: v.object({
      random: v.tuple([word, word, word, word]),
      order: v.nullable(v.string()),
      position: count,
    }),
    best: v.nullable(v.object({ epoch: size, accuracy: share, parameters: parametersSchema })),
    history: v.object({ loss: v.string(), ...measuredEntries }),
    parameters: parametersSchema,
    velocity: v.nullable(parametersSchema),
    average: v.nullable(parametersSchema),
  }),
});

type ParametersText = v.InferOutput<typeof parametersSchema>;

const kind = {
  format: "mnist-train-checkpoint",
  version: 1,
  schema: checkpointSchema,
  called: "checkpoint",
  choose: "name a file that mnist-train --checkpoint saved",
  mend: "start the run anew, or resume from another checkpoint",
} as const;

/** A checkpoint as JSON text: format, version and checksum on the first line, the rest on the second. */
export function encodeCheckpoint({ state, ...run }: Checkpoint): string {
  const { sampler, best, history } = state;
  const document = {
    run,
    state: {
      iteration: state.iteration,
      measured: state.measured,
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

function parametersText(parameters: TwoLayerParameters): Record<string, unknown> {
  const text = ({ shape, data }: Tensor) => ({ shape, values: toBase64(data) });
  return Object.fromEntries(parameterNames.map((key) => [key, text(parameters[key])]));
}

/**
 * JSON text to a checkpoint, checked against its schema, its checksum and itself.
 *
 * @param name names the text in errors, such as a path
 * @throws {InputError} naming what is wrong first
 */
export function decodeCheckpoint(text: string, name = "checkpoint"): Checkpoint {
  const { sha256, run, state } = parseDocument(text, name, kind);
  const actual = checksum(text.slice(text.indexOf("\n") + 1));
  if (sha256 !== actual) {
    throw damaged(name, `sha256 is ${sha256}`, `${actual} for the lines behind it`, kind);
  }
  try {
    checkSettings(run.settings, run.seed);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const [found, ...expected] = error.message.split(/[:,] expected /);
    throw damaged(name, `run.settings: ${found}`, expected.join(", "), kind);
  }

  const decode = createDecoder(name, run.rows * run.columns, run.settings.hidden, run.classCount);
  const { sampler, best, history, velocity, average, ...progress } = state;
  const loss = decode.numbers("history.loss", history.loss, progress.iteration, Float64Array);
  if (progress.iteration === 0 && !progress.measured) {
    throw damaged(name, "state.measured is false at iteration 0", "nothing to measure there", kind);
  }
  if (sampler.random.every((word) => word === 0)) {
    throw damaged(name, "state.sampler.random is all 0", "a state of the generator", kind);
  }
  return {
    ...run,
    state: {
      ...progress,
      sampler: { ...sampler, order: decode.order(sampler.order, sampler.position) },
      best: best && { ...best, parameters: decode.parameters("best.parameters", best.parameters) },
      history: { ...history, loss: Array.from(loss) },
      parameters: decode.parameters("parameters", state.parameters),
      velocity: velocity && decode.parameters("velocity", velocity),
      average: average && decode.parameters("average", average),
    },
  };
}

/** Turns the texts of a checkpoint for a net of D inputs, H hidden units, C classes into arrays. */
function createDecoder(name: string, D: number, H: number, C: number) {
  const shapes = { W1: [D, H], b1: [H], W2: [H, C], b2: [C] };

  function numbers<T extends Float32Array | Float64Array>(
    field: string,
    text: string,
    length: number,
    Values: { new (buffer: ArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
  ): T {
    const values = fromBase64(text, Values);
    if (values?.length !== length) {
      const found = `state.${field} holds ${values?.length ?? "no whole number of"} numbers`;
      throw damaged(name, found, `${length}`, kind);
    }
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong < 0) return values;
    throw damaged(name, `state.${field}.${wrong} is ${values[wrong]}`, "a finite number", kind);
  }

  function parameters(field: string, texts: ParametersText): TwoLayerParameters {
    const decoded = (key: keyof TwoLayerParameters): Tensor => {
      const { shape, values } = texts[key];
      if (shape.join() !== shapes[key].join()) {
        const found = `state.${field}.${key}.shape is ${shape.join(" x ")}`;
        throw damaged(name, found, shapes[key].join(" x "), kind);
      }
      const length = shape.reduce((product, d) => product * d, 1);
      return tensor(numbers(`${field}.${key}.values`, values, length, Float32Array), ...shape);
    };
    return { W1: decoded("W1"), b1: decoded("b1"), W2: decoded("W2"), b2: decoded("b2") };
  }

  /** The order of a pass: every image once, and a position in it. */
  function order(text: string | null, position: number): Uint32Array | null {
    if (text === null) return null;
    const indices = fromBase64(text, Uint32Array) ?? new Uint32Array(0);
    const seen = new Uint8Array(indices.length);
    for (const index of indices) if (index < seen.length) seen[index] = 1;
    if (indices.length > 0 && !seen.includes(0) && position <= indices.length) return indices;
    const found = `state.sampler.order of ${indices.length} at position ${position}`;
    throw damaged(name, found, "every index once, and a position among them", kind);
  }

  return { numbers, parameters, order };
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
