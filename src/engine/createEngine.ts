import { UsageError } from "../errors.js";
import type { Engine, EngineSetup } from "./engine.js";
import { createReferenceEngine } from "./reference.js";
import { createSimdEngine, MOST_THREADS } from "./simd/simd.js";

const engines = {
  simd: createSimdEngine,
  reference: createReferenceEngine,
} as const;

export type EngineName = keyof typeof engines;

export const engineNames = Object.keys(engines) as EngineName[];

/** The most threads that can be asked for. */
export const mostThreads = MOST_THREADS;

/** The engine that works when nobody chooses one. */
export const defaultEngine: EngineName = "simd";

/**
 * Starts an engine.
 *
 * @throws {UsageError} when there is none of that name
 */
export async function createEngine(name: EngineName, setup: EngineSetup): Promise<Engine> {
  if (!Object.hasOwn(engines, name)) {
    throw new UsageError(`engine "${name}" is unknown, expected one of: ${engineNames.join(", ")}`);
  }
  return engines[name](setup);
}
