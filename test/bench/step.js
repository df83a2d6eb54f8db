/*
 * Milliseconds of one training step on MNIST at H = 200, batch 200, for every engine.
 * Run `npm run build` first, then `node test/bench/step.js`.
 */
import { createEngine, engineNames, initialize, Random, recipes } from "../../dist/index.js";
import { loadSplit, preprocessingOf } from "./headline.js";

const STEPS = 60;
const WARM_UP = 10;

const { settings } = recipes.notebook;
const split = await loadSplit();

for (const name of engineNames) {
  const size = { inputSize: 784, hiddenSize: 200, classCount: 10, std: settings.std };
  const parameters = initialize(size, Random.fromSeed(1));
  const engine = await createEngine(name, { parameters, preprocessing: preprocessingOf(split) });
  const from = await engine.load(split.train);
  const times = [];
  for (let step = 0; step < WARM_UP + STEPS; step++) {
    const indices = Uint32Array.from({ length: 200 }, (_, i) => 200 * step + i);
    const start = performance.now();
    await engine.step({ from, indices }, { ...settings, dropout: undefined });
    if (step >= WARM_UP) times.push(performance.now() - start);
  }
  await engine.close();
  times.sort((a, b) => a - b);
  const [median, least, most] = [times[STEPS / 2], times[0], times[STEPS - 1]];
  process.stdout.write(
    `${name}: median ${median.toFixed(1)} ms, least ${least.toFixed(1)}, most ${most.toFixed(1)}, ${STEPS} steps\n`,
  );
}
