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
  const runs = setup.layers === undefined && canRun(kernels);
  return runs ? createSingleEngine(setup, kernels) : createReferenceEngine(setup);
}

/** Whether the browser has WebAssembly with SIMD, which kernels need. */
export function canRun(kernels: Uint8Array<ArrayBuffer>): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(kernels);
}
