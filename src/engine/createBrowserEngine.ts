import type { Engine, EngineSetup } from "./engine.js";
import { createReferenceEngine } from "./reference.js";
import { createSingleEngine } from "./simd/single.js";

/**
 * Starts an engine in a page or in a worker of one: the fast one, or the reference engine where the browser
 * cannot run the kernels, or where layers are handed in.
 *
 * @param kernels the file kernels-single.wasm
 * @throws {RangeError} when the parameters make no net, or the preprocessing does not fit it
 */
export function createBrowserEngine(
  setup: EngineSetup,
  kernels: Uint8Array<ArrayBuffer>,
): Promise<Engine> {
  const module = setup.layers === undefined ? compiled(kernels) : null;
  return module === null ? createReferenceEngine(setup) : createSingleEngine(setup, module);
}

/** The kernels; null where a browser lacks WebAssembly or its SIMD, or a policy forbids it. */
function compiled(kernels: Uint8Array<ArrayBuffer>): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(kernels);
  } catch {
    return null;
  }
}
