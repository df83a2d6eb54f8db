import { UsageError } from "../errors.js";
import type { Engine, EngineSetup } from "./engine.js";
import { createReferenceEngine } from "./reference.js";
import { createSimdEngine } from "./simd/engine.js";
import { MOST_THREADS } from "./simd/sizes.js";

const engines = {
  simd: createSimdEngine,
  reference: createReferenceEngine,
} as const;

/** The name of an engine. */
export type EngineName = keyof typeof engines;

/** The names of all engines, the fastest first. */
export const engineNames = Object.keys(engines) as EngineName[];

/** The most threads that can be asked for. */
export const mostThreads = MOST_THREADS;

/** The engine that works when nobody chooses one. */
export const defaultEngine: EngineName = "simd";

/**
 * Starts an engine; who starts it closes it.
 *
 * @param setup parameters to start from, and how pixels become numbers
 * @throws {UsageError} when there is none of that name, or not with so many threads
 * @throws {RangeError} when the parameters make no net, or the mean image does not fit it
 */
export async function createEngine(name: EngineName, setup: EngineSetup): Promise<Engine> {
  if (!Object.hasOwn(engines, name)) {
    throw new UsageError(`engine "${name}" is unknown, expected one of: ${engineNames.join(", ")}`);
  }
  return engines[name](setup);
}

/**
 * Starts an engine, uses it, and closes it whatever happens.
 *
 * @param setup as for `createEngine`
 * @param use   its result is returned
 * @throws as `createEngine`, and whatever `use` throws
 */
export async function withEngine<T>(
  name: EngineName,
  setup: EngineSetup,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await createEngine(name, setup);
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}
