/*
 * What each mistake costs: trains with every mutant of the lesson and prints the validation accuracy, for
 * docs/mutants.md. `npm run bench:mutants -- --help` says how to run less or more of it.
 *
 * The lesson's own functions run from end to end, with src/layers in the place of the finished layers, which are
 * the same and faster. Each run prints its row as soon as it is done.
 */
import { parseArgs } from "node:util";
import { loadDataSet, sliceImages } from "../../dist/index.js";
import { lessonRun, loadLesson, pieces } from "../../dist/learn/index.js";

const options = {
  seeds: { type: "string", default: "5" },
  iterations: { type: "string", default: "300" },
  hidden: { type: "string", default: "30" },
  batch: { type: "string", default: "40" },
  images: { type: "string", default: "9000" },
  only: { type: "string", default: "" },
  help: { type: "boolean", default: false },
};
const { values } = parseArgs({ options });
const say = (text) => process.stdout.write(`${text}\n`);
if (values.help) {
  say("npm run bench:mutants -- [--seeds 5] [--iterations 300] [--hidden 30] [--batch 40]");
  say("  [--images 9000, the last third to validate on] [--only NAME,NAME]");
  process.exit();
}

const [seeds, iterations, hidden, batchSize, count] = [
  values.seeds,
  values.iterations,
  values.hidden,
  values.batch,
  values.images,
].map(Number);
const validation = Math.floor(count / 3);
const images = sliceImages((await loadDataSet()).train, 0, count);
const settings = { hidden, iterations, batchSize, validation };
const notebook = { learningRate: 1e-3, decay: 0.99, reg: 0.2, std: 1e-4 };
say(
  `${count - validation} training and ${validation} validation images, ${hidden} hidden units, ` +
    `batches of ${batchSize}, ${iterations} iterations, ${seeds} seeds; else as in notebook`,
);

/** Finished pieces that src/layers has too. */
const layer = (file) => new URL(`../../dist/layers/${file}.js`, import.meta.url).href;
const faster = {
  "affine-forward": layer("affine"),
  "affine-backward": layer("affine"),
  "relu-forward": layer("relu"),
  "relu-backward": layer("relu"),
};

/** Mean, lowest and highest accuracy in percent, or why there is none. */
async function measure(bug) {
  const functions = await loadLesson(bug, faster);
  const accuracies = [];
  let last = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      const run = lessonRun(functions, images, { ...settings, ...notebook, seed });
      accuracies.push(100 * run.validationAccuracy);
      last = run.losses.at(-1);
    } catch (error) {
      return `stops: ${error.message}`;
    }
  }
  const mean = accuracies.reduce((sum, a) => sum + a, 0) / accuracies.length;
  const [low, high] = [Math.min(...accuracies), Math.max(...accuracies)];
  const loss = Math.abs(last) < 1000 ? last.toFixed(3) : last.toPrecision(2);
  return `${mean.toFixed(2)} | ${low.toFixed(2)} to ${high.toFixed(2)} | ${loss}`;
}

const wanted = values.only === "" ? null : values.only.split(",");
say("| piece | mistake | validation accuracy, % | lowest to highest | last loss |");
say("| --- | --- | --- | --- | --- |");
say(`| | none | ${await measure(undefined)} |`);
for (const piece of pieces) {
  for (const { name } of piece.mutants) {
    if (wanted !== null && !wanted.includes(name)) continue;
    const result = await measure(name);
    const cells = result.startsWith("stops") ? `${result} | | ` : result;
    say(`| ${piece.name} | \`${name}\` | ${cells} |`);
  }
}
