import { readFileSync } from "node:fs";
import { createBrowserEngine } from "../../src/engine/createBrowserEngine.js";
import { createEngine, type EngineName, engineNames } from "../../src/engine/createEngine.js";
import type { Engine, EngineSetup } from "../../src/engine/engine.js";
import { built } from "../../src/engine/simd/loadKernels.js";

/** The kernels of the one thread that a page from disk has. */
export const singleKernels: () => Uint8Array<ArrayBuffer> = () =>
  new Uint8Array(readFileSync(new URL("kernels-single.wasm", built)));

/** Every engine, that of a page among them. */
export const everyEngine = [...engineNames, "browser"] as const;

/** Starts an engine of Node, or that of a page. */
export function startEngine(name: EngineName | "browser", setup: EngineSetup): Promise<Engine> {
  return name === "browser"
    ? createBrowserEngine(setup, singleKernels())
    : createEngine(name, setup);
}
