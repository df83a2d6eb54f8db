import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createEngine } from "../../src/engine/createEngine.js";
import * as freshness from "../../src/engine/simd/freshness.js";
import { checkFreshness, HASH_FILE, hashSources } from "../../src/engine/simd/freshness.js";
import { built } from "../../src/engine/simd/loadKernels.js";
import { freshNet } from "../support/mnist.js";

vi.mock("../../src/engine/simd/freshness.js", { spy: true });

/** Sources, and what was built from them, in a folder that goes when the test is over. */
function project() {
  const folder = mkdtempSync(join(tmpdir(), "mnist-train-freshness-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "src/kernels"), { recursive: true });
  mkdirSync(join(folder, "dist"));
  const source = (name: string) => join(folder, "src", name);
  writeFileSync(source("worker.ts"), "work();\n");
  writeFileSync(source("kernels/update.ts"), "update();\n");
  const [sources, dist] = ["src", "dist"].map((name) => pathToFileURL(`${folder}/${name}/`));
  const hashFile = new URL(HASH_FILE, dist);
  writeFileSync(hashFile, hashSources(sources));
  const check = () => checkFreshness(sources, dist);
  return { source, hashFile, check };
}

describe("what was built of the simd engine", () => {
  it("is accepted as long as its sources are the same", () => {
    const { check } = project();
    expect(check).not.toThrow();
  });

  it("is refused after a kernel or the worker was changed, and says what to do", () => {
    for (const name of ["kernels/update.ts", "worker.ts"]) {
      const { source, check } = project();
      writeFileSync(source(name), "other();\n");
      expect(check).toThrow(/dist\/: built from other sources, expected .*; run npm run build$/);
    }
  });

  it("is refused after a source was added, removed or renamed", () => {
    const added = project();
    writeFileSync(added.source("kernels/gelu.ts"), "");
    expect(added.check).toThrow("built from other sources");
    const removed = project();
    rmSync(removed.source("kernels/update.ts"));
    expect(removed.check).toThrow("built from other sources");
    const renamed = project();
    renameSync(renamed.source("worker.ts"), renamed.source("thread.ts"));
    expect(renamed.check).toThrow("built from other sources");
  });

  it("is missed where nothing was built", () => {
    const { hashFile, check } = project();
    rmSync(hashFile);
    expect(check).toThrow(/dist\/: not built, expected .*; run npm run build$/);
  });

  it("is checked before the engine starts from its sources", async () => {
    const start = () =>
      createEngine("simd", {
        parameters: freshNet().parameters,
        preprocessing: { rows: 28, columns: 28, meanImage: new Float32Array(784), scale: 1 },
      });
    const check = vi.mocked(freshness.checkFreshness);
    check.mockClear();
    await (await start()).close();
    const sources = new URL("../../src/engine/simd/", import.meta.url);
    expect(check.mock.calls).toEqual([[sources, built]]);
    check.mockImplementationOnce(() => {
      throw new Error("built from other sources");
    });
    await expect(start()).rejects.toThrow("built from other sources");
  });
});
