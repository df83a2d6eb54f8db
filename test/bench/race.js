/*
 * The race to an accuracy: whole trainings, as a user starts them, in mnist-train and in PyTorch. The clock
 * starts before the process does, so loading the program and the data counts.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadDataSet, Random } from "../../dist/index.js";
import { lastLine, runChild } from "./child.js";
import { dataDirectory, locate, pytorch } from "./peers.js";
import { median } from "./table.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const FASHION = "/usr/share/datasets/fashion-mnist";

/** What is trained: `epochs` shortens a recipe that takes minutes; `data` is MNIST unless given. */
const trainings = [
  { key: "fast", recipe: "fast" },
  { key: "accurate", recipe: "accurate", epochs: 10 },
  { key: "record", recipe: "record", epochs: 2 },
  { key: "mnist", recipe: "notebook" },
  { key: "inverted", recipe: "notebook", data: "MNIST inverted" },
  { key: "fashion", recipe: "notebook", data: "Fashion-MNIST" },
  { key: "noisy", recipe: "notebook", data: "MNIST in noise" },
];

/** The keys of all trainings. */
export const raceKeys = trainings.map(({ key }) => key);
/** Those that run beside a busy process by default. */
export const busyKeys = ["fast", "accurate"];

/** Threads of OpenBLAS. Those of torch itself are not used: both wait in busy loops, for each other. */
const products = (threads) => ({
  OPENBLAS_NUM_THREADS: String(threads),
  OMP_NUM_THREADS: "1",
  PYTHONDONTWRITEBYTECODE: "1",
});
const contestants = [
  { name: "mnist-train, default threads", ours: true, flags: [] },
  { name: "mnist-train, 1 thread", ours: true, flags: ["--threads", "1"] },
  { name: "PyTorch, 1 thread", environment: products(1) },
  { name: "PyTorch, 2 threads: products", environment: products(2) },
  { name: "PyTorch, 2 threads: distortions", environment: products(1), beside: true },
  { name: "PyTorch, 2 threads: both", environment: products(2), beside: true },
];

/** Changes every pixel of MNIST, for data sets that are made on the fly. */
const changes = {
  "MNIST inverted": (pixel) => 255 - pixel,
  /** Half of the intensity, and noise over it, so that hardly two pixels of an image are equal. */
  "MNIST in noise": (pixel, random) => (pixel >> 1) + random.below(128),
};

/** Writes MNIST with every pixel changed; returns the folder. */
async function writeChanged(name, scratch) {
  const folder = join(scratch, name.replaceAll(" ", "-"));
  mkdirSync(folder);
  const random = Random.fromSeed(1);
  const { train, test } = await loadDataSet({ directory: dataDirectory });
  for (const [part, { images, labels, rows, columns }] of Object.entries({ train, t10k: test })) {
    const N = labels.length;
    const changed = images.map((pixel) => changes[name](pixel, random));
    writeIdx(join(folder, `${part}-images-idx3-ubyte`), [N, rows, columns], changed);
    writeIdx(join(folder, `${part}-labels-idx1-ubyte`), [N], labels);
  }
  return folder;
}

function writeIdx(file, shape, bytes) {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x800 + shape.length);
  shape.forEach((size, i) => {
    header.setUint32(4 + 4 * i, size);
  });
  writeFileSync(file, Buffer.concat([new Uint8Array(header.buffer), bytes]));
}

/** Share of the training pixels that are not the most frequent value. */
async function densityOf(directory) {
  const { images } = (await loadDataSet({ directory })).train;
  const counts = new Float64Array(256);
  for (const pixel of images) counts[pixel]++;
  return 1 - Math.max(...counts) / images.length;
}

/** The folder of a training's data. */
async function directoryOf(data, scratch) {
  if (data === undefined) return dataDirectory;
  return data === "Fashion-MNIST" ? FASHION : writeChanged(data, scratch);
}

