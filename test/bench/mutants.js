/*
 * What each mistake costs: trains with every mutant of the lesson and prints the validation accuracy, for
 * docs/mutants.md. `npm run bench:mutants -- --help` says how to run less or more of it.
 *
 * The lesson's own functions run from end to end, with faster ones of the same results in the place of the finished
 * layers. Each mistake prints its row as soon as it is measured.
 */
import { parseArgs } from "node:util";
import { affineBackward, affineForward, loadDataSet, sliceImages } from "../../dist/index.js";
import { lessonRun, loadLesson, pieces } from "../../dist/learn/index.js";
import * as blocked from "./blockedAffine.js";

/** A small run, so that all mistakes take ten minutes. */
const small = { seeds: 5, iterations: 300, hidden: 30, batch: 40, images: 9000, validation: 3000 };

/** The lesson's own net, batches and data; 2000 of its 10000 iterations take about 85 seconds. */
const notebook = { ...small, seeds: 2, iterations: 2000, hidden: 200, batch: 200 };
Object.assign(notebook, { images: 60000, validation: 10000 });

/** What --notebook measures: the mistakes that teach most. */
const instructive = [
  "relu-not-masked",
  "loss-gradient-sum",
  "loss-gradient-doubled",
  "net-l2-biases",
  "net-l2-W1-twice",
  "net-l2-gradient-missing",
  "net-b1-before-mask",
  "affine-relu-no-relu",
  "sgd-rate-not-on-biases",
  "mean-in-bytes",
  "mean-with-validation",
  "loop-decay-every-iteration",
  "affine-no-bias",
];

const text = { type: "string" };
const options = {
  ...Object.fromEntries(Object.keys(small).map((name) => [name, text])),
  only: text,
  notebook: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
};
const { values } = parseArgs({ options });
const say = (text) => process.stdout.write(`${text}\n`);
if (values.help) {
  const flags = Object.entries(small).map(([name, value]) => `[--${name} ${value}]`);
  say(`npm run bench:mutants -- ${flags.join(" ")}`);
  say(
    "  [--only NAME,NAME] [--notebook: the whole net of the lesson, and the mistakes that teach most]",
  );
  process.exit();
}

const preset = values.notebook ? notebook : small;
const [seeds, iterations, hidden, batchSize, count, validation] = Object.entries(preset).map(
  ([name, value]) => Number(values[name] ?? value),
);
const images = sliceImages((await loadDataSet()).train, 0, count);
const settings = { hidden, iterations, batchSize, validation };
const rest = { learningRate: 1e-3, decay: 0.99, reg: 0.2, std: 1e-4 };
say(
  `${count - validation} training and ${validation} validation images, ${hidden} hidden units, ` +
    `batches of ${batchSize}, ${iterations} iterations, ${seeds} seeds; else as in notebook`,
);

/** Finished pieces that are here and in src/layers too. */
const layer = (file) => new URL(`../../dist/layers/${file}.js`, import.meta.url).href;
const faster = {
  "affine-forward": new URL("blockedAffine.js", import.meta.url).href,
  "affine-backward": new URL("blockedAffine.js", import.meta.url).href,
  "relu-forward": layer("relu"),
  "relu-backward": layer("relu"),
};

checkBlocked();

/** The fast layer must give the bytes of src/layers, or no figure here says anything. */
function checkBlocked() {
  const wave = (...shape) => {
    const size = shape.reduce((product, d) => product * d);
    return {
      data: Float32Array.from({ length: size }, (_, i) => ((i * 37) % 101) / 50 - 1),
      shape,
    };
  };
  const [x, W, b, dout] = [wave(13, 19), wave(19, 11), wave(11), wave(13, 11)];
  const [ours, theirs] = [affineBackward(dout, x, W), blocked.affineBackward(dout, x, W)];
  const pairs = ["dx", "dW", "db"].map((name) => [ours[name], theirs[name]]);
  pairs.push([affineForward(x, W, b), blocked.affineForward(x, W, b)]);
  const differs = pairs.some(([a, b]) => a.data.some((value, i) => value !== b.data[i]));
  if (differs) throw new Error("blockedAffine.js differs from src/layers/affine.ts");
}

/** Mean, lowest and highest accuracy in percent, or why there is none. */
async function measure(bug) {
  const functions = await loadLesson(bug, faster);
  const accuracies = [];
  let last = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      const run = lessonRun(functions, images, { ...settings, ...rest, seed });
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

const wanted = values.only?.split(",") ?? (values.notebook ? instructive : null);
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
