import { readFileSync } from "node:fs";

/** Where `npm run build` puts what cannot run from TypeScript: the kernels and the worker. */
export const built: URL = new URL("../../../dist/engine/simd/", import.meta.url);

/**
 * Compiles the kernels, which sources load from dist as well.
 *
 * @throws {Error} in sources, when dist was built from other ones
 */
export async function compileKernels(): Promise<WebAssembly.Module> {
  if (import.meta.url.endsWith(".ts")) {
    const { checkFreshness } = await import("./freshness.js");
    checkFreshness(new URL("./", import.meta.url), built);
  }
  return new WebAssembly.Module(readFileSync(new URL("kernels.wasm", built)));
}
