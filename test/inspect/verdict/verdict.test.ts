import { describe, expect, it } from "vitest";
import { splitImages } from "../../../src/dataset/split.js";
import { type Evidence, gatherEvidence } from "../../../src/inspect/evidence.js";
import { verdict } from "../../../src/inspect/verdict/verdict.js";
import { initialize } from "../../../src/net/initialize.js";
import { TwoLayerNet } from "../../../src/net/twoLayerNet.js";
import { Random, streams } from "../../../src/random.js";
import { type RecipeName, recipes } from "../../../src/settings/recipes.js";
import type { Settings } from "../../../src/settings/settings.js";
import type { History } from "../../../src/training/history.js";
import { train } from "../../../src/training/train.js";
import { mnist } from "../../support/mnist.js";

const { settings: lesson } = recipes.notebook;

type Curves = Pick<History, "loss" | "epochs">;
type Said = { readonly settings?: Partial<Settings>; readonly evidence?: Partial<Evidence> };

/** Of a net that learned all of 50000 images, like those of MNIST. */
const plain: Evidence = {
  ...{ trainingImages: 50000, classCount: 10, unseen: 0, inputLength: 1800, nearestMean: 0.82 },
  ...{ mostFrequent: { training: 0.1124, validation: 0.1064 }, deadUnits: 0, alike: false },
  step: null,
};

const judge = (curves: Curves, { settings, evidence }: Said = {}) =>
  verdict(
    { start: null, validation: [], ...curves },
    {
      settings: { ...lesson, ...settings },
      evidence: { ...plain, ...evidence },
      ...{ figures: null, data: null, failure: null },
    },
  );

/** Kinds and suggestions of what stands out. */
const said = (curves: Curves, settings: Partial<Settings> = {}, evidence: Partial<Evidence> = {}) =>
  judge(curves, { settings, evidence }).findings.map(({ kind, suggestion }) =>
    suggestion === null ? kind : `${kind}: ${suggestion}`,
  );

/** A run as `mnist-train` makes it, judged. */
async function run(recipe: RecipeName, changes: Partial<Settings>): Promise<string> {
  const settings: Settings = { ...recipes[recipe].settings, ...changes };
  const data = await mnist();
  const split = splitImages(data.train, settings);
  const { hidden: hiddenSize, std } = settings;
  const size = { inputSize: 784, hiddenSize, classCount: 10, std };
  const net = new TwoLayerNet(initialize(size, Random.fromSeed(1, streams.weights)));
  const { history, ...figures } = await train(net, split, { settings, seed: 1 });
  const evidence = gatherEvidence(net, split, { settings, data, ...figures });
  return verdict(history, { settings, evidence, figures, data, failure: null }).text;
}

