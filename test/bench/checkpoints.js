/*
 * The share of a run that its checkpoints take where nobody says how often: `node test/bench/checkpoints.js`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  encodeCheckpoint,
  initialize,
  loadDataSet,
  Random,
  recipes,
  splitImages,
  streams,
  TwoLayerNet,
  train,
  writeFileWhole,
} from "../../dist/index.js";

const folder = mkdtempSync(join(tmpdir(), "mnist-train-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const [seed, engine] = [1, "simd"];
const { train: images, classCount, name, files } = await loadDataSet();
for (const recipe of ["fast", "notebook", "accurate"]) {
  const { settings } = recipes[recipe];
  const split = splitImages(images, settings);
  const { rows, columns } = images;
  const size = { inputSize: rows * columns, hiddenSize: settings.hidden, classCount };
  const random = Random.fromSeed(seed, streams.weights);
  const net = new TwoLayerNet(initialize({ ...size, std: settings.std }, random));
  const about = {
    recipe,
    seed,
    engine,
    settings,
    classCount,
    rows,
    columns,
    data: { name, files },
  };
  const saves = [];
  const save = async (state) => {
    const began = performance.now();
    await writeFileWhole(join(folder, "run.json"), encodeCheckpoint({ ...about, state }));
    saves.push(performance.now() - began);
  };
  const began = performance.now();
  await train(net, split, { settings, seed, engine, checkpoint: { save } });
  const total = performance.now() - began;
  const spent = saves.reduce((sum, milliseconds) => sum + milliseconds, 0);
  process.stdout.write(
    `${recipe.padEnd(9)} ${(total / 1000).toFixed(1)} s, ${saves.length} checkpoints of ` +
      `${(spent / saves.length).toFixed(0)} ms: ${((100 * spent) / total).toFixed(2)} %\n`,
  );
}
