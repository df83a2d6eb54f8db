/*
 * How accurate each recipe is, and how long it trains: `npm run bench:accuracy`.
 *
 * Every training is `mnist-train` in a process of its own. A recipe that trains on all 60000 images is
 * trained once more with 10000 of them set aside, for its validation accuracy; choices are made on that.
 * The test set is looked at once per recipe and seed.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { recipeNames, recipes } from "../../dist/index.js";
import { accuracyChart } from "./accuracyChart.js";
import { markdownTable, table } from "./table.js";

const help = `npm run bench:accuracy -- [flags]

  --recipe NAMES       some recipes only, with commas between
  --seeds N            seeds 1 to N (default: 5 for notebook and fast, 3 for the others)
  --skip-validation    leave out the second training that measures validation accuracy
  --out FILE           save the measurements as JSON
  --from FILE          show measurements that were saved, and train nothing; several with commas
  --chart FILE         draw accuracy against time as SVG
  --markdown           tables for a Markdown page
`;

const { values: flags } = parseArgs({
  options: {
    recipe: { type: "string" },
    seeds: { type: "string" },
    "skip-validation": { type: "boolean" },
    out: { type: "string" },
    from: { type: "string" },
    chart: { type: "string" },
    markdown: { type: "boolean" },
    help: { type: "boolean" },
  },
});

/** What each recipe must reach. */
const targets = {
  notebook: [{ what: "mean test accuracy", least: 0.976, of: (r) => mean(tests(r)) }],
  overfit: [
    {
      what: "least training accuracy",
      least: 1,
      of: (r) => Math.min(...r.runs.map((run) => run.trainingAccuracy)),
    },
  ],
  fast: [
    { what: "mean test accuracy", least: 0.98, of: (r) => mean(tests(r)) },
    {
      what: "notebook's time, divided by its own",
      least: 5,
      of: (r, all) => timeOf(all.find(({ recipe }) => recipe === "notebook")) / timeOf(r),
    },
  ],
  accurate: [
    { what: "mean test accuracy", least: 0.989, of: (r) => mean(tests(r)) },
    { what: "mean seconds", most: 120, of: timeOf },
  ],
  record: [
    { what: "mean test accuracy", least: 0.9935, of: (r) => mean(tests(r)) },
    { what: "mean seconds", most: 720, of: timeOf },
  ],
};

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values) => {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
};
const tests = (result) => result.runs.map((run) => run.testAccuracy);
function timeOf(result) {
  return result === undefined ? Number.NaN : mean(result.runs.map((run) => run.seconds));
}

function command(name, ...values) {
  const file = new URL(`../../bin/${name}.js`, import.meta.url).pathname;
  return JSON.parse(
    execFileSync(process.execPath, [file, ...values, "--json"], { encoding: "utf8" }),
  );
}

/** Trains one recipe with one seed and measures it. */
function measure(recipe, seed, folder) {
  const model = join(folder, "model.json");
  const train = (...more) =>
    command(
      ...["mnist-train", "--quiet", "--recipe", recipe, "--seed", String(seed), "--out", model],
      ...more,
    );
  const { seconds, trainingAccuracy, validationAccuracy } = train();
  const testAccuracy = command("mnist-eval", model).accuracy;
  const run = { seed, seconds, trainingAccuracy, validationAccuracy, testAccuracy };
  if (validationAccuracy !== null || flags["skip-validation"]) return run;
  return { ...run, validationAccuracy: train("--validation", "10000").validationAccuracy };
}

function measureAll() {
  const names = flags.recipe?.split(",") ?? recipeNames;
  const folder = mkdtempSync(join(tmpdir(), "mnist-accuracy-"));
  try {
    return names.map((recipe) => {
      if (recipes[recipe] === undefined) throw new RangeError(`no recipe ${recipe}`);
      const usual = recipe === "notebook" || recipe === "fast" ? 5 : 3;
      const runs = Array.from({ length: Number(flags.seeds ?? usual) }, (_, i) => {
        const run = measure(recipe, i + 1, folder);
        process.stderr.write(`${recipe}, seed ${i + 1}: ${JSON.stringify(run)}\n`);
        return run;
      });
      return { recipe, runs };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const percent = (share) => (share === null ? "-" : `${(100 * share).toFixed(2)} %`);
const show = flags.markdown ? markdownTable : table;

function showRuns(results) {
  const head = ["recipe, seed", "training", "validation", "test", "time to train"];
  const rows = results.flatMap(({ recipe, runs }) => [
    ...runs.map((run) => [
      `${recipe}, ${run.seed}`,
      percent(run.trainingAccuracy),
      percent(run.validationAccuracy),
      percent(run.testAccuracy),
      `${run.seconds.toFixed(1)} s`,
    ]),
    [
      `${recipe}, mean and standard deviation`,
      "",
      spread(runs.map((run) => run.validationAccuracy)),
      spread(runs.map((run) => run.testAccuracy)),
      `${mean(runs.map((run) => run.seconds)).toFixed(1)} s`,
    ],
  ]);
  return show(head, rows);
}

function spread(shares) {
  const known = shares.filter((share) => share !== null);
  if (known.length === 0) return "-";
  return `${(100 * mean(known)).toFixed(2)} ± ${(100 * deviation(known)).toFixed(2)} %`;
}

function showTargets(results) {
  const rows = Object.entries(targets).flatMap(([recipe, wanted]) => {
    const result = results.find((found) => found.recipe === recipe);
    if (result === undefined) return [[recipe, "not measured", "", ""]];
    return wanted.map(({ what, least, most, of }) => {
      const value = of(result, results);
      const met = least === undefined ? value <= most : value >= least;
      const bound = least === undefined ? `at most ${most}` : `at least ${least}`;
      const verdict = Number.isNaN(value) ? "not measured" : met ? "yes" : "NO";
      return [`${recipe}: ${what}`, value.toFixed(4), bound, verdict];
    });
  });
  return show(["target", "measured", "must be", "met"], rows);
}

if (flags.help) {
  process.stdout.write(help);
} else {
  const results = flags.from
    ? flags.from.split(",").flatMap((file) => JSON.parse(readFileSync(file, "utf8")))
    : measureAll();
  if (flags.out) writeFileSync(flags.out, `${JSON.stringify(results, null, 2)}\n`);
  const machine = `${availableParallelism()} cores of ${cpus()[0].model.trim()}, Node ${process.versions.node}`;
  process.stdout.write(`${machine}\n\n${showRuns(results)}\n\n${showTargets(results)}\n`);
  if (flags.chart) writeFileSync(flags.chart, accuracyChart(results));
}
