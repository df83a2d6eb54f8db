import type { Engine, EngineSetup } from "../engine.js";
import { crewOfOne } from "./crew.js";
import { startSimdEngine } from "./engine.js";
import { createMemory } from "./memory.js";
import { sizesOf } from "./sizes.js";

/**
 * Starts the fast engine on the thread that calls, where memory cannot be shared: in a page from disk.
 *
 * @param kernels the file kernels-single.wasm: the same sources, built for memory that is not shared
 */
export async function createSingleEngine(
  setup: EngineSetup,
  kernels: Uint8Array<ArrayBuffer>,
): Promise<Engine> {
  return startSimdEngine(setup, sizesOf({ ...setup, threads: 1 }, 1), {
    module: new WebAssembly.Module(kernels),
    memory: createMemory(false),
    startCrew: async (...place) => crewOfOne(...place),
  });
}
