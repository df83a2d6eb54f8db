/*
 * How far a linear classifier gets: softmax regression on the first N training images, judged by the last
 * 10000. `src/inspect/verdict/levels.ts` compares runs with these accuracies.
 *
 *   node test/bench/linear.js [folder of a data set]
 */
import { loadDataSet, preprocess, Random, shuffle, splitImages } from "../../dist/index.js";
import { markdownTable } from "./table.js";

const [directory] = process.argv.slice(2);
const { train, classCount: C, name } = await loadDataSet({ directory });
const rows = [];
for (const limit of [100, 300, 1000, 3000, 10000, 50000]) {
  const split = splitImages(train, { limit, validation: 10000 });
  const level = regress(split, Math.max(10, Math.min(300, 3e5 / limit)));
  rows.push([limit, ...level.map((share) => `${(100 * share).toFixed(2)} %`)]);
}
process.stdout.write(`${name ?? directory}\n\n`);
process.stdout.write(`${markdownTable(["images", "training", "validation"], rows)}\n`);

/** Training and validation accuracy of softmax regression, by SGD with a rate that falls to 0. */
function regress({ train, validation, meanImage }, epochs) {
  const D = train.rows * train.columns;
  const preprocessing = { ...train, scale: 1 / 255, meanImage };
  const [x, held] = [train, validation].map(({ images }) => preprocess(images, preprocessing));
  const N = train.labels.length;
  const W = new Float64Array((D + 1) * C); // the last row is the bias
  const scores = new Float64Array(C);
  const forward = (images, n) => {
    scores.set(W.subarray(D * C));
    for (let d = 0; d < D; d++) {
      const pixel = images[n * D + d];
      for (let c = 0; c < C; c++) scores[c] += pixel * W[d * C + c];
    }
  };
  const order = Uint32Array.from({ length: N }, (_, n) => n);
  const random = Random.fromSeed(1);
  for (let step = 0; step < epochs * N; step++) {
    if (step % N === 0) shuffle(order, random);
    const n = order[step % N];
    forward(x, n);
    const most = Math.max(...scores);
    let sum = 0;
    for (let c = 0; c < C; c++) sum += Math.exp(scores[c] - most);
    const rate = 0.01 * (1 - step / (epochs * N));
    for (let c = 0; c < C; c++) {
      scores[c] = rate * ((train.labels[n] === c) - Math.exp(scores[c] - most) / sum);
      W[D * C + c] += scores[c];
    }
    for (let d = 0; d < D; d++) {
      const pixel = x[n * D + d];
      for (let c = 0; c < C; c++) W[d * C + c] += pixel * scores[c];
    }
  }
  const accuracy = (images, labels) => {
    let right = 0;
    labels.forEach((label, n) => {
      forward(images, n);
      if (scores.indexOf(Math.max(...scores)) === label) right++;
    });
    return right / labels.length;
  };
  return [accuracy(x, train.labels), accuracy(held, validation.labels)];
}
