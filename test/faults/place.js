import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, sleep } from "./run.js";

/*
 * Where runs are disturbed, what they must end with, and what counts as lost.
 */

export const say = (text) => process.stdout.write(`${text}\n`);
export const losses = [];

/** Notes a loss where something is not as it should be. */
export function expect(holds, what, outcome) {
  if (holds) return;
  losses.push(what);
  const said = outcome === undefined ? "" : `\n${JSON.stringify(outcome).slice(0, 1500)}`;
  say(`  LOST: ${what}${said}`);
}

export const root = mkdtempSync(join(tmpdir(), "mnist-train-faults-"));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));

let folders = 0;

/** A new, empty folder. */
export function folder(name) {
  const path = join(root, `${++folders}-${name}`);
  mkdirSync(path);
  return path;
}

/** What stands in a file; "none" where there is no file. */
export const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "none");

/** Runs of a few seconds that differ in whatever a checkpoint holds. */
export const kinds = [
  {
    name: "the lesson's, default threads, saved every 100 updates",
    run: "--limit 3000 --validation 500 --hidden 60 --iterations 6000 --std 0.01",
    every: "100",
  },
  {
    name: "2 threads, distortions, momentum, average, dropout, keep-best, saved at every update",
    run:
      "--limit 2000 --validation 300 --hidden 40 --iterations 400 --std 0.01 --threads 2 " +
      "--sampling passes --batch-size 100 --augment --momentum 0.9 --nesterov --average-keep 0.9 " +
      "--dropout 0.2 --keep-best --learning-rate 0.0003",
    every: "1",
  },
  {
    name: "1 thread, one cycle, saved every second",
    run:
      "--limit 3000 --validation 500 --hidden 60 --iterations 6000 --std 0.01 --threads 1 " +
      "--sampling passes --schedule one-cycle --momentum 0.5",
    every: "1s",
  },
  {
    name: "the reference engine, saved every 5 updates",
    run:
      "--limit 500 --validation 100 --hidden 10 --iterations 800 --std 0.01 --engine reference " +
      "--batch-size 50 --sampling passes --average-keep 0.5",
    every: "5",
  },
];

export const older = "an older model, which must stay until there is a newer one\n";

/** Runs every kind with nothing happening to it: the bytes that all others must end with. */
export async function trainUndisturbed() {
  for (const [i, kind] of kinds.entries()) {
    kind.flags = kind.run.split(" ");
    const model = join(root, `whole-${i}.json`);
    const outcome = await run([...kind.flags, "--out", model]);
    if (outcome.exitCode !== 0) throw new Error(`an undisturbed run failed: ${outcome.stderr}`);
    kind.whole = readFileSync(model, "utf8");
  }
}

/** A place for a run of a kind to be disturbed, with an older model in it. */
export function place(kind, name) {
  const at = folder(name);
  const [model, checkpoint] = [join(at, "model.json"), join(at, "run.json")];
  writeFileSync(model, older);
  const files = ["--out", model, "--checkpoint", checkpoint, "--checkpoint-every", kind.every];
  const torn = () => readdirSync(at).filter((file) => /^mnist-[0-9a-f]{8}\.tmp$/.test(file));
  return {
    at,
    model,
    checkpoint,
    /** What begins the run, or goes on with it. */
    next: () => (existsSync(checkpoint) ? ["--resume", checkpoint] : kind.flags).concat(files),
    /** Files that were being written when they were abandoned. */
    torn,
    /** Waits until a file is being written, a few seconds at most. */
    async saving() {
      for (let look = 0; look < 3000 && torn().length === 0; look++) await sleep(1);
    },
    /** Expects a model that is the older one or the finished one. */
    expectWholeModel(when) {
      const found = read(model);
      expect(found === older || found === kind.whole, `${kind.name}: a model torn ${when}`);
    },
    /** Lets the run come to its end; expects the bytes of the undisturbed one. */
    async finish(when) {
      const outcome = await run(this.next());
      const same = outcome.exitCode === 0 && read(model) === kind.whole;
      expect(same, `${kind.name}: not the same bytes ${when}`, outcome);
    },
  };
}
