import { UsageError } from "../errors.js";
import type { Engine, EngineSetup } from "./engine.js";
import { createReferenceEngine } from "./reference.js";

const engines = { reference: createReferenceEngine } as const;

export type EngineName = keyof typeof engines;

export const engineNames = Object.keys(engines) as EngineName[];

/** The engine that works when nobody chooses one. */
export const defaultEngine: EngineName = "reference";

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
