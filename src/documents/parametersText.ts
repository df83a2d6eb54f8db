import * as v from "valibot";
import type { Tensor } from "../layers/tensor.js";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { fromBase64, toBase64 } from "./base64.js";
import type { Damage } from "./document.js";
import { checkNumbers, readParameters } from "./reading.js";
import * as s from "./schemas.js";

/*
 * Parameters whose numbers are in base64, which keeps every bit and takes a third of the room of decimals.
 */

/** Checks parameters as `parametersText` writes them. */
export const parametersTextSchema = s.parametersSchema(v.string());

/** Parameters with their shapes, by name. */
export function parametersText(parameters: TwoLayerParameters): Record<string, unknown> {
  const text = ({ shape, data }: Tensor) => ({ shape, values: toBase64(data) });
  return Object.fromEntries(parameterNames.map((key) => [key, text(parameters[key])]));
}

/**
 * The inverse of `parametersText`, for a net of D inputs, H hidden units and C classes.
 *
 * @param field their place in the document
 * @throws {InputError} naming the first shape or number that is wrong
 */
export function readParametersText(
  field: string,
  texts: v.InferOutput<typeof parametersTextSchema>,
  size: readonly [D: number, H: number, C: number],
  damaged: Damage,
): TwoLayerParameters {
  const floats = (field: string, text: string, length: number) =>
    checkNumbers(field, fromBase64(text, Float32Array), length, damaged);
  return readParameters(field, texts, size, floats, damaged);
}
