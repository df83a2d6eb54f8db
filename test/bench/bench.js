/*
 * The whole benchmark: `npm run bench`, see --help. Every measured run is a process of its own, and
 * the runs of a round follow one another, so that whatever slows the machine for a while meets all.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { lastLine, runChild } from "./child.js";
import { batches, headline, loadSplit, WARM_UP } from "./headline.js";
import { dataDirectory, locate, peers } from "./peers.js";
import {
  busyKeys,
  race,
  raceByDensity,
  raceDetails,
  raceKeys,
  raceSummary,
  startBusyProcess,
} from "./race.js";
import { measureSizes } from "./sizes.js";
import { markdownTable, median, table } from "./table.js";

const help = `npm run bench -- [flags]

  --rounds N    times that every run is measured, 3 unless told
  --quick       one round of few iterations, to see that everything works
  --part NAME   only this part: race, headline, processes or scaling; may be repeated; without it all but
                the race, which takes 20 minutes
  --run NAMES   only these trainings of the race, with commas between: ${raceKeys.join(", ")}
  --whole       in the race all epochs of accurate and record, not 10 and 2
  --busy        the race beside a process that computes without end; ${busyKeys.join(" and ")} unless told
  --images N    numbers of images that scaling trains on, such as 60000,2000000
  --own-blas    let OpenBLAS choose its kernels: OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE are not
                handed on to NumPy and PyTorch
  --markdown    tables for a Markdown page
`;
const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string" },
    quick: { type: "boolean", default: false },
    part: { type: "string", multiple: true, default: ["headline", "processes", "scaling"] },
    run: { type: "string" },
    whole: { type: "boolean", default: false },
    busy: { type: "boolean", default: false },
    images: { type: "string" },
    "own-blas": { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const { quick } = flags;
const parts = ["race", "headline", "processes", "scaling"];
for (const part of flags.part) {
  if (!parts.includes(part))
    throw new RangeError(`--part ${part}: expected one of ${parts.join(", ")}`);
}
const rounds = quick ? 1 : Number(flags.rounds ?? 3);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new RangeError(`--rounds ${flags.rounds}: expected a whole number from 1`);
}
const quickIterations = 500;
/** What --own-blas keeps from NumPy and PyTorch. */
const ownBlas = { OPENBLAS_CORETYPE: undefined, OPENBLAS_L2_SIZE: undefined };

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "mnist-bench-"));
const modelFile = join(scratch, "model.json");

const print = (text) => process.stdout.write(`${text}\n`);
const note = (text) => process.stderr.write(`${text}\n`);
const show = flags.markdown ? markdownTable : table;
const seconds = (value) => `${value.toFixed(value < 100 ? 2 : 0)} s`;
const times = (value) => `${value.toFixed(2)} times`;

