import { createHash } from "node:crypto";
import { parameterNames, type TwoLayerParameters } from "../net/twoLayerNet.js";

/**
 * SHA-256 of the parameters, to tell at a glance whether two runs gave the same bytes.
 *
 * @returns 64 hexadecimal digits, over W1, b1, W2, b2 as little-endian float32 in row-major order
 */
export function parametersHash(parameters: TwoLayerParameters): string {
  const hash = createHash("sha256");
  for (const name of parameterNames) {
    const { data } = parameters[name];
    const bytes = new DataView(new ArrayBuffer(4 * data.length));
    for (let i = 0; i < data.length; i++) bytes.setFloat32(4 * i, data[i], true);
    hash.update(bytes);
  }
  return hash.digest("hex");
}
