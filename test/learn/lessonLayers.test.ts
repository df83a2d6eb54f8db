import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine/createEngine.js";
import { compareLosses } from "../../src/learn/compareLosses.js";
import { LessonError } from "../../src/learn/lessonError.js";
import { lessonFiles } from "../../src/learn/lessonFiles.js";
import { lessonLayers } from "../../src/learn/lessonLayers.js";
import { lessonRun } from "../../src/learn/lessonRun.js";
import { loadFolder } from "../../src/learn/loadFolder.js";
import { loadLesson, pieceOf } from "../../src/learn/modules.js";
import { type Piece, solutionText, stubText } from "../../src/learn/piece.js";
import { parameterNames } from "../../src/net/twoLayerNet.js";
import { recipes } from "../../src/settings/recipes.js";
import { train } from "../../src/training/train.js";
import { emptyFolder } from "../support/dataFolder.js";
import { freshNet, mnist, preprocessingOf, shortRun, smallSplit } from "../support/mnist.js";

const lesson = async (bug?: string) => lessonLayers(await loadLesson(bug), "the lesson");
const settings = shortRun({ iterations: 20, batchSize: 10, learningRate: 1e-3 });

describe("layers handed to the reference engine", () => {
  it("the finished lesson trains as our own layers do, but for rounding", async () => {
    const split = await smallSplit(100, 50);
    const [own, theirs] = [freshNet(), freshNet()];
    const options = { settings, seed: 1, engine: "reference" } as const;
    const first = await train(own, split, options);
    const { layers } = await lesson();
    const second = await train(theirs, split, { ...options, layers });
    for (const [i, loss] of first.history.loss.entries()) {
      expect(second.history.loss[i] / loss).toBeCloseTo(1, 4);
    }
    expect(second.validationAccuracy).toBeCloseTo(first.validationAccuracy as number, 1);
    for (const name of parameterNames) {
      expect(theirs.parameters[name].data).toBeInstanceOf(Float32Array);
    }
  });

  it("a bug in them is felt", async () => {
    const split = await smallSplit(100, 50);
    const options = { settings, seed: 1, engine: "reference" } as const;
    const { layers } = await lesson("sgd-sign");
    const { history } = await train(freshNet(), split, { ...options, layers });
    expect(history.loss.at(-1)).toBeGreaterThan(history.loss[0]);
  });

  it("the fast engine takes none", async () => {
    const split = await smallSplit(10, 10);
    const setup = { parameters: freshNet().parameters, preprocessing: preprocessingOf(split) };
    const { layers } = await lesson();
    await expect(createEngine("simd", { ...setup, layers })).rejects.toThrow(
      "engine simd: it has layers of its own, expected reference for others",
    );
  });

  it("what the lesson has no layers for is refused", async () => {
    const split = await smallSplit(20, 10);
    const { layers } = await lesson();
    for (const changed of [{ labelSmoothing: 0.1 }, { dropout: 0.5 }, { momentum: 0.9 }]) {
      const options = { settings: { ...settings, ...changed }, seed: 1, layers };
      await expect(train(freshNet(), split, { ...options, engine: "reference" })).rejects.toThrow(
        /the layers of the lesson have none, expected a recipe without/,
      );
    }
  });

  it("its split is ours", async () => {
    const { train: all } = await mnist();
    const few = {
      ...all,
      images: all.images.subarray(0, 30 * 784),
      labels: all.labels.subarray(0, 30),
    };
    const { splitImages } = await lesson();
    const split = splitImages(few, { validation: 10, limit: null });
    expect(split).toEqual(await smallSplit(20, 10));
  });
});

