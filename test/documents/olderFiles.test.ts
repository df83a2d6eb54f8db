import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decodeCheckpoint } from "../../src/documents/checkpoint.js";
import { decodeHistory } from "../../src/documents/history.js";
import { decodeModel } from "../../src/documents/model.js";
import { parametersHash } from "../../src/documents/parametersHash.js";
import { runCommand } from "../support/runCommand.js";

/*
 * The files in fixtures/ were written by version 0.1.0 before settings became one table. They stay as
 * they are: whatever later versions write, they read these.
 */

const path = (name: string) => fileURLToPath(new URL(`fixtures/${name}.json`, import.meta.url));
const read = (name: string) => readFileSync(path(name), "utf8");

const hashes = {
  step: "0ca4a65af98d8bf80dfb2bd076605ecadbbae8e2302458bccbb49706cf76d48e",
  fast: "9c1026a05d60d68f6838a53d6d44a151972d611742981dad25dd4d10db4dc84b",
  notebook: "e64370f02e2d3bc56df82e8164979727c8d39516eac963037589f70cf937c4a5",
} as const;
const kinds = Object.keys(hashes) as (keyof typeof hashes)[];

describe("files of version 0.1.0", () => {
  it.each(kinds)("a model (%s) keeps its parameters, recipe and figures", (kind) => {
    const model = decodeModel(read(`model-${kind}`));
    expect(parametersHash(model.parameters)).toBe(hashes[kind]);
    expect(model.training).toMatchObject({
      recipe: kind === "fast" ? "fast" : "notebook",
      seed: 1,
    });
    expect(model.settings).toMatchObject({
      batchSize: { step: 20, fast: 100, notebook: 200 }[kind],
      limit: kind === "notebook" ? 200 : 300,
    });
    expect(model.figures.validationAccuracy).toBe({ step: 0.18, fast: 0.27, notebook: 0.1 }[kind]);
  });

  it.each(kinds)("a history (%s) keeps its losses, epochs and the run's hash", (kind) => {
    const { history, parametersSha256, settings } = decodeHistory(read(`history-${kind}`));
    expect(history.loss).toHaveLength({ step: 20, fast: 6, notebook: 10 }[kind]);
    expect(history.epochs).toHaveLength({ step: 1, fast: 2, notebook: 10 }[kind]);
    expect(parametersSha256).toBe(hashes[kind]);
    expect(settings?.hidden).toBe(kind === "step" ? 3 : 2);
    expect(history.start).toBeNull(); // later versions record these
    expect(history.epochs[0].penalty).toBeNull();
  });

  it.each(kinds)("a checkpoint (%s) holds the state at the end of its run", (kind) => {
    const { state, settings } = decodeCheckpoint(read(`checkpoint-${kind}`));
    expect(state.iteration).toBe({ step: 20, fast: 6, notebook: 10 }[kind]);
    expect(settings.momentum).toBe(kind === "notebook" ? 0 : 0.9);
  });

  it.each([
    ["step", "f48c468aeafddbbf69907f7048a978d59c1e69cd12fa022541fa8c1697a97bac"],
    ["notebook", "8f6e371017e827d98bd92d1b9264152217dc05aed65a5b67bf79d879cc2f1415"],
  ])("a checkpoint (%s) is resumed to the bytes that version 0.1.0 reached", async (kind, hash) => {
    const folder = mkdtempSync(join(tmpdir(), "older-"));
    const checkpoint = join(folder, "checkpoint.json");
    copyFileSync(path(`checkpoint-${kind}`), checkpoint);
    const args = [
      "--resume",
      checkpoint,
      "--iterations",
      "30",
      "--out",
      join(folder, "model.json"),
    ];
    const { exitCode, stdout } = await runCommand("mnist-train", [...args, "--quiet", "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).parametersSha256).toBe(hash);
  });
});
