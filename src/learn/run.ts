import type { Tensor } from "../layers/tensor.js";
import type { Functions, Input, Inputs, Output, Piece } from "./piece.js";

/*
 * Calls the functions of a piece and keeps what came of it as plain data: it runs beside a learner's code in a
 * worker, and for our own code anywhere.
 */

/** Numbers that a function returned. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  /** Whether they came in 32 bits. */
  readonly single: boolean;
}

/** What one case came to. */
export interface Outcome {
  /** Of each output: its numbers, or what is there instead, in words. */
  readonly outputs: Readonly<Record<string, Numbers | string>>;
  /** The inputs as they were afterwards. */
  readonly after: Inputs;
}

/**
 * Calls the functions of a piece with copies of the inputs.
 *
 * @throws whatever a function throws
 */
export function runCase(piece: Piece, functions: Functions, inputs: Inputs): Outcome {
  const after = copyInputs(inputs);
  const results = piece.call(functions, after);
  const outputs = piece.outputs.map(
    (output) => [output.name, numbersOf(output, results[output.from])] as const,
  );
  return { outputs: Object.fromEntries(outputs), after };
}

/** A deep copy, so that a function that changes its inputs does so here only. */
export function copyInputs(inputs: Inputs): Inputs {
  const copy = (input: Input): Input => {
    if (typeof input === "number") return input;
    if (input instanceof Uint8Array) return input.slice();
    return { data: input.data.slice(), shape: input.shape.slice() };
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, copy(input)]));
}

/** The numbers of an output, or what is there instead, in words. */
export function numbersOf({ from, field, kind }: Output, result: unknown): Numbers | string {
  if (result instanceof Promise) return `${from} returned a promise: it must not be async`;
  let value = result;
  for (const [i, key] of (field?.split(".") ?? []).entries()) {
    if (typeof value !== "object" || value === null) {
      const holder = i === 0 ? from : `${field?.split(".").slice(0, i).join(".")} of ${from}`;
      const fields = field?.includes(".") ? field.split(".")[i] : field;
      return `${i === 0 ? `${from} returned` : `${holder} is`} ${described(value)}, expected an object with ${fields}`;
    }
    value = (value as Record<string, unknown>)[key];
  }
  const found = kind === "tensor" ? tensorNumbers(value) : listNumbers(value, kind);
  if (typeof found !== "string") return found;
  return field === undefined ? `${from} returned ${found}` : `${field} of ${from} is ${found}`;
}

function tensorNumbers(value: unknown): Numbers | string {
  if (!isTensorLike(value)) return `${described(value)}, expected a tensor { data, shape }`;
  const { data, shape } = value;
  if (!(data instanceof Float64Array || data instanceof Float32Array)) {
    return `a tensor whose data is ${described(data)}, expected a Float64Array as zerosLike makes it`;
  }
  if (!Array.isArray(shape) || !shape.every((d) => Number.isInteger(d) && d >= 0)) {
    return `a tensor whose shape is ${described(shape)}, expected an array of whole numbers`;
  }
  const size = shape.reduce((product, d) => product * d, 1);
  if (data.length !== size) {
    return `a tensor of ${data.length} numbers, expected ${size} for ${shape.join(" x ")}`;
  }
  return {
    shape: shape.slice(),
    data: Float64Array.from(data),
    single: data instanceof Float32Array,
  };
}

function listNumbers(value: unknown, kind: "number" | "list"): Numbers | string {
  if (kind === "number") {
    if (typeof value !== "number") return `${described(value)}, expected a number`;
    return { shape: [], data: Float64Array.of(value), single: false };
  }
  const list = isList(value) ? Array.from(value) : null;
  if (list === null || !list.every((number) => typeof number === "number")) {
    return `${described(value)}, expected an array of numbers`;
  }
  return { shape: [list.length], data: Float64Array.from(list), single: false };
}

const isTensorLike = (value: unknown): value is { data: unknown; shape: unknown } =>
  typeof value === "object" && value !== null && "data" in value && "shape" in value;

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** What kind of value something is, in words. */
function described(value: unknown): string {
  if (value === undefined) return "undefined (is a return missing?)";
  if (value === null) return "null";
  if (value instanceof Promise) return "a promise (it must not be async)";
  if (Array.isArray(value)) return value.some(Array.isArray) ? "an array of arrays" : "an array";
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "string") return `the text "${value.slice(0, 20)}"`;
  if (typeof value === "function") return "a function";
  if (isTensorLike(value)) return "a tensor";
  if (typeof value === "object")
    return `an object of the kind ${value.constructor?.name ?? "null"}`;
  return `a ${typeof value}`;
}

/** Whether an input is a tensor. */
export function isTensor(input: Input): input is Tensor {
  return typeof input === "object" && "shape" in input;
}
