/*
 * Seconds of an epoch and peak memory as the number of images grows, of mnist-train on data sets made from
 * MNIST; each is a straight line if nothing is held twice and nothing is looked at more often.
 */
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeBigData } from "./bigData.js";
import { runChild } from "./child.js";
import { median } from "./table.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** As many images and classes as EMNIST's "byclass" has; it gets 62 classes, the others 10. */
const EMNIST = 814255;

/** Runs mnist-train on a folder for one epoch of the lesson's run, and measures it. */
async function trainOnce(folder, scratch) {
  const memoryFile = join(scratch, "memory");
  const parameters = [
    ...["--import", new URL("peakMemory.js", import.meta.url).href],
    ...[here("../../bin/mnist-train.js"), "--data", folder, "--epochs", "1"],
    ...["--out", join(scratch, "sized.json")],
  ];
  const { reached } = await runChild(process.execPath, parameters, {
    environment: { BENCH_PEAK_MEMORY: memoryFile },
    marks: { start: /^start /m, epoch: /^epoch 1\//m },
  });
  const peak = Number(readFileSync(memoryFile, "utf8"));
  return { start: reached.start, epoch: reached.epoch - reached.start, peak };
}

/**
 * Measures each number of images.
 *
 * @param scratch where the data sets are written, one at a time
 * @returns for each: images, classes, bytes of the raw pixels, seconds from start to first update and of an
 *          epoch, and peak memory in bytes
 */
export async function measureSizes(counts, { rounds, scratch, note }) {
  const results = [];
  for (const count of counts) {
    const classes = count === EMNIST ? 62 : 10;
    const folder = join(scratch, "sized");
    note(`writing ${count} images`);
    await writeBigData(folder, count, classes);
    const raw = ["train", "t10k"]
      .map((name) => statSync(join(folder, `${name}-images-idx3-ubyte`)).size)
      .reduce((sum, size) => sum + size);
    const runs = [];
    for (let round = 0; round < rounds; round++) {
      note(`  round ${round + 1} of ${rounds}`);
      runs.push(await trainOnce(folder, scratch));
    }
    rmSync(folder, { recursive: true });
    const of = (name) => median(runs.map((run) => run[name]));
    results.push({
      count,
      classes,
      raw,
      start: of("start"),
      epoch: of("epoch"),
      peak: of("peak"),
    });
  }
  return results;
}
