import type { Engine, EngineSetup } from "../engine.js";
import { crewOfOne } from "./crew.js";
import { startSimdEngine } from "./engine.js";
import { createMemory } from "./memory.js";
import { sizesOf } from "./sizes.js";

/**
 * Starts the fast engine on the thread that calls, where memory cannot be shared: in a page from disk.
 *
 * @param module the file kernels-single.wasm: the same sources, built for memory that is not shared
 */
export async function createSingleEngine(
  setup: EngineSetup,
  module: WebAssembly.Module,
): Promise<Engine> {
  return startSimdEngine(setup, sizesOf({ ...setup, threads: 1 }, 1), {
    module,
    memory: createMemory(false),
    startCrew: async (...place) => crewOfOne(...place),
  });
}
