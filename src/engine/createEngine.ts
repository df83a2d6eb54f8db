import type { PixelWork } from "../dataset/split.js";
import { UsageError } from "../errors.js";
import type { Engine, EngineSetup } from "./engine.js";
import { createReferenceEngine } from "./reference.js";
import { simdPixelWork } from "./simd/pixelWork.js";
import { MOST_THREADS } from "./simd/sizes.js";
import { createSimdEngine } from "./simd/threaded.js";

const engines = {
  simd: createSimdEngine,
  reference: createReferenceEngine,
} as const;

/** The name of an engine. */
export type EngineName = keyof typeof engines;

/** The names of all engines, the fastest first. */
export const engineNames = Object.keys(engines) as EngineName[];

/** The largest number of threads. */
export const mostThreads = MOST_THREADS;

/** The default engine. */
export const defaultEngine: EngineName = "simd";

/** The work on all pixels of a data set as fast as an engine does it; undefined leaves it to plain functions. */
export async function pixelWorkOf(name: EngineName): Promise<PixelWork | undefined> {
  return name === "simd" ? simdPixelWork() : undefined;
}

/**
 * Starts an engine. Close it after use, or let `withEngine` do so.
 *
 * @throws {UsageError} when the name is unknown, the number of threads is not supported, or layers are handed
 *                      to an engine that takes none
 * @throws {RangeError} when the parameters make no net, or the preprocessing does not fit it
 */
export async function createEngine(name: EngineName, setup: EngineSetup): Promise<Engine> {
  if (!Object.hasOwn(engines, name)) {
    throw new UsageError(`engine "${name}" is unknown, expected one of: ${engineNames.join(", ")}`);
  }
  if (setup.layers !== undefined && name !== "reference") {
    throw new UsageError(`engine ${name}: it has layers of its own, expected reference for others`);
  }
  return engines[name](setup);
}

/**
 * Starts an engine, uses it, and closes it, even if `use` throws.
 *
 * @returns the result of `use`
 * @throws the errors of `createEngine` and of `use`
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
