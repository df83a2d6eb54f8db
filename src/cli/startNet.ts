import { mostParameters } from "../documents/model.js";
import { UsageError } from "../errors.js";
import { initialize } from "../net/initialize.js";
import { TwoLayerNet } from "../net/twoLayerNet.js";
import { Random, streams } from "../random.js";
import type { Run } from "./resume.js";

/** A net with the first weights of a run; throws as `checkSize` does. */
export function startNet(run: Run): TwoLayerNet {
  checkSize(run);
  const { settings, data, seed, split } = run;
  const { hidden: hiddenSize, std } = settings;
  const { classCount } = data;
  const size = { inputSize: split.meanImage.length, hiddenSize, classCount, std };
  return new TwoLayerNet(initialize(size, Random.fromSeed(seed, streams.weights)));
}

/** @throws {UsageError} when the net of a run has more parameters than a model file can hold */
export function checkSize({ settings, data, split }: Run): void {
  const { hidden } = settings;
  const inputSize = split.meanImage.length;
  const count = (inputSize + 1 + data.classCount) * hidden + data.classCount;
  if (count <= mostParameters) return;
  throw new UsageError(
    `--hidden ${hidden} makes ${count} parameters for ${inputSize} pixels and ${data.classCount} ` +
      `classes, expected at most ${mostParameters}, which a model file can hold; use fewer`,
  );
}
