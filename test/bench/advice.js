/*
 * Whether the advice of the verdict helps: `node test/bench/advice.js`.
 *
 * A run with a fault, and the same run with the advice followed, on MNIST and on Fashion-MNIST, judged by the
 * validation images. The verdict gives only advice that a row here shows to help on both.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { markdownTable } from "./table.js";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    fashion: { type: "string", default: "/usr/share/datasets/fashion-mnist" },
  },
});

const fast =
  "--recipe fast --epochs 3 --learning-rate 0.4 --label-smoothing 0.05 --no-deskew --validation 10000";
const short = "--iterations 1000";
const wild = "--augment --rotation 180 --zoom 0.9 --shear 2 --shift 28";

/** Finding, flags of both runs, those of the fault, and the advice in their place. */
const rows = [
  ["inputs too small", short, "--scale 0.00392", "--scale 1"],
  ["too few units", fast, "--hidden 1", "--hidden 50"],
  ["too few units", "--recipe overfit --learning-rate 0.001", "--hidden 2", "--hidden 50"],
  ["L2 dominates", short, "--reg 50", "--reg 0.2"],
  ["L2 dominates", short, "--reg 5", "--reg 0.2"],
  ["rate too small", short, "--learning-rate 0.00001", "--learning-rate 0.001"],
  ["rate too small", fast, "--learning-rate 0.001", "--learning-rate 0.01"],
  [
    "rate too small",
    `${short} --initialization he --scale 0.00392`,
    "--learning-rate 0.001",
    "--learning-rate 0.1",
  ],
  ["rate vanishes", "--iterations 3000", "--decay 0.1", "--decay 0.99"],
  [
    "rate vanishes",
    "--iterations 2000",
    "--schedule step --decay 0.01 --step-epochs 1",
    "--schedule exponential",
  ],
  ["units alike", "--iterations 500", "--std 0", "--std 0.0001"],
  ["units alike", fast, "--initialization normal --std 0", "--initialization he"],
  ["initial weights too large", short, "--std 0.1", "--std 0.0001"],
  ["initial weights too large", fast, "--initialization normal --std 10", "--initialization he"],
  ["unstable", short, "--momentum 0.999", "--momentum 0.9"],
  ["unstable", fast, "--momentum 0.99", "--momentum 0.9"],
  ["unstable", fast, "--learning-rate 1.5", "--learning-rate 0.15"],
  ["diverged", short, "--learning-rate 0.03", "--learning-rate 0.001"],
  ["diverged", fast, "--learning-rate 5", "--learning-rate 0.1"],
  ["diverged", fast, "--scale 1", "--scale 0.00392"],
  ["diverged", "--recipe overfit", "--learning-rate 0.05", "--learning-rate 0.001"],
  ["diverged", short, "--reg 1000000", "--reg 0.2"],
  ["dropout too high", fast, "--dropout 0.9", "--dropout 0.2"],
  ["labels too smooth", fast, "--label-smoothing 0.99", "--label-smoothing 0.1"],
  ["average lags", fast, "--average-keep 0.99999", "--average-keep 0.99"],
  ["warm-up too long", short, "--warm-up 1000000", "--warm-up 0"],
  ["distortions too strong", fast, wild, "--no-augment"],
  ["still falling", "", "--iterations 300", "--iterations 600"],
  ["overfitting", "--recipe overfit --learning-rate 0.001", "--limit 1000", "--limit 10000"],
];

const train = new URL("../../bin/mnist-train.js", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "mnist-advice-"));

/** Validation accuracy of a run; null if it diverged. */
function accuracy(args, directory) {
  const words = args.split(" ").filter((word) => word !== "");
  const data = directory === undefined ? [] : ["--data", directory];
  const files = ["--threads", "1", "--out", join(folder, "model.json"), "--json", "--quiet"];
  try {
    const text = execFileSync(process.execPath, [train, ...words, ...data, ...files], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(text).validationAccuracy;
  } catch {
    return null;
  }
}

const percent = (share) => (share === null ? "diverged" : `${(100 * share).toFixed(2)} %`);

try {
  const chosen =
    positionals.length === 0 ? rows : rows.filter(([kind]) => positionals.includes(kind));
  const measured = chosen.map(([kind, both, fault, advice]) => {
    const cells = [undefined, flags.fashion].map((directory) => {
      const before = accuracy(`${both} ${fault}`, directory);
      const after = accuracy(`${both} ${advice}`, directory);
      if (after === null || after <= (before ?? 0)) process.exitCode = 1;
      return `${percent(before)} → ${percent(after)}`;
    });
    process.stderr.write(`${kind}: ${fault} → ${advice}: ${cells.join(", ")}\n`);
    const run = both === "" ? "" : `\`${both}\` `;
    return [kind, `${run}\`${fault}\``, `\`${advice}\``, ...cells];
  });
  const head = ["finding", "run", "advice", "MNIST", "Fashion-MNIST"];
  process.stdout.write(`${markdownTable(head, measured)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