if (flags.help) {
  print(help);
} else {
  try {
    printMachine();
    if (flags.part.includes("race")) await showRace();
    if (flags.part.includes("headline")) await compareHeadline();
    if (flags.part.includes("processes")) await timeProcesses();
    if (flags.part.includes("scaling")) {
      await showScaling();
      await showSizes();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function printMachine() {
  const { model } = cpus()[0];
  print(`${availableParallelism()} cores of ${model}, Node ${process.versions.node}`);
  for (const name of ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]) {
    if (process.env[name] === undefined) continue;
    const ending = flags["own-blas"] ? "not handed on (--own-blas)" : "see --own-blas";
    print(`${name}=${process.env[name]} in the environment, ${ending}`);
  }
  print(`${rounds} rounds; others' load on the machine at the start: ${loadavg()[0].toFixed(2)}`);
}

/** Whole trainings against PyTorch. */
async function showRace() {
  const keys = flags.run?.split(",") ?? (flags.busy ? busyKeys : raceKeys);
  const unknown = keys.find((key) => !raceKeys.includes(key));
  if (unknown !== undefined) {
    throw new RangeError(`--run ${unknown}: expected one of ${raceKeys.join(", ")}`);
  }
  const unset = flags["own-blas"] ? ownBlas : {};
  const end = flags.busy ? await startBusyProcess() : undefined;
  const { results, leftOut, version } = await race({
    ...{ keys, rounds, quick, unset, scratch, note },
    whole: flags.whole,
  }).finally(end);
  if (results.length > 0) {
    const beside = flags.busy ? ", beside one process that computes without end" : "";
    const peer = version === undefined ? "" : `; PyTorch ${version}, its fastest variant`;
    print(
      `\nRace: from the start of the process to the end of training${beside}.\n` +
        `Medians; test accuracy is the mean of seeds 1 to ${rounds}${peer}.\n`,
    );
    const tables = [raceSummary(results), raceDetails(results), raceByDensity(results)];
    for (const [head, rows] of tables) if (rows.length > 0) print(`${show(head, rows)}\n`);
  }
  for (const line of leftOut) print(line);
}

/** The headline run of everybody. */
async function compareHeadline() {
  const present = [];
  const leftOut = [];
  for (const peer of peers) {
    const place = locate(peer);
    if (place.missing === undefined) present.push({ ...peer, ...place, runs: [] });
    else leftOut.push(`skipped: ${peer.name}: ${place.missing}`);
  }
  const ceilings = [];
  const commands = [];
  for (let round = 0; round < rounds; round++) {
    note(`round ${round + 1} of ${rounds}`);
    ceilings.push(lastLine(await runChild(process.execPath, [here("ceiling.js")])));
    for (const peer of present) {
      if (peer.failed || round >= (peer.rounds ?? rounds)) continue;
      try {
        peer.runs.push(await runPeer(peer));
      } catch (error) {
        if (peer.ours) throw error;
        peer.failed = true;
        leftOut.push(`failed: ${peer.name}: ${error.message.trim()}`);
        continue;
      }
      const { whole, accuracy } = peer.runs.at(-1);
      note(`  ${peer.name}: ${seconds(whole)}, accuracy ${accuracy}`);
    }
    commands.push(await runCommand());
  }
  const ran = present
    .filter((peer) => !peer.failed)
    .map((peer) => ({ ...peer, whole: median(peer.runs.map((r) => r.whole)) }));
  printPeers(ran, leftOut);
  printCommand(commands);
  await printRatios(ran, ceilings);
}

function runSettings(peer) {
  const planned = peer.iterations ?? headline.iterations;
  const iterations = quick ? Math.min(planned, quickIterations) : planned;
  const every = Math.min(headline.every, iterations);
  return { ...headline, ...peer.settings, directory: dataDirectory, iterations, every };
}

/** One run of a peer; `whole` is the time of all 10000 iterations and their 100 validations. */
async function runPeer(peer) {
  const run = runSettings(peer);
  const environment = {
    ...peer.environment,
    PYTHONDONTWRITEBYTECODE: "1",
    ...(flags["own-blas"] ? ownBlas : {}),
  };
  const parameters = [here(`peers/${peer.program}`), JSON.stringify(run)];
  const result = lastLine(await runChild(peer.command, parameters, { environment }));
  const validations = Math.floor(run.iterations / run.every);
  const train = (result.trainSeconds / run.iterations) * headline.iterations;
  const validation =
    (result.validationSeconds / validations) * (headline.iterations / headline.every);
  return { ...result, train, whole: train + validation };
}

/** `mnist-train` itself, from start to end, with its peak memory. */
async function runCommand() {
  const memoryFile = join(scratch, "memory");
  const parameters = [
    ...[
      "--import",
      new URL("peakMemory.js", import.meta.url).href,
      here("../../bin/mnist-train.js"),
    ],
    ...["--quiet", "--json", "--seed", String(headline.seed), "--out", modelFile],
    ...(quick ? ["--iterations", String(quickIterations)] : []),
  ];
  const environment = { BENCH_PEAK_MEMORY: memoryFile };
  const child = await runChild(process.execPath, parameters, { environment });
  const { validationAccuracy } = JSON.parse(child.stdout);
  return {
    seconds: child.seconds,
    accuracy: validationAccuracy,
    megabytes: Number(readFileSync(memoryFile, "utf8")) / 1e6,
  };
}

function printPeers(ran, leftOut) {
  const fastest = ran.find(({ key }) => key === "ours").whole;
  const head = [
    "",
    "10000 iterations",
    "a step",
    "least to most",
    "validation accuracy",
    "relative time",
  ];
  const rows = ran.map((peer) => {
    const { iterations } = runSettings(peer);
    const wholes = peer.runs.map((run) => run.whole);
    const { accuracy } = peer.runs.at(-1);
    const scaled = iterations < headline.iterations;
    const trained = iterations + (peer.command === process.execPath ? WARM_UP : 0);
    return [
      peer.version ? `${peer.name} (${peer.version})` : peer.name,
      `${scaled ? "~ " : ""}${seconds(peer.whole)}`,
      `${(median(peer.runs.map((run) => run.train)) / 10).toFixed(2)} ms`,
      `${Math.min(...wholes).toFixed(2)} to ${Math.max(...wholes).toFixed(2)}`,
      `${(100 * accuracy).toFixed(2)} %${scaled ? ` after ${trained}` : ""}`,
      times(peer.whole / fastest),
    ];
  });
  print(
    `\nHeadline run: ${headline.hidden} hidden units, ${headline.iterations} iterations of ` +
      `${headline.batchSize} images, ${headline.validation} images for validation every ` +
      `${headline.every}.\nMedians; data loaded beforehand. "a step" is one of training, without its ` +
      'share of validation.\nA time with "~" is scaled up from the iterations that its accuracy ' +
      "names.\n",
  );
  print(show(head, rows));
  print("");
  for (const peer of ran) if (peer.note) print(`${peer.name}: ${peer.note}`);
  for (const line of leftOut) print(line);
}

function printCommand(commands) {
  const medianOf = (name) => median(commands.map((command) => command[name]));
  print(
    `\nnode bin/mnist-train.js as a whole, which also reads the data, measures training accuracy ` +
      `after\neach epoch and saves the model: ${seconds(medianOf("seconds"))}, accuracy ` +
      `${(100 * commands[0].accuracy).toFixed(2)} %, peak memory ` +
      `${medianOf("megabytes").toFixed(0)} MB (must be under 350)`,
  );
}

async function printRatios(ran, ceilings) {
  const wholeOf = (key) => ran.find((peer) => peer.key === key)?.whole;
  const others = ran.filter((peer) => !peer.ours).sort((a, b) => a.whole - b.whole);
  const rows = [];
  const compare = (what, ratio, bound) => rows.push([what, times(ratio), bound]);

  if (others.length > 0) {
    const [{ name, whole }] = others;
    compare(`default threads, faster than ${name}`, whole / wholeOf("ours"), "at least 2");
    compare(`1 thread, faster than ${name}`, whole / wholeOf("ours1"), "above 1");
  }
  for (const [key, bound] of [
    ["tfjs", "at least 25"],
    ["tfjsManual", ""],
  ]) {
    if (wholeOf(key) === undefined) continue;
    const { name } = ran.find((peer) => peer.key === key);
    compare(`default threads, faster than ${name}`, wholeOf(key) / wholeOf("ours"), bound);
  }
  compare(
    "default threads, faster than 1 thread",
    wholeOf("ours1") / wholeOf("ours"),
    "at least 1.6",
  );

  const speed = median(ceilings.map((ceiling) => ceiling.multiplyAddsPerSecond));
  const work = await nonZeroMultiplyAdds();
  const least = work / speed;
  compare("1 thread, longer than the least possible", wholeOf("ours1") / least, "at most 2.5");

  const { sums, rows: ceilingRows } = ceilings[0];
  print(`\n${show(["ratio", "measured", "must be"], rows)}\n`);
  print(
    `Least possible: ${(work / 1e9).toFixed(1)} thousand million multiply-adds with pixels that are ` +
      `not 0,\nat ${(speed / 1e9).toFixed(1)} thousand million a second on one thread (v128 mul and add from ` +
      `L1, ${sums} sums, ${ceilingRows} rows a turn):\n${seconds(least)}`,
  );
}

/** Multiply-adds of the first layer's two products in the headline run, for pixels that are not 0. */
async function nonZeroMultiplyAdds() {
  const { train, validation, meanImage } = await loadSplit();
  const D = meanImage.length;
  const perImage = ({ images, labels }) =>
    Array.from(labels, (_, n) =>
      images.subarray(n * D, (n + 1) * D).reduce((sum, pixel) => sum + (pixel === 0 ? 0 : 1), 0),
    );
  const pixels = perImage(train);
  const nextBatch = batches(pixels.length, headline);
  let trained = 0;
  for (let iteration = 0; iteration < headline.iterations; iteration++) {
    for (const n of nextBatch()) trained += pixels[n];
  }
  const scored = perImage(validation).reduce((sum, count) => sum + count, 0);
  const validations = headline.iterations / headline.every;
  return (2 * trained + validations * scored) * headline.hidden;
}

/** Start to first iteration, and mnist-eval. */
async function timeProcesses() {
  const count = quick ? 2 : 2 * rounds + 1;
  const starts = [];
  const firsts = [];
  const wholes = { "one iteration": [], eval: [], npx: [] };
  const eval_ = [here("../../bin/mnist-eval.js"), modelFile, "--json"];
  const short = ["--quiet", "--json", "--iterations", "1", "--out"];
  const train = (file) => [here("../../bin/mnist-train.js"), ...short, file];
  const told = train(join(scratch, "told.json")).filter((flag) => flag !== "--quiet");
  const marks = { start: /^start /m }; // the line with the loss before the first update
  await runChild(process.execPath, train(modelFile));
  const root = { cwd: here("../..") };
  for (let i = 0; i < count; i++) {
    starts.push(await startUp());
    firsts.push((await runChild(process.execPath, told, { marks })).reached.start);
    const one = await runChild(process.execPath, train(join(scratch, "one.json")));
    wholes["one iteration"].push(one.seconds);
    wholes.eval.push((await runChild(process.execPath, eval_)).seconds);
    const npx = await runChild("npx", ["mnist-eval", modelFile, "--json"], root);
    wholes.npx.push(npx.seconds);
  }
  const parts = starts[0].map(({ name }, i) => [name, median(starts.map((s) => s[i].seconds))]);
  const whole = median(starts.map((s) => s.reduce((sum, part) => sum + part.seconds, 0)));
  const milliseconds = (value) => `${(1000 * value).toFixed(0)} ms`;
  print(`\nProcesses, median of ${count}\n`);
  print(
    show(
      ["", "measured", "must be"],
      [
        ["mnist-train: start to first update", milliseconds(median(firsts)), "under 300 ms"],
        ["the same through the API", milliseconds(whole), ""],
        ...parts.map(([name, value]) => [`  ${name}`, milliseconds(value), ""]),
        [
          "mnist-train --iterations 1, to its end",
          milliseconds(median(wholes["one iteration"])),
          "",
        ],
        [
          "mnist-eval on 10000 images, to its end",
          milliseconds(median(wholes.eval)),
          "under 250 ms",
        ],
        ["the same through npx", milliseconds(median(wholes.npx)), ""],
      ],
    ),
  );
}

/** Seconds of each part from the start of a process to its first iteration. */
async function startUp() {
  const child = await runChild(process.execPath, [here("startUp.js")]);
  let last = child.startedAt;
  return lastLine(child).map(({ name, at }) => {
    const part = { name, seconds: (at - last) / 1000 };
    last = at;
    return part;
  });
}

/** How the cost of a step grows. */
async function showScaling() {
  const parameters = [here("scaling.js"), JSON.stringify({ seconds: quick ? 0.1 : 0.5 })];
  const { results, pixels } = lastLine(await runChild(process.execPath, parameters));
  const rows = results.map(({ hidden, batchSize, images, milliseconds }) => {
    const perImage = (threads) => `${((1000 * milliseconds[threads]) / batchSize).toFixed(2)} µs`;
    const multiplyAdds = 2 * pixels[images] * batchSize * hidden;
    const speed = (multiplyAdds / milliseconds[1] / 1e6).toFixed(1);
    const step = (threads) => `${milliseconds[threads].toFixed(2)} ms`;
    const cells = [step(1), perImage(1), speed, step(2), perImage(2)];
    return [`H ${hidden}, batch ${batchSize}, ${images}`, ...cells];
  });
  const head = ["a step", "1 thread", "an image", "GMA/s", "2 threads", "an image"];
  print(
    `\nCost of a training step as net and batch grow; "sparse" is MNIST with ` +
      `${pixels.sparse.toFixed(0)} of 784 pixels\nnot 0, "dense" has none that is 0. GMA/s: thousand ` +
      "million multiply-adds a second with such pixels.\n",
  );
  print(show(head, rows));
}

/** How time and memory grow with the number of images. */
async function showSizes() {
  const usual = quick ? "60000,120000" : "60000,200000,500000,814255";
  const counts = (flags.images ?? usual).split(",").map(Number);
  const results = await measureSizes(counts, { rounds, scratch, note });
  const [least] = results;
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  const rows = results.map(({ count, classes, raw, start, epoch, peak }) => [
    `${count} images, ${classes} classes`,
    seconds(start),
    seconds(epoch),
    `${((1e6 * epoch) / count).toFixed(1)} µs`,
    megabytes(raw),
    megabytes(peak),
    raw === least.raw ? "" : times((peak - least.peak) / (raw - least.raw)),
  ]);
  print(
    "\nmnist-train --epochs 1 on distorted copies of MNIST's images. An epoch has its validations in it. The " +
      `last column:\nhow much peak memory grows from ${least.count} images, by how much the raw pixels grow.\n`,
  );
  const head = ["", "start", "an epoch", "an image", "raw pixels", "peak memory", "grows by"];
  print(show(head, rows));
}