/** One training with mnist-train, and the test accuracy of its model. */
async function runOurs({ flags }, { recipe, length, data, directory }, seed, scratch) {
  const model = join(scratch, "model.json");
  const folder = data === undefined ? [] : ["--data", directory];
  const parameters = [
    ...[here("../../bin/mnist-train.js"), "--recipe", recipe, "--seed", String(seed), ...folder],
    ...["--json", "--out", model, ...flags],
    ...Object.entries(length).flatMap(([name, count]) => [`--${name}`, String(count)]),
  ];
  // The first line of figures comes before the first update, the line of the last epoch after the last one
  // and a look at 10000 training images.
  const marks = { started: /^start /m, trained: /^epoch (\d+)\/\1 /m };
  const times = await timeChild(process.execPath, parameters, "stderr", marks);
  const evaluation = [here("../../bin/mnist-eval.js"), model, "--json", ...folder];
  const { accuracy } = JSON.parse((await runChild(process.execPath, evaluation)).stdout);
  return { ...times, accuracy, settings: JSON.parse(times.stdout).settings };
}

/** The same in PyTorch, by the settings that mnist-train printed. */
async function runPytorch(contestant, { directory }, settings, { seed, scratch, command, unset }) {
  const { environment, beside = false } = contestant;
  const run = { ...settings, directory, seed, beside, out: join(scratch, "model.pt") };
  const parameters = [here("peers/recipeWithPytorch.py"), JSON.stringify(run)];
  const marks = { started: /^started$/m, trained: /^trained$/m };
  const options = { environment: { ...unset, ...environment } };
  const times = await timeChild(command, parameters, "stdout", marks, options);
  return { ...times, accuracy: lastLine(times).accuracy };
}

/** Runs a command; the result has the seconds until each mark appeared in what it printed. */
async function timeChild(command, parameters, stream, marks, options = {}) {
  const times = {};
  const heard = (printed, seconds) => {
    for (const [name, mark] of Object.entries(marks)) {
      if (times[name] === undefined && mark.test(printed[stream])) times[name] = seconds;
    }
  };
  const child = await runChild(command, parameters, { ...options, heard });
  for (const name of Object.keys(marks)) {
    if (times[name] === undefined) throw new Error(`${parameters[0]} printed no ${marks[name]}`);
  }
  return { ...times, whole: child.seconds, stdout: child.stdout };
}

/** Starts a process that computes until it is ended, or this one is gone; returns what ends it. */
export async function startBusyProcess() {
  const code =
    "const { ppid } = process; while (process.ppid === ppid) for (let i = 0; i < 1e7; i++);";
  const child = spawn(process.execPath, ["-e", code], { stdio: "ignore" });
  await once(child, "spawn");
  return async () => {
    child.kill();
    await once(child, "exit");
  };
}

/**
 * Runs every contestant once a round, on each training in turn.
 *
 * @param options.keys    which trainings
 * @param options.quick   train for a moment only, to see that everything works
 * @param options.whole   train all epochs of accurate and record
 * @param options.unset   environment variables that PyTorch does not get
 * @param options.note    told what happens
 * @returns for each training its name, density and entries (contestants with their runs); what was left out
 */
export async function race(options) {
  const { rounds, note } = options;
  const { command, version, missing } = locate(pytorch);
  const leftOut = missing === undefined ? [] : [`skipped: PyTorch: ${missing}`];
  const present = contestants.filter(({ ours }) => ours || missing === undefined);
  const results = [];
  for (const training of trainings.filter(({ key }) => options.keys.includes(key))) {
    if (training.data === "Fashion-MNIST" && !existsSync(FASHION)) {
      const hint = "apt-get install dataset-fashion-mnist";
      leftOut.push(`skipped: Fashion-MNIST is not in ${FASHION}; install it with: ${hint}`);
    } else results.push(await prepare(training, present, options));
  }
  for (let round = 0; round < rounds; round++) {
    note(`round ${round + 1} of ${rounds}`);
    for (const result of results) await runRound(result, { ...options, command, seed: round + 1 });
  }
  return { results, leftOut, version };
}