describe("the verdict on a real run", () => {
  it("that learns by heart: overfitting", async () => {
    expect(await run("overfit", { iterations: 300 })).toMatch(
      /^Sound\. Overfitting: 9\d\.\d\d % of .* Try more images, with a larger --limit than 1000\.$/,
    );
  });

  it("of too few updates: too early to tell before 500 of them", async () => {
    expect(await run("notebook", { iterations: 50, validation: 0 })).toMatch(
      /^Too early to tell\. .* Try --iterations 500\.$/,
    );
  });

  it("that does not get away from where it began: larger steps", async () => {
    const still = { learningRate: 1e-6, iterations: 300, limit: 10000, validation: 1000 };
    expect(await run("notebook", still)).toMatch(
      /^Something is wrong\. .*Learning rate too small: .* Try --learning-rate 0\.0001\.$/,
    );
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
  it("tells too early where there is too little to see", () => {
    for (const loss of [[], [2.3], losses(19, (t) => 2 - 1.9 * t)]) {
      const { answer, text } = judge({ loss, epochs: [] });
      expect({ answer, text }).toMatchObject({
        ...{ answer: "early", text: expect.stringMatching(/^Too early to tell\. Too few updates/) },
      });
    }
    expect(said({ loss: losses(20, (t) => 2 - 1.9 * t), epochs: [] })).toHaveLength(1);
  });

  it("cannot tell where nobody tells the settings, the accuracy or what the data are", () => {
    const curves = { start: null, validation: [], ...level, epochs: good };
    const unknown = { settings: null, evidence: null, figures: null, data: null, failure: null };
    expect(verdict(curves, unknown)).toMatchObject({
      ...{
        answer: "unknown",
        findings: [],
        text: expect.stringMatching(/^Cannot tell .* settings/),
      },
    });
    const told = { ...unknown, settings: lesson };
    expect(verdict(curves, told)).toMatchObject({ answer: "unknown" });
    expect(verdict(curves, { ...told, evidence: plain })).toMatchObject({ answer: "sound" });
    const bare = verdict({ ...curves, epochs: [] }, { ...told, evidence: plain });
    expect(bare).toMatchObject({ answer: "unknown", text: expect.stringMatching(/accuracy\.$/) });
  });

  it("says that a run has levelled off, and what that rests on", () => {
    const { findings, text } = judge({ ...level, epochs: good });
    expect(findings.map(({ kind, suggestion }) => [kind, suggestion])).toEqual([
      ["converged", null],
    ]);
    expect(Math.abs(findings[0].numbers.fall)).toBeLessThan(0.01);
    expect(text).toMatch(
      /^Sound\. Leveled off: .* changed the loss by 0\.\d %, and validation accuracy by/,
    );
    expect(judge({ ...level, epochs: epochs(40, () => [0.99, null]) }).text).toMatch(
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
    const schedule = { kind: "exponential", decay: 0.8 } as const; // 0.8^15 is less than a tenth
    expect(said({ ...level, epochs: good }, { schedule })).toEqual([]);
  });

  it("nor where accuracy still rises, or epochs are few", () => {
    const rising = epochs(40, (t) => [0.9 + 0.09 * t, 0.9 + 0.08 * t]);
    expect(said({ ...level, epochs: rising })).toEqual([]);
    expect(said({ ...level, epochs: good.slice(0, 11) })).toEqual([]);
  });

  it("calls it overfitting from the epoch on in which the gap opened", () => {
    const opening = epochs(40, (t) => [0.9 + 0.1 * t, 0.9 + 0.02 * t]);
    const [finding] = judge({ ...level, epochs: opening }).findings;
    expect(finding).toMatchObject({ kind: "overfitting", numbers: { since: 15 } }); // 0.08 · 15/40 = 3 %
    expect(finding.text).toContain("more than 3 points apart since epoch 15.");
  });

  it("knows no remedy for overfitting but more images, where some were left out", () => {
    const apart = { ...level, epochs: epochs(40, () => [1, 0.9]) };
    expect(said(apart)).toEqual(["overfitting"]);
    expect(said(apart, { augment: true })).toEqual(["overfitting"]);
    expect(said(apart, { limit: 1000 })).toEqual([
      "overfitting: more images, with a larger --limit than 1000",
    ]);
  });

  it("does not ask a net that overfits to train for longer", () => {
    const falling = losses(4000, (t) => 2.3 - 2 * t);
    const apart = epochs(5, () => [0.95, 0.8]);
    expect(said({ loss: falling, epochs: apart })).toEqual(["overfitting"]);
    expect(said({ loss: falling, epochs: apart.slice(0, 2) })).toEqual([
      "still falling: --iterations 8000",
    ]);
  });

  it("does not where chance on few validation images makes such gaps, or they close", () => {
    const history = { ...level, epochs: epochs(8, () => [0.99, 0.9]) };
    expect(said(history, { validation: 10000 })).toEqual(["overfitting"]);
    expect(said(history, { validation: 100 })).toEqual([]);
    const closing = epochs(8, (t) => (t < 1 ? [0.99, 0.9] : [0.99, 0.97]));
    expect(said({ ...level, epochs: closing })).toEqual([]);
  });

  it("does not call sound what the net knows by heart alone", () => {
    const byHeart = (validation: number) => ({
      ...level,
      epochs: epochs(8, () => [1, validation]),
    });
    expect(judge(byHeart(0.6)).answer).toBe("sound");
    expect(judge(byHeart(0.5))).toMatchObject({
      ...{ answer: "wrong", findings: [{ kind: "overfitting", suggestion: null }] },
    });
    expect(judge(byHeart(0.7), { evidence: { unseen: 0.3 } })).toMatchObject({
      ...{ answer: "wrong", findings: [{ kind: "unseen classes" }] },
    });
  });

  it("calls it overfitting where validation accuracy goes down while training accuracy does not", () => {
    const turning = epochs(40, (t) => [0.97 + 0.02 * t, t < 0.5 ? 0.98 : 0.98 - 0.02 * (t - 0.5)]);
    expect(said({ ...level, epochs: turning })).toEqual(["overfitting"]);
    expect(said({ ...level, epochs: turning }, { keepBest: true })).toEqual([]);
    const late = epochs(40, (t) => [0.97 + 0.02 * t, t <= 0.75 ? 0.98 : 0.96]);
    const { text } = judge({ ...level, epochs: late });
    expect(text, "a level stretch counts to its end").toMatch(/near epoch 30 to/);
    const both = epochs(40, (t) => [0.99 - 0.02 * t, t < 0.5 ? 0.98 : 0.98 - 0.02 * (t - 0.5)]);
    expect(said({ ...level, epochs: both })).toEqual([]);
  });

  it("calls a loss unstable that doubles for a while, not one with a single peak", () => {
    const unstable = "unstable: --learning-rate 0.0001";
    const jump = (from: number, to: number) => ({
      loss: level.loss.map((loss, i) => (i >= from && i < to ? 3 * loss : loss)),
      epochs: good,
    });
    expect(said(jump(2000, 2200))).toEqual([unstable]);
    const { findings, answer } = judge(jump(2000, 2200));
    expect(answer, "it came down again").toBe("sound");
    expect(judge(jump(3000, 4000)).answer).toBe("wrong");
    expect(findings[0].text).toMatch(
      /^Unstable: near iteration 2\d\d1 the loss was (2\.9|3\.\d) times/,
    );
    expect(said(jump(2000, 2001))).not.toContain(unstable);
    const peak = [...level.loss];
    peak[2000] = 50; // one batch, which makes its stretch's mean more than twice what it was
    expect(said({ loss: peak, epochs: good })).not.toContain(unstable);
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

  it("remarks on dead units where they are more than a few, and calls a net without others wrong", () => {
    const history = { ...level, epochs: good.slice(0, 3) };
    expect(said(history, { hidden: 200 }, { deadUnits: 9 })).toEqual([]);
    expect(said(history, { hidden: 200 }, { deadUnits: 10 })).toEqual(["dead units"]);
    expect(said(history, { hidden: 1 }, { deadUnits: 0 })).toEqual([]);
    const dead = (deadUnits: number) =>
      judge(history, { settings: { hidden: 40 }, evidence: { deadUnits } });
    expect(dead(40).answer).toBe("wrong");
    expect(dead(39).answer).toBe("sound");
    expect(dead(40).text).toContain(
      "Dead units: 40 of 40 hidden units (100 %) are off for all training images of a sample",
    );
  });
});

/** Curves that stand still, of a net with a low accuracy. */
const low = (accuracy: number, loss = losses(4000, () => 2, 0.01)) => ({
  loss,
  epochs: epochs(40, () => [accuracy, accuracy]),
});
const step = { loss: 2, rate: 0.01, after: 1.9, pull: 0 };

describe("the verdict on a net that does not fit its images", () => {
  it("names one cause, and one thing to try", () => {
    const cases: [string, Partial<Settings>, Partial<Evidence>][] = [
      ["rate too small: --learning-rate 0.01", {}, { step: { ...step, rate: 0.2 } }],
      ["rate too small: --learning-rate 0.1", {}, { step: { ...step, rate: 100 } }],
      [
        "inputs too small: --scale 1",
        { scale: 0.01 },
        { step: { ...step, rate: 100 }, inputLength: 18 },
      ],
      ["L2 dominates: --reg 0.2", { reg: 50 }, { step: { ...step, pull: 0.5 } }],
      ["too few units: --hidden 50", { hidden: 9 }, { step }],
      ["dropout too high: --dropout 0.2", { dropout: 0.9, hidden: 9 }, { step }],
      ["labels too smooth: --label-smoothing 0.1", { labelSmoothing: 0.99 }, { step }],
      ["rate vanishes: --decay 0.99", { schedule: { kind: "exponential", decay: 0.1 } }, { step }],
      ["average lags: --average-keep 0.99", { averageKeep: 0.99999 }, { step }],
      ["warm-up too long: --warm-up 0", { warmUp: 1000 }, { step }],
      ["distortions too strong: --no-augment", { augment: true }, { step }],
    ];
    for (const [expected, settings, evidence] of cases) {
      expect(said(low(0.3), settings, evidence), expected).toEqual([expected]);
      const early = expected.startsWith("warm-up");
      expect(judge(low(0.3), { settings, evidence }).answer).toBe(early ? "early" : "wrong");
    }
  });

  it("at chance without a cause asks to check the data", () => {
    expect(judge(low(0.115), { evidence: { step } })).toMatchObject({
      ...{ answer: "wrong", findings: [{ kind: "at chance", suggestion: null }] },
    });
    expect(said(low(0.95), {}, { mostFrequent: { training: 0.95, validation: 0.95 } })).toEqual([
      "at chance",
    ]);
  });

  it("whose loss still falls: too early to tell", () => {
    const falling = low(
      0.6,
      losses(4000, (t) => 2.3 - 2 * t),
    );
    expect(judge(falling, { evidence: { step } })).toMatchObject({
      ...{ answer: "early", findings: [{ kind: "still falling" }] },
    });
  });

  it("that had learned, and lost it again: collapsed", () => {
    const { loss, epochs } = low(0.2);
    const validation = [
      { iteration: 500, accuracy: 0.9 },
      { iteration: 4000, accuracy: 0.2 },
    ];
    const run = { settings: lesson, evidence: plain, figures: null, data: null, failure: null };
    expect(verdict({ start: null, loss, epochs, validation }, run)).toMatchObject({
      ...{ answer: "wrong", findings: [{ kind: "collapsed", numbers: { iteration: 500 } }] },
    });
  });

  it("shows certain faults before anything else, even in short runs", () => {
    const short = { loss: [2.3, 2.3], epochs: [] };
    expect(said(short, { std: 0 }, { alike: true })).toEqual(["units alike: --std 0.0001"]);
    expect(said(short, { std: 0 }, { alike: true, inputLength: 7 })).toEqual([
      "units alike: --initialization he",
    ]);
    expect(said(short, {}, { inputLength: 0 })).toEqual(["equal images"]);
    expect(said(short, {}, { mostFrequent: { training: 1, validation: 1 } })).toEqual([
      "one class",
    ]);
  });
});
