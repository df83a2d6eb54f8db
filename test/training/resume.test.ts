import { describe, expect, it } from "vitest";
import { parametersHash } from "../../src/documents/parametersHash.js";
import { createEngine, type EngineName } from "../../src/engine/createEngine.js";
import type { TwoLayerNet } from "../../src/net/twoLayerNet.js";
import type { Settings } from "../../src/settings/settings.js";
import { DivergedError } from "../../src/training/divergedError.js";
import type { RunState } from "../../src/training/runState.js";
import { type TrainOptions, train } from "../../src/training/train.js";
import type { TrainResult } from "../../src/training/trainer.js";
import { freshNet, shortRun, smallSplit } from "../support/mnist.js";
import { throughFile } from "../support/runs.js";

/** Two panels of hidden units, an odd last batch, epochs of 5 updates, looks every 3. */
const base: Partial<Settings> = { iterations: 13, batchSize: 25, every: 3, learningRate: 1e-3 };
const augmented = { augment: true, dropout: 0.2, labelSmoothing: 0.1 } as const;
const momentum = { momentum: 0.9, nesterov: true, averageKeep: 0.8, averageEvery: 2 } as const;

const runs: [title: string, settings: Partial<Settings>][] = [
  ["as the lesson has it", {}],
  ["in passes, with momentum and a moving average", { sampling: "passes", ...momentum }],
  ["on distorted images, with dropout", { sampling: "passes", ...augmented, ...momentum }],
  ["that keeps the best and has no patience", { keepBest: true, patience: 1, learningRate: 0.05 }],
  ["along one cycle", { schedule: { kind: "one-cycle" }, momentum: 0.5 }],
];

const engines: [EngineName, threads: number][] = [
  ["simd", 1],
  ["simd", 3],
  ["reference", 1],
];

interface Ended {
  readonly result: TrainResult;
  readonly parameters: TwoLayerNet["parameters"];
  readonly states: RunState[];
}

async function run(settings: Settings, more: Partial<TrainOptions> = {}): Promise<Ended> {
  const split = await smallSplit(112, 40);
  const net = freshNet({ hidden: 24, std: 1e-2 });
  const states: RunState[] = [];
  const save = async (state: RunState) => void states.push(throughFile(state));
  const checkpoint = { every: { iterations: 1 }, save };
  const result = await train(net, split, { settings, seed: 3, checkpoint, ...more });
  return { result, parameters: net.parameters, states };
}

/** A run to its end, without checkpoints of its own, which take longer than its updates. */
const toTheEnd = (settings: Settings, more: Partial<TrainOptions>) =>
  run(settings, { ...more, checkpoint: undefined });

describe("a run that goes on from a checkpoint ends as if it had never stopped", () => {
  for (const [engine, threads] of engines) {
    it.each(runs)(`on ${threads} of ${engine}, a run %s`, async (_, changes) => {
      const settings = shortRun({ ...base, ...changes });
      const whole = await run(settings, { engine, threads });
      expect(whole.states.length).toBeGreaterThanOrEqual(5);
      const every = engine === "simd" && threads === 1 ? 1 : 3;
      for (const resume of whole.states.filter((_, i) => i % every === 0)) {
        const { result, parameters } = await toTheEnd(settings, { engine, threads, resume });
        expect(result).toEqual(whole.result);
        expect(parametersHash(parameters)).toBe(parametersHash(whole.parameters));
      }
    });
  }

  it("on another number of threads", async () => {
    const settings = shortRun({ ...base, sampling: "passes", ...augmented, ...momentum });
    const whole = await run(settings, { threads: 1 });
    const { parameters } = await toTheEnd(settings, { threads: 2, resume: whole.states[6] });
    expect(parametersHash(parameters)).toBe(parametersHash(whole.parameters));
  });

  it("from where a signal stopped it, whatever it was doing", async () => {
    const settings = shortRun({ ...base, sampling: "passes", ...momentum, keepBest: true });
    const whole = await toTheEnd(settings, {});
    const split = await smallSplit(112, 40);
    // Each event is a moment; a measurement is cut short where the event before it aborts.
    const moments = ["start", "iteration", "validation", "epoch", "measuring"] as const;
    for (const moment of moments) {
      for (const after of [1, 3, 6, 10]) {
        const controller = new AbortController();
        let last: RunState | undefined;
        const save = async (state: RunState) => {
          last = throughFile(state);
        };
        let times = 0;
        const stopped = await train(
          freshNet({ hidden: 24, std: 1e-2 }),
          split,
          { settings, seed: 3, signal: controller.signal, checkpoint: { save } },
          ({ type }) => {
            if (type === moment && ++times === after) controller.abort();
          },
        );
        if (!stopped.interrupted) continue; // so many moments of that kind there are not
        expect(last?.iteration).toBe(stopped.iterations || undefined);
        const { result, parameters } = await toTheEnd(settings, { resume: last });
        expect(result).toEqual(whole.result);
        expect(parametersHash(parameters)).toBe(parametersHash(whole.parameters));
      }
    }
  });

  it("and a longer one as if it had been meant to be longer, where the schedule permits", async () => {
    const schedules = [
      { kind: "exponential", decay: 0.99 },
      { kind: "step", decay: 0.1, every: 1 },
    ] as const;
    for (const schedule of schedules) {
      const settings = shortRun({ ...base, schedule, ...momentum });
      const { states } = await run(settings);
      const longer = { ...settings, iterations: 21 };
      const whole = await toTheEnd(longer, {});
      const { result, parameters } = await toTheEnd(longer, { resume: states.at(-1) });
      expect(result).toEqual(whole.result);
      expect(parametersHash(parameters)).toBe(parametersHash(whole.parameters));
    }
  });
});

