import { readFileSync } from "node:fs";
import type { Kernels } from "./contract.js";

/** Where `npm run build` puts what cannot run from TypeScript: the kernels and the worker. */
export const built: URL = new URL("../../../dist/engine/simd/", import.meta.url);

/**
 * Compiles the kernels, which sources load from dist as well.
 *
 * @throws {Error} in sources, when dist was built from other ones
 */
export async function compileKernels(): Promise<WebAssembly.Module> {
  if (import.meta.url.endsWith(".ts")) {
    const { checkFreshness } = await import("./freshness.js");
    checkFreshness(new URL("./", import.meta.url), built);
  }
  return new WebAssembly.Module(readFileSync(new URL("kernels.wasm", built)));
}

/** Kernels that work on a memory. */
export function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as Kernels;
}
