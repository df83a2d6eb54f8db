/*
 * Records the runs that the tests of the verdict judge: `npm run bench:verdicts`.
 *
 * Every run of test/inspect/verdict/recorded/runs.json is `mnist-train --history` in a process of its own. The
 * history is kept beside the table, its losses rounded to four digits and compressed; the verdict on it must be
 * the one that the run printed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { decodeHistory, loadDataSet } from "../../dist/index.js";
import { verdict } from "../../dist/inspect/verdict/verdict.js";
import { dataFolder } from "./verdictData.js";

const help = `npm run bench:verdicts -- [flags] [names]

  names            some runs of runs.json only
  --fashion DIR    the folder of Fashion-MNIST (default: that of Debian's dataset-fashion-mnist)
`;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    fashion: { type: "string", default: "/usr/share/datasets/fashion-mnist" },
    help: { type: "boolean" },
  },
});

const recorded = new URL("../inspect/verdict/recorded/", import.meta.url);
const train = new URL("../../bin/mnist-train.js", import.meta.url).pathname;

/** Four significant digits: a batch's loss says no more. */
const rounded = (loss) => Number(loss.toPrecision(4));

/** What recipes had at the time when the runs were recorded. */
const former = {
  fast: "--epochs 3 --learning-rate 0.4 --label-smoothing 0.05 --no-deskew",
  accurate: "--no-deskew",
  record: "--no-deskew",
};

/** The flags of a run, with those of its recipe that are others today. */
function asThen(args) {
  return args.replace(/--recipe (\w+)/, (text, name) => `${text} ${former[name] ?? ""}`);
}

/** Trains a run and returns its history and the verdict that it printed, null if it diverged. */
function record({ data, args }, { folder, ...sources }) {
  const path = join(folder, "history.json");
  rmSync(path, { force: true });
  const directory = dataFolder(data, { folder, ...sources });
  const given = [
    ...asThen(args)
      .split(" ")
      .filter((word) => word !== ""),
    ...(directory === undefined ? [] : ["--data", directory]),
    ...[
      "--threads",
      "1",
      "--quiet",
      "--json",
      "--out",
      join(folder, "model.json"),
      "--history",
      path,
    ],
  ];
  const { stdout, stderr } = spawnSync(process.execPath, [train, ...given], { encoding: "utf8" });
  let text;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new Error(`${args}: no history; ${stderr}`);
  }
  const history = JSON.parse(text);
  history.loss = history.loss.map(rounded);
  history.seconds = null;
  return { history, printed: history.failure ? null : JSON.parse(stdout).verdict };
}

function judge(text) {
  const { history, ...about } = decodeHistory(text);
  return verdict(history, about);
}

/** A line about a run: what was found, and NO where the table expects something else. */
function report({ name, answer, findings }, found) {
  const kinds = found.findings.map(({ kind }) => kind);
  const met = found.answer === answer && kinds.join() === findings.join();
  const expected = met ? "" : `   NO: expected ${answer} [${findings.join(", ")}]`;
  process.stdout.write(
    `${name}: ${found.answer} [${kinds.join(", ")}]${expected}\n  ${found.text}\n`,
  );
}

async function main() {
  const all = JSON.parse(readFileSync(new URL("runs.json", recorded), "utf8"));
  const runs =
    positionals.length === 0 ? all : all.filter(({ name }) => positionals.includes(name));
  const folder = mkdtempSync(join(tmpdir(), "mnist-verdicts-"));
  try {
    const sources = { mnist: await loadDataSet(), fashion: flags.fashion, folder };
    for (const run of runs) {
      try {
        recordAndReport(run, sources);
      } catch (error) {
        process.stdout.write(`${run.name}: ${error.message}\n`);
        process.exitCode = 1;
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function recordAndReport(run, sources) {
  const { history, printed } = record(run, sources);
  const text = `${JSON.stringify(history)}\n`;
  const found = judge(text);
  if (printed !== null && printed.text !== found.text) {
    process.stdout.write(`${run.name}: the run printed "${printed.text}"\n`);
    process.exitCode = 1;
  }
  writeFileSync(new URL(`${run.name}.json.gz`, recorded), gzipSync(text, { level: 9 }));
  report(run, found);
}

if (flags.help) process.stdout.write(help);
else await main();