describe("checkpoints of a run", () => {
  it("come after so many updates, and at the end", async () => {
    const settings = shortRun({ ...base, iterations: 10 });
    const at: number[] = [];
    const save = async ({ iteration }: RunState) => void at.push(iteration);
    await run(settings, { checkpoint: { every: { iterations: 4 }, save } });
    expect(at).toEqual([4, 8, 10]);
  });

  it("are all finite: the last before a divergence can be gone on with", async () => {
    const settings = shortRun({ ...base, learningRate: 1e5, iterations: 30 });
    const states: RunState[] = [];
    const save = async (state: RunState) => void states.push(throughFile(state)); // refuses others
    const diverging = run(settings, { checkpoint: { every: { iterations: 1 }, save } });
    const error = await diverging.catch((reason) => reason);
    expect(error).toBeInstanceOf(DivergedError);
    expect(states.at(-1)?.iteration ?? 0).toBe(error.iteration - 1);
  });

  it("keep nothing that changes afterwards", async () => {
    const settings = shortRun({ ...base, sampling: "passes", ...momentum, keepBest: true });
    const kept: { state: RunState; copy: RunState }[] = [];
    const save = async (state: RunState) => {
      kept.push({ state, copy: structuredClone(state) });
    };
    await run(settings, { checkpoint: { every: { iterations: 1 }, save } });
    for (const { state, copy } of kept) expect(state).toEqual(copy);
  });
});

describe("a weight that is no longer finite", () => {
  it.each(["simd", "reference"] as const)(
    "ends the run at the update where it happened, not when the loss tells, on the %s engine",
    async (engine) => {
      const split = await smallSplit(100, 0);
      const net = freshNet({ hidden: 24, std: 1e-2 });
      const { W2 } = net.parameters;
      for (let i = 0; i < W2.data.length; i++) W2.data[i] *= 1e35; // scores that are large, but finite
      const settings = shortRun({ ...base, validation: 0, reg: 0, learningRate: 1e5 });
      await expect(train(net, split, { settings, seed: 1, engine })).rejects.toThrow(
        "training diverged at iteration 1: a number in W1 is not finite",
      );
    },
  );

  it.each(["simd", "reference"] as const)(
    "is seen wherever it is, on the %s engine",
    async (engineName) => {
      const { parameters } = freshNet({ hidden: 24, std: 1e-2 });
      const preprocessing = { rows: 28, columns: 28, meanImage: new Float32Array(784), scale: 1 };
      const setup = { parameters, preprocessing };
      const engine = await createEngine(engineName, setup);
      const state = await engine.state();
      expect(await engine.allFinite()).toBe(true);
      for (const name of ["W1", "b1", "W2", "b2"] as const) {
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const broken = structuredClone(state);
          broken.parameters[name].data[broken.parameters[name].data.length - 1] = value;
          await engine.setState(broken);
          expect(await engine.allFinite(), `${value} in ${name}`).toBe(false);
        }
      }
      await engine.setState(state);
      expect(await engine.allFinite()).toBe(true);
      await engine.close();
    },
  );
});
