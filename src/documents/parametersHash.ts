import { createHash } from "node:crypto";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";
import { littleEndian } from "./base64.js";

/**
 * SHA-256 of the parameters, to tell at a glance whether two runs gave the same bytes.
 *
 * @returns 64 hexadecimal digits, over W1, b1, W2, b2 as little-endian float32 in row-major order
 */
export function parametersHash(parameters: TwoLayerParameters): string {
  const hash = createHash("sha256");
  for (const name of parameterNames) {
    hash.update(littleEndian(Float32Array.from(parameters[name].data)));
  }
  return hash.digest("hex");
}
