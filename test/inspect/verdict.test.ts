import { describe, expect, it } from "vitest";
import { preprocessingOf, splitImages } from "../../src/dataset/split.js";
import { countDeadUnits } from "../../src/inspect/deadUnits.js";
import { verdict } from "../../src/inspect/verdict.js";
import { initialize } from "../../src/net/initialize.js";
import { TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { Random, streams } from "../../src/random.js";
import { type RecipeName, recipes } from "../../src/settings/recipes.js";
import type { Settings } from "../../src/settings/settings.js";
import type { History } from "../../src/training/history.js";
import { train } from "../../src/training/trainer.js";
import { mnist } from "../support/mnist.js";

const { settings: lesson } = recipes.notebook;

type Curves = Pick<History, "loss" | "epochs">;

/** Kinds and suggestions of what stands out. */
const said = (history: Curves, settings: Partial<Settings> = {}, deadUnits = 0) =>
  verdict(history, { settings: { ...lesson, ...settings }, deadUnits }).findings.map(
    ({ kind, suggestion }) => `${kind}: ${suggestion}`,
  );

/** A run as `mnist-train` makes it, judged. */
async function run(recipe: RecipeName, changes: Partial<Settings>): Promise<string[]> {
  const settings: Settings = { ...recipes[recipe].settings, ...changes };
  const split = splitImages((await mnist()).train, settings);
  const { hidden: hiddenSize, std, scale } = settings;
  const size = { inputSize: 784, hiddenSize, classCount: 10, std };
  const net = new TwoLayerNet(initialize(size, Random.fromSeed(1, streams.weights)));
  const { history } = await train(net, split, { settings, seed: 1 });
  const dead = countDeadUnits(net, split.train.images, preprocessingOf(split, scale));
  return said(history, settings, dead ?? 0);
}

describe("the verdict on a real run", () => {
  it("that learns by heart: overfitting", async () => {
    expect(await run("overfit", {})).toEqual([
      "overfitting: more images, with a larger --limit than 1000",
    ]);
  });

  it("that was ended early: still falling", async () => {
    expect(await run("overfit", { iterations: 30 })).toEqual(["still falling: --iterations 60"]);
    expect(await run("notebook", { iterations: 50, validation: 0 })).toEqual([
      "still falling: --iterations 100",
    ]);
  });

  it("with steps that are too small: still falling, and larger steps", async () => {
    const slow = { learningRate: 3e-5, iterations: 3000, limit: 20000, validation: 1000 };
    expect(await run("notebook", { ...slow, hidden: 50 })).toEqual([
      "still falling: --learning-rate 0.0003",
    ]);
  });

  it("that does not get away from where it began: larger steps, too", async () => {
    const still = { learningRate: 1e-6, iterations: 300, limit: 10000, validation: 1000 };
    expect(await run("notebook", still)).toEqual(["underfitting: --learning-rate 0.00001"]);
  });

  it("of three hidden units: underfitting", async () => {
    expect(await run("notebook", { hidden: 3, iterations: 3000 })).toEqual([
      "underfitting: --hidden 50",
    ]);
  });

  it("with steps that are too large: unstable, and dead units", async () => {
    const wild = { learningRate: 1.5, validation: 10000 };
    const [first, second, ...more] = await run("fast", wild);
    expect(first).toBe("unstable: --learning-rate 0.75");
    expect(second).toMatch(/^dead units: --learning-rate 0.75, as/);
    expect(more).toEqual([]);
  });

  it("of the recipe fast: nothing", async () => {
    expect(await run("fast", { validation: 10000 })).toEqual([]);
  });
});

/** Losses around a curve, with the noise of batches. */
function losses(n: number, curve: (share: number) => number, noise = 0.1): number[] {
  const random = Random.fromSeed(1);
  return Array.from({ length: n }, (_, i) => curve(i / n) * (1 + noise * random.gaussian()));
}

/** Epochs with these accuracies at a rate that stays. */
const epochs = (n: number, accuracies: (share: number) => [number, number | null], rate = 1e-3) =>
  Array.from({ length: n }, (_, i) => {
    const [trainingAccuracy, validationAccuracy] = accuracies((i + 1) / n);
    const at = { epoch: i + 1, iteration: 100 * (i + 1), learningRate: rate, penalty: null };
    return { ...at, trainingAccuracy, validationAccuracy };
  });

const level = { loss: losses(4000, (t) => 0.13 + 2 * Math.exp(-20 * t)) };
const good = epochs(40, () => [0.99, 0.98]);

describe("the verdict on curves made by hand", () => {
  it("is silent where there is too little to see", () => {
    for (const loss of [[], [2.3], losses(19, (t) => 2 - 1.9 * t)]) {
      expect(verdict({ loss, epochs: [] }, { settings: lesson, deadUnits: null })).toEqual({
        ...{ findings: [], text: "Too few updates to say how the run went." },
      });
    }
    expect(said({ loss: losses(20, (t) => 2 - 1.9 * t), epochs: [] })).toHaveLength(1);
  });

  it("is silent on slope and gap where nobody tells the settings", () => {
    const falling = { loss: losses(4000, (t) => 2 - 1.9 * t), epochs: epochs(9, () => [1, 0.5]) };
    const judged = verdict(falling, { settings: null, deadUnits: null });
    expect(judged).toEqual({ findings: [], text: "Nothing stands out in the curves." });
  });

  it("says that a run has levelled off, and what that rests on", () => {
    const { findings, text } = verdict(
      { ...level, epochs: good },
      { settings: lesson, deadUnits: 0 },
    );
    expect(findings.map(({ kind }) => kind)).toEqual(["converged"]);
    expect(Math.abs(findings[0].numbers.fall)).toBeLessThan(0.01);
    expect(text).toMatch(
      /^Leveled off: .* changed the loss by 0\.\d %, and validation accuracy by/,
    );
    const alone = epochs(40, () => [0.99, null]);
    expect(verdict({ ...level, epochs: alone }, { settings: lesson, deadUnits: 0 }).text).toMatch(
      /and training accuracy by .* overfitting cannot be detected\.$/,
    );
  });

  it("does not take for levelled off what only its small steps made flat", () => {
    for (const kind of ["cosine", "one-cycle"] as const) {
      const schedule = { kind };
      expect(said({ ...level, epochs: good }, { schedule })).toEqual([]);
      const falling = { loss: losses(4000, (t) => 2 - 1.9 * t), epochs: good };
      expect(said(falling, { schedule })).toEqual([]);
    }
    const faded = good.map((of) => ({ ...of, learningRate: of.epoch > 20 ? 1e-5 : 1e-3 }));
    expect(said({ ...level, epochs: faded })).toEqual([]);
  });

  it("nor where accuracy still rises, or epochs are few", () => {
    const rising = epochs(40, (t) => [0.9 + 0.09 * t, 0.9 + 0.08 * t]);
    expect(said({ ...level, epochs: rising })).toEqual([]);
    expect(said({ ...level, epochs: good.slice(0, 11) })).toEqual([]);
  });

  it("calls it overfitting from the epoch on in which the gap opened", () => {
    const opening = epochs(40, (t) => [0.9 + 0.1 * t, 0.9 + 0.02 * t]);
    const history = { ...level, epochs: opening };
    const [finding] = verdict(history, { settings: lesson, deadUnits: 0 }).findings;
    expect(finding).toMatchObject({ kind: "overfitting", numbers: { since: 15 } }); // 0.08 · 15/40 = 3 %
    expect(finding.text).toContain("more than 3 points apart since epoch 15.");
    expect(said(history)).toEqual(["overfitting: --augment"]);
    expect(said(history, { augment: true })).toEqual(["overfitting: --dropout 0.2"]);
    expect(said(history, { augment: true, dropout: 0.5 })).toEqual([
      "overfitting: fewer --hidden units",
    ]);
  });

  it("does not ask a net that overfits to train for longer", () => {
    const falling = losses(4000, (t) => 2.3 - 2 * t);
    const apart = epochs(5, () => [0.85, 0.6]);
    expect(said({ loss: falling, epochs: apart })).toEqual(["overfitting: --augment"]);
    expect(said({ loss: falling, epochs: apart.slice(0, 2) })).toEqual([
      "still falling: --iterations 8000",
    ]);
  });

  it("does not where chance on few validation images makes such gaps, or they close", () => {
    const history = { ...level, epochs: epochs(8, () => [0.99, 0.9]) };
    expect(said(history, { validation: 10000 })).toEqual(["overfitting: --augment"]);
    expect(said(history, { validation: 100 })).toEqual([]);
    const closing = epochs(8, (t) => (t < 1 ? [0.99, 0.9] : [0.99, 0.97]));
    expect(said({ ...level, epochs: closing })).toEqual([]);
  });

  it("calls it overfitting where validation accuracy goes down while training accuracy does not", () => {
    const turning = epochs(40, (t) => [0.97 + 0.02 * t, t < 0.5 ? 0.98 : 0.98 - 0.02 * (t - 0.5)]);
    expect(said({ ...level, epochs: turning })).toEqual(["overfitting: --keep-best"]);
    expect(said({ ...level, epochs: turning }, { keepBest: true })).toEqual([]);
    const late = epochs(40, (t) => [0.97 + 0.02 * t, t <= 0.75 ? 0.98 : 0.96]);
    const { text } = verdict({ ...level, epochs: late }, { settings: lesson, deadUnits: 0 });
    expect(text, "a level stretch counts to its end").toMatch(/near epoch 30 to/);
    const both = epochs(40, (t) => [0.99 - 0.02 * t, t < 0.5 ? 0.98 : 0.98 - 0.02 * (t - 0.5)]);
    expect(said({ ...level, epochs: both })).toEqual([]);
  });

  it("calls a loss unstable that doubles for a while, not one with a single peak", () => {
    const jump = (from: number, to: number) => ({
      loss: level.loss.map((loss, i) => (i >= from && i < to ? 3 * loss : loss)),
      epochs: good,
    });
    expect(said(jump(2000, 2200))).toEqual(["unstable: --learning-rate 0.0005"]);
    const { findings } = verdict(jump(2000, 2200), { settings: null, deadUnits: null });
    expect(findings[0].text).toMatch(
      /^Unstable: near iteration 2\d\d1 the loss was (2\.9|3\.\d) times/,
    );
    expect(said(jump(2000, 2001))).not.toContain("unstable: --learning-rate 0.0005");
    const peak = [...level.loss];
    peak[2000] = 50; // one batch, which makes its stretch's mean more than twice what it was
    expect(said({ loss: peak, epochs: good })).not.toContain("unstable: --learning-rate 0.0005");
  });

  it("finds nothing unstable in losses near 0", () => {
    const tiny = losses(4000, (t) => (t < 0.5 ? 1e-6 : 4e-6));
    expect(said({ loss: [2.3, ...tiny], epochs: good.slice(0, 3) })).toEqual([]);
  });

  it("sends nobody on who has learned all images, or whom patience would stop again", () => {
    const loss = losses(4000, (t) => 2.3 - 2 * t);
    const history = (accuracy: number) => ({ loss, epochs: epochs(3, () => [accuracy, null]) });
    expect(said(history(0.99))).toEqual(["still falling: --iterations 8000"]);
    expect(said(history(1))).toEqual([]);
    expect(said(history(0.99), { patience: 5 })).toEqual([]);
  });

  it("takes no noise for a slope", () => {
    const noisy = { loss: losses(40, () => 1, 0.3), epochs: [] };
    expect(said(noisy)).toEqual([]);
    expect(said({ loss: losses(4000, (t) => 1 - 0.1 * t, 0.02), epochs: [] })).toEqual([]); // 2.6 %
    expect(said({ loss: losses(4000, (t) => 1 - 0.4 * t, 0.3), epochs: [] })).toEqual([
      "still falling: --iterations 8000",
    ]);
    const passes = { loss: losses(4000, (t) => 1 - 0.4 * t, 0.3), epochs: [] };
    expect(said(passes, { iterations: null, epochs: 7 })).toEqual(["still falling: --epochs 14"]);
  });

  it("asks for larger steps where many passes have brought it hardly forward", () => {
    const loss = losses(4000, (t) => 2.3 - t);
    const passes = (n: number) => ({ loss, epochs: epochs(n, () => [0.95, 0.95]) });
    expect(said(passes(5))).toEqual(["still falling: --learning-rate 0.01"]);
    expect(said(passes(4))).toEqual(["still falling: --iterations 8000"]);
    const far = { loss: losses(4000, (t) => 2.3 - 2 * t), epochs: epochs(5, () => [0.95, 0.95]) };
    expect(said(far)).toEqual(["still falling: --iterations 8000"]);
  });

  it("speaks of dead units where they are more than a few", () => {
    const history = { ...level, epochs: good.slice(0, 3) };
    expect(said(history, { hidden: 200 }, 9)).toEqual([]);
    expect(said(history, { hidden: 200 }, 10)).toHaveLength(1);
    expect(said(history, { hidden: 1 }, 0)).toEqual([]);
    const { text } = verdict(history, { settings: { ...lesson, hidden: 40 }, deadUnits: 40 });
    expect(text).toContain(
      "Dead units: 40 of 40 hidden units are off for all training images of a sample",
    );
    const unknown = { settings: lesson, deadUnits: null };
    expect(verdict(history, unknown).findings).toEqual([]);
  });

  it("does not call a net too small that has lost its units, or whose loss stands still", () => {
    const low = epochs(40, () => [0.2, 0.2]);
    expect(said({ ...level, epochs: low }, { hidden: 10 }, 9)).toEqual([
      expect.stringMatching(/^dead units/),
    ]);
    const still = { loss: losses(4000, () => 2.3, 0.01), epochs: low };
    expect(said(still, { hidden: 3 })).toEqual(["underfitting: --learning-rate 0.01"]);
  });

  it("calls it underfitting by what there is to change", () => {
    const low = { ...level, epochs: epochs(40, () => [0.7, 0.7]) };
    expect(said(low, { hidden: 3 })).toEqual(["underfitting: --hidden 50"]);
    expect(said(low, { dropout: 0.8, augment: true })).toEqual([
      "underfitting: a smaller --dropout than 0.8",
    ]);
    expect(said(low, { augment: true })).toEqual(["underfitting: --no-augment"]);
    expect(said(low)).toEqual(["underfitting: a smaller --reg"]);
    expect(said(low, { reg: 0 })).toEqual(["underfitting: another --learning-rate"]);
    expect(said({ ...low, epochs: low.epochs.slice(0, 4) })).toEqual([]);
  });
});