describe("a learner's folder", () => {
  /** A finished folder with some files changed. */
  function folderWith(changes: Record<string, string | null>): string {
    const folder = join(emptyFolder(), "lesson");
    mkdirSync(folder);
    for (const { name, text } of lessonFiles([])) writeFileSync(join(folder, name), text);
    for (const [name, text] of Object.entries(changes)) {
      if (text === null) rmSync(join(folder, name));
      else writeFileSync(join(folder, name), text);
    }
    return folder;
  }

  it("gives all functions of its files, which use each other", async () => {
    const functions = await loadFolder(folderWith({}));
    expect(Object.keys(functions)).toHaveLength(17);
    const split = await smallSplit(50, 10);
    const { layers } = lessonLayers(functions, "the folder");
    const { std, learningRate, reg, scale } = recipes.notebook.settings;
    const first = { hidden: 10, batchSize: 20, learningRate, reg, std, scale, seed: 1 };
    expect(await compareLosses(layers, split, first)).toMatchObject({
      compared: 50,
      largest: 0,
      differs: null,
    });
  });

  /** ReLU backward with something in front of its last line. */
  const withLast = (code: string) =>
    solutionText(pieceOf("relu-backward") as Piece).replace("return dx;", `${code}\n  return dx;`);

  it.each([
    [
      "a file that is missing",
      { "softmax.mjs": null },
      "lesson/softmax.mjs: there is no such file, expected a piece of the lesson; npx mnist-learn reset softmax writes it again",
    ],
    [
      "a file that does not parse",
      { "softmax.mjs": "\nexport function softmax( {" },
      "lesson/softmax.mjs:2: Unexpected end of input, in `export function softmax( {`, expected a module that loads; check it with npx mnist-learn check softmax",
    ],
    [
      "a function that is not exported",
      { "training-loop.mjs": "" },
      "lesson/training-loop.mjs: it exports nothing, expected export function randomBatch(...); check it with npx mnist-learn check training-loop",
    ],
    [
      "a function that throws",
      { "relu-backward.mjs": withLast("x.no.length;") },
      "lesson/relu-backward.mjs:23: Cannot read properties of undefined (reading 'length'), in `x.no.length;`, expected code that runs to its end; find out more with npx mnist-learn check --all",
    ],
    [
      "a shape that is wrong, by the line where it is noticed",
      { "relu-backward.mjs": withLast("return zerosLike(x, 1);") },
      /^lesson.affine-backward\.mjs:27: dout is 1, expected 8 x 5, in `checkShape\("dout", /,
    ],
    [
      "tensor.mjs that is missing",
      { "tensor.mjs": null },
      "lesson/affine-forward.mjs: there is no tensor.mjs beside it: npx mnist-learn reset tensor writes it again, expected",
    ],
    [
      "nothing returned",
      { "net-loss.mjs": "export function lossAndGradients() {}" },
      "lesson: lossAndGradients returned undefined (is a return missing?), expected an object with loss; find out more with npx mnist-learn check --all",
    ],
    [
      "an async function",
      { "sgd-step.mjs": "export async function updateParameters() {}" },
      "lesson: updateParameters returned a promise, expected no async function; find out more",
    ],
    [
      "a list where a tensor belongs",
      { "net-scores.mjs": "export const scores = () => [[1]]; export const predict = scores;" },
      "lesson: scores returned an array of arrays, expected a tensor { data, shape }; find out more",
    ],
    [
      "part of a split",
      {
        "mean-image.mjs":
          "export const meanImage = () => [], preprocess = meanImage, splitImages = () => ({});",
      },
      "lesson: train of splitImages is undefined (is a return missing?), expected an object with images; find",
    ],
    [
      "a loop without end in a function",
      { "relu-backward.mjs": withLast("for (;;);") },
      "lesson: lossAndGradients was still running after 0.5 s, expected a result for 8 small images; look for a loop without end; npx mnist-learn check --all finds the piece",
    ],
    [
      "a loop without end outside of functions",
      { "softmax.mjs": "for (;;);" },
      "lesson: softmax.mjs was still running after 0.5 s, expected",
    ],
    [
      "a flood of memory",
      {
        "relu-backward.mjs": withLast("const all = []; for (;;) all.push(new Array(1e5).fill(1));"),
      },
      "lesson: lossAndGradients took more than 150 MB of memory, expected",
    ],
    [
      "the end of the program",
      { "relu-backward.mjs": withLast("process.exit();") },
      "lesson: lossAndGradients ended the program before it returned, expected",
    ],
  ])("%s is one line", async (what, changes, message) => {
    const folder = folderWith(changes as never);
    const timeLimit = what.startsWith("a loop") ? 500 : 30_000;
    const limits = { timeLimit, memoryLimit: 150 };
    const error = await loadFolder(folder, undefined, limits).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(LessonError);
    const shown = error.message.replaceAll(folder, "lesson");
    if (typeof message === "string") expect(shown).toContain(message);
    else expect(shown).toMatch(message);
    expect(shown).not.toContain("\n");
  });

  it("a piece that is not called may be unwritten", async () => {
    const stub = (name: string) => ({ [`${name}.mjs`]: stubText(pieceOf(name) as Piece) });
    const folder = folderWith({ ...stub("mean-image"), ...stub("training-loop") });
    await expect(loadFolder(folder, ["lossAndGradients"])).resolves.toBeDefined();
    await expect(loadFolder(folder)).rejects.toThrow(
      /mean-image\.mjs:\d+: not written yet: splitImages, expected all that is called here/,
    );
  });

  it("what a function throws or returns is said to be the folder's, in one line", async () => {
    const split = await smallSplit(50, 10);
    const with_ = async (text: string) => {
      const functions = { ...(await loadLesson()) };
      functions.lossAndGradients = new Function(`return ${text}`)();
      const { layers } = lessonLayers(functions, "my-lesson");
      const options = { settings, seed: 1, layers, engine: "reference" } as const;
      return train(freshNet(), split, options);
    };
    await expect(with_("() => { throw new Error('not written yet: f') }")).rejects.toThrow(
      "my-lesson: not written yet: f, expected code that runs to its end; check it with npx mnist-learn",
    );
    await expect(with_("(p) => p.x.y")).rejects.toThrow(
      /^my-lesson: lossAndGradients failed: Cannot read/,
    );
    await expect(with_("() => ({ loss: 'a' })")).rejects.toThrow(
      /^my-lesson: lossAndGradients returned something else \(loss is string, expected a number\)/,
    );
    await expect(with_("() => undefined")).rejects.toThrow(/^my-lesson: lossAndGradients returned/);
  });
});

describe("the first losses", () => {
  it("of a bug differ from those of the finished layers, and it says where", async () => {
    const split = await smallSplit(50, 10);
    const first = {
      hidden: 10,
      batchSize: 20,
      learningRate: 1e-3,
      reg: 0.2,
      std: 1e-4,
      scale: 1,
      seed: 1,
    };
    const { layers } = await lesson("relu-not-masked");
    const { differs } = await compareLosses(layers, split, first);
    expect(differs?.iteration).toBeGreaterThan(1); // the first loss comes before any step
    expect(differs?.found).not.toBe(differs?.expected);
  });
});

describe("a run by the lesson's own loop", () => {
  it("learns, and a mistake in the data is felt in it", async () => {
    const { train: all } = await mnist();
    const images = {
      ...all,
      images: all.images.subarray(0, 1200 * 784),
      labels: all.labels.subarray(0, 1200),
    };
    const small = {
      hidden: 10,
      iterations: 150,
      batchSize: 20,
      learningRate: 3e-3,
      decay: 0.99,
      reg: 0.2,
      std: 1e-4,
      validation: 200,
      seed: 1,
    };
    const right = lessonRun(await loadLesson(), images, small);
    expect(right.losses).toHaveLength(150);
    expect(right.validationAccuracy).toBeGreaterThan(0.6);
    const wrong = lessonRun(await loadLesson("batch-labels-in-order"), images, small);
    expect(wrong.validationAccuracy).toBeLessThan(right.validationAccuracy - 0.2);
  });
});