/** A training with its name, its data, and those who take part in it. */
async function prepare(training, present, { quick, whole, scratch }) {
  const { recipe, epochs, data } = training;
  const usual = whole || epochs === undefined ? {} : { epochs };
  const length = quick ? { iterations: recipe === "notebook" ? 500 : 600 } : usual;
  const directory = await directoryOf(data, scratch);
  const distorts = recipe === "accurate" || recipe === "record";
  return {
    ...training,
    length,
    name: [`\`${recipe}\``, ...Object.entries(length).map(([name, n]) => `${n} ${name}`), data]
      .filter(Boolean)
      .join(", "),
    directory,
    density: await densityOf(directory),
    entries: present
      .filter(({ beside }) => !beside || distorts)
      .map((contestant) => ({ ...contestant, runs: [] })),
  };
}

/** Every contestant once; PyTorch trains by the settings that mnist-train printed before. */
async function runRound(result, options) {
  const { seed, scratch, note } = options;
  let settings;
  for (const entry of result.entries) {
    const run = entry.ours
      ? await runOurs(entry, result, seed, scratch)
      : await runPytorch(entry, result, settings, options);
    settings ??= run.settings;
    entry.runs.push(run);
    const { trained, accuracy } = run;
    note(
      `  ${result.name}, ${entry.name}: ${seconds(trained)}, test accuracy ${percent(accuracy)}`,
    );
  }
}

const seconds = (value) => `${value.toFixed(2)} s`;
const percent = (share) => `${(100 * share).toFixed(2)} %`;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const medianOf = ({ runs }, name) => median(runs.map((run) => run[name]));
const accuracyOf = ({ runs }) => mean(runs.map(({ accuracy }) => accuracy));

/** The fastest entry of PyTorch; undefined without PyTorch. */
function bestPeer(entries) {
  const others = entries.filter(({ ours }) => !ours);
  return others.toSorted((a, b) => medianOf(a, "trained") - medianOf(b, "trained"))[0];
}

/** A row for each training: mnist-train on default threads against PyTorch at its best. */
export function raceSummary(results) {
  const head = ["time to train", "mnist-train", "PyTorch", "PyTorch takes"];
  const rows = results.map(({ name, entries }) => {
    const [ours] = entries;
    const peer = bestPeer(entries);
    const time = medianOf(ours, "trained");
    const cells = [name, seconds(time)];
    if (peer === undefined) return [...cells, "-", "-", percent(accuracyOf(ours)), "-"];
    const peerTime = medianOf(peer, "trained");
    const ratio = `${(peerTime / time).toFixed(2)} times as long`;
    const accuracies = [ours, peer].map((entry) => percent(accuracyOf(entry)));
    return [...cells, seconds(peerTime), ratio, ...accuracies];
  });
  return [[...head, "test accuracy, mnist-train", "PyTorch"], rows];
}

/** A row for each entry: when training began and ended, and when the process ended. */
export function raceDetails(results) {
  const head = ["", "first update", "trained", "least to most", "process", "test accuracy"];
  const rows = results.flatMap(({ name, entries }) =>
    entries.map((entry) => {
      const trained = entry.runs.map((run) => run.trained);
      return [
        `${name}: ${entry.name}`,
        seconds(medianOf(entry, "started")),
        seconds(medianOf(entry, "trained")),
        `${Math.min(...trained).toFixed(2)} to ${Math.max(...trained).toFixed(2)}`,
        seconds(medianOf(entry, "whole")),
        percent(accuracyOf(entry)),
      ];
    }),
  );
  return [head, rows];
}

/** The lesson's run against the share of pixels that are not background, on default threads and on one. */
export function raceByDensity(results) {
  const head = ["", "not background", "default threads", "1 thread", "PyTorch"];
  const rows = results
    .filter(({ recipe }) => recipe === "notebook")
    .toSorted((a, b) => a.density - b.density)
    .map(({ data, density, entries }) => {
      const [ours, alone] = entries;
      const peer = bestPeer(entries);
      return [
        data ?? "MNIST",
        `${(100 * density).toFixed(0)} %`,
        seconds(medianOf(ours, "trained")),
        seconds(medianOf(alone, "trained")),
        peer === undefined ? "-" : seconds(medianOf(peer, "trained")),
      ];
    });
  return [head, rows];
}
