import { availableParallelism } from "node:os";
import type { Engine, EngineSetup } from "../engine.js";
import { startSimdEngine } from "./engine.js";
import { compileKernels } from "./loadKernels.js";
import { createMemory } from "./memory.js";
import { sizesOf } from "./sizes.js";
import { ThreadRefusedError, Threads } from "./threads.js";

/**
 * Starts the fast engine on Node's worker threads.
 *
 * @throws {UsageError} when the machine does not let the threads start that `setup` asks for
 */
export async function createSimdEngine(setup: EngineSetup): Promise<Engine> {
  const sizes = sizesOf(setup, availableParallelism());
  const module = await compileKernels();
  const memory = createMemory(true);
  try {
    return await startSimdEngine(setup, sizes, {
      module,
      memory,
      startCrew: (kernels, place) => Threads.start(kernels, { module, ...place }),
    });
  } catch (error) {
    if (!(error instanceof ThreadRefusedError) || setup.threads !== undefined) throw error;
    setup.warn?.(`${error.found}; one thread does all the work, slower, with the same results`);
    return createSimdEngine({ ...setup, threads: 1 });
  }
}
