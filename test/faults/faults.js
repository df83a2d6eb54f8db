/*
 * Faults on purpose: `npm run test:faults`, or `node test/faults/faults.js --seed 7 --kills 200`.
 *
 * Every section does something to runs of mnist-train that a machine or a person may do, and counts
 * what was tried. A run that does not end with the very bytes of the run that nothing happened to, a
 * file that is neither the old one nor the new one, a command that hangs or says nothing: one of these
 * fails the whole.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { decodeCheckpoint, Random } from "../../dist/index.js";
import {
  expect,
  folder,
  kinds,
  losses,
  older,
  place,
  read,
  root,
  say,
  trainUndisturbed,
} from "./place.js";
import { preload, project, run, sleep, start } from "./run.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 100_000) },
    kills: { type: "string", default: "50" },
    signals: { type: "string", default: "24" },
  },
});
const random = Random.fromSeed(Number(values.seed));
const between = (least, most) => least + random.uniform() * (most - least);

async function killAtRandomMoments() {
  const wanted = Number(values.kills);
  let [kills, saves, resumed, attempts] = [0, 0, 0, 0];
  for (const [i, kind] of kinds.entries()) {
    let spot = place(kind, "kill");
    while (kills < (wanted * (i + 1)) / kinds.length) {
      if (existsSync(spot.checkpoint)) resumed++;
      const { ended, kill } = start(spot.next(), { npx: true });
      await Promise.race([ended, sleep(between(400, 2800))]);
      // At whatever it is doing, or, for every other one, as soon as it is saving.
      if (attempts++ % 2 === 1) await Promise.race([ended, spot.saving()]);
      kill("SIGKILL");
      const outcome = await ended;
      if (outcome.signal === "SIGKILL") kills++;
      else expect(outcome.exitCode === 0, `${kind.name}: failed after a kill`, outcome);
      const torn = spot.torn();
      saves += torn.length;
      for (const file of torn) rmSync(join(spot.at, file));
      spot.expectWholeModel("by a kill");
      if (outcome.exitCode === 0) spot = place(kind, "kill");
    }
    await spot.finish("after kills");
  }
  expect(kills < 20 || saves > 0, "no kill came in the middle of a save, so none was tried");
  say(
    `SIGKILL through npx: ${kills} times, ${saves} of them in the middle of a save; ${resumed} times ` +
      `gone on from a checkpoint; ${kinds.length} kinds of run, all ended with the same bytes`,
  );
}

async function signalAtRandomMoments() {
  const codes = { SIGINT: 130, SIGTERM: 143 };
  let [sent, twice, early, done] = [0, 0, 0, 0];
  for (const kind of kinds) {
    let spot = place(kind, "signal");
    for (let n = 0; n < Number(values.signals) / kinds.length; n++) {
      const signal = n % 2 === 0 ? "SIGINT" : "SIGTERM";
      const again = n % 3 === 2;
      const { ended, kill } = start(spot.next());
      await Promise.race([ended, sleep(between(20, 1800))]);
      kill(signal);
      sent++;
      if (again) {
        await sleep(between(0, 40));
        kill(signal);
        twice++;
      }
      const outcome = await ended;
      const { exitCode } = outcome;
      if (outcome.signal === signal) {
        // Node was not ready yet: at most the check of an output had begun, whose file may be left
        early++;
        for (const file of spot.torn()) rmSync(join(spot.at, file));
      } else if (exitCode === 0) done++;
      else
        expect(
          exitCode === codes[signal],
          `${kind.name}: ended by ${signal} with ${exitCode}`,
          outcome,
        );
      expect(!outcome.hung, `${kind.name}: hung after ${signal}`, outcome);
      expect(spot.torn().length === 0, `${kind.name}: left a torn file behind`, spot.torn());
      spot.expectWholeModel(`by ${signal}`);
      if (exitCode === 0) spot = place(kind, "signal");
    }
    await spot.finish("after signals");
  }
  say(
    `SIGINT and SIGTERM: ${sent} times, ${twice} of them twice in a row, ${early} before Node was ` +
      `ready, ${done} after the end; exit codes right, nothing torn, all ended with the same bytes`,
  );
}

/** A file system of so many bytes, or null where none may be made. */
function smallFileSystem(name, bytes) {
  const at = folder(name);
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", at]);
  if (status !== 0) return null;
  process.prependListener("exit", () => spawnSync("umount", [at])); // before the folder goes
  return at;
}

async function fillTheDisk() {
  const kind = kinds[0];
  const modelSize = kind.whole.length;
  const real = smallFileSystem("disk", Math.ceil(0.55 * modelSize));
  const at = real ?? folder("disk-injected");
  const room = Math.ceil(0.55 * modelSize);
  const cwd = folder("working");
  const options = (bytes) =>
    real ? { cwd } : { cwd, node: preload("fullDisk"), env: { FULL: at, BYTES: String(bytes) } };

  const model = join(at, "model.json");
  writeFileSync(model, older);
  const full = await run([...kind.flags, "--out", model], options(room));
  const oneLine = /^error: .*model\.json: cannot be written \(ENOSPC\), expected .*$/m;
  expect(full.exitCode === 3 && oneLine.test(full.stderr), "a full disk: no clear error", full);
  expect(read(model) === older, "a full disk: the older model is lost");
  const left = readdirSync(at).join();
  expect(left === "model.json,model.previous.json", "a full disk: rubbish is left on it", left);
  const elsewhere = join(cwd, "model.rescued.json");
  expect(full.stderr.includes(`saved as ${elsewhere} instead`), "a full disk: not where", full);
  expect(read(elsewhere) === kind.whole, "a full disk: the model is not saved elsewhere");

  // Room for one checkpoint, none for a second beside it: the first stays, and training goes on.
  const out = join(root, "beside-a-full-disk.json");
  const checkpoint = join(at, "run.json");
  rmSync(model);
  rmSync(join(at, "model.previous.json"));
  const saved = await run(
    [...kind.flags, "--out", out, "--checkpoint", checkpoint, "--checkpoint-every", "3000"],
    options(0),
  );
  const warned = saved.stderr.split("\n").filter((line) => line.startsWith("warning: "));
  expect(saved.exitCode === 0, "a full disk: a checkpoint that failed ended the run", saved);
  expect(warned.length === 1 && /ENOSPC/.test(warned[0]), "a full disk: not one warning", saved);
  expect(read(out) === kind.whole, "a full disk: another model");
  if (real !== null) {
    const { state } = decodeCheckpoint(read(checkpoint), checkpoint);
    expect(state.iteration === 3000, "a full disk: the older checkpoint is lost", state.iteration);
    const after = join(root, "from-a-full-disk.json");
    await run(["--resume", checkpoint, "--out", after, "--checkpoint", join(root, "c.json")]);
    expect(read(after) === kind.whole, "a full disk: another model after it");
  }
  say(
    `a full disk (${real ? "a tmpfs mount" : "injected ENOSPC, as no mount is allowed"}): a model and a ` +
      "checkpoint without room; clear error, the model elsewhere, one warning, older files whole, the run unharmed",
  );
}

async function forbidWriting() {
  const kind = kinds[0];
  const isRoot = process.getuid?.() === 0;
  const real = isRoot ? smallFileSystem("read-only", 2 ** 23) : null;
  if (isRoot && real === null) {
    say("a read-only folder: NOT TRIED, since root may write anywhere and no mount is allowed");
    return;
  }
  const at = real ?? folder("read-only");
  const forbid = () => (real ? spawnSync("mount", ["-o", "remount,ro", at]) : chmodSync(at, 0o555));
  const allow = () => (real ? spawnSync("mount", ["-o", "remount,rw", at]) : chmodSync(at, 0o755));

  const model = join(at, "model.json");
  writeFileSync(model, older);
  forbid();
  const refused = await run([...kind.flags, "--out", model]);
  const early = refused.exitCode === 3 && !refused.stderr.includes("epoch");
  expect(early, "a read-only folder: found out too late", refused);
  allow();

  const checkpoint = join(root, "read-only.run.json");
  const flags = [...kind.flags, "--out", model, "--checkpoint", checkpoint];
  const { ended } = start(flags, { cwd: folder("working") });
  await sleep(900);
  forbid();
  const late = await ended;
  const clear = /^error: .*model(\.previous)?\.json: cannot be written \((EROFS|EACCES)\)/m.test(
    late.stderr,
  );
  expect(late.exitCode === 3 && clear, "a folder turned read-only: no clear error", late);
  expect(
    /nothing is lost: run mnist-train --resume/.test(late.stderr),
    "no word of the checkpoint",
    late,
  );
  allow();
  expect(read(model) === older, "a read-only folder: the older model is lost");
  await run(["--resume", checkpoint, "--out", model]);
  expect(read(model) === kind.whole, "a read-only folder: another model after it");
  say(
    `a read-only folder (${real ? "a mount" : "permissions"}): before the start and during the run; ` +
      "refused before training, nothing lost after it",
  );
}

async function forbidReplacing() {
  if (process.getuid?.() !== 0 || process.platform !== "linux") {
    say("sticky and append-only folders: NOT TRIED, since only root can make them");
    return;
  }
  const kind = kinds[0];
  const nobody = 65534;
  chmodSync(root, 0o755);
  const sticky = folder("sticky");
  chmodSync(sticky, 0o1777);
  const model = join(sticky, "model.json");
  writeFileSync(model, older);
  chmodSync(model, 0o666);
  const other = await run([...kind.flags, "--out", model], { user: nobody, cwd: sticky });
  const told = /^error: .*model\.json: there is a file that cannot be replaced \(EPERM\)/;
  expect(other.exitCode === 3 && told.test(other.stderr), "a sticky folder: found out late", other);
  expect(read(model) === older, "a sticky folder: the older model is lost");

  const appending = folder("append-only");
  if (spawnSync("chattr", ["+a", appending]).status !== 0) {
    say("a sticky folder: refused before training; an append-only one: NOT TRIED, without chattr");
    return;
  }
  const kept = await run([...kind.flags, "--out", join(appending, "new.json")]);
  spawnSync("chattr", ["-a", appending]);
  const early =
    kept.exitCode === 3 && /\(EPERM, as a new file cannot be renamed\)/.test(kept.stderr);
  expect(early && !kept.stderr.includes("epoch"), "an append-only folder: found out late", kept);
  say("sticky and append-only folders: refused before training, older files kept");
}

async function refuseThreads() {
  if (process.getuid?.() !== 0 || process.platform !== "linux") {
    say("a limit of threads: NOT TRIED, since only root can run as a user without processes");
    return;
  }
  const { execPath } = process;
  const at = folder("threads");
  chmodSync(at, 0o777);
  const flags = [...kinds[0].flags, "--out", join(at, "m.json"), "--threads", "16"].join(" ");
  const command = `ulimit -u 16; exec ${execPath} ${project}/bin/mnist-train.js ${flags} --hidden 320`;
  const { status, stderr } = spawnSync("bash", ["-c", command], {
    ...{ uid: 54321, gid: 54321, cwd: at, encoding: "utf8", timeout: 60_000 },
  });
  const told = /^error: the simd engine cannot start thread \d+ of 16 \(EAGAIN\).*--threads 1$/m;
  expect(status === 2 && told.test(stderr), "a limit of threads: no clear error", {
    status,
    stderr,
  });
  say("a limit of threads (ulimit -u): a clear error that names --threads 1");
}

async function killThreads() {
  const kind = kinds[1];
  let spot = place(kind, "threads");
  let kills = 0;
  while (kills < 6) {
    const options = { node: preload("killThread"), env: { AFTER: String(between(0, 600)) } };
    const outcome = await run(spot.next(), options);
    spot.expectWholeModel("by a dead thread");
    if (outcome.exitCode === 0) {
      spot = place(kind, "threads"); // it was done before
      continue;
    }
    kills++;
    const told = /thread 1 of the simd engine failed/.test(outcome.stderr);
    expect(outcome.exitCode === 1 && told, "a dead thread: not told, or not ended", outcome);
  }
  await spot.finish("after dead threads");
  say(`a worker thread killed: ${kills} times; the run ended and said so, then the same bytes`);
}

async function withholdSharedMemory() {
  const options = { node: preload("noSharedMemory") };
  const out = ["--out", join(root, "unshared.json")];
  const refused = await run([...kinds[0].flags, ...out], options);
  const clear = /^error: the simd engine cannot have shared memory .*--engine reference$/m;
  expect(
    refused.exitCode === 2 && clear.test(refused.stderr),
    "no shared memory: no clear error",
    refused,
  );
  const other = await run([...kinds[3].flags, ...out], options);
  expect(other.exitCode === 0, "no shared memory: the reference engine does not work", other);
  say("no shared memory: a clear error that names the other engine, which works");
}

async function trainTwiceAtOnce() {
  const kind = kinds[1];
  const other = join(root, "other-seed.json");
  await run([...kind.flags, "--seed", "2", "--out", other]);
  const rounds = 3;
  for (let n = 0; n < rounds; n++) {
    const spot = place(kind, "twice");
    const both = [start(spot.next()), start([...spot.next(), "--seed", "2"])];
    for (const { ended } of both) {
      const outcome = await ended;
      expect(outcome.exitCode === 0, "two trainers: one failed", outcome);
    }
    const found = read(spot.model);
    const whole = found === kind.whole || found === read(other);
    expect(whole && spot.torn().length === 0, "two trainers: a torn model");
    const { seed } = decodeCheckpoint(read(spot.checkpoint), spot.checkpoint);
    expect(seed === 1 || seed === 2, "two trainers: a torn checkpoint");
  }
  say(
    `two trainers on one model and one checkpoint: ${rounds} times; each file whole, one's or the other's`,
  );
}

async function diverge() {
  const spot = place(kinds[0], "diverge");
  const args = [...kinds[0].flags, "--learning-rate", "1e5", "--out", spot.model];
  const outcome = await run([...args, "--checkpoint", spot.checkpoint, "--checkpoint-every", "1"]);
  const told = /^error: training diverged at iteration (\d+): .* try a smaller/m.exec(
    outcome.stderr,
  );
  expect(outcome.exitCode === 4 && told !== null, "divergence: no clear end", outcome);
  const { state } = decodeCheckpoint(read(spot.checkpoint), spot.checkpoint);
  expect(state.iteration === Number(told?.[1]) - 1, "divergence: not the last good checkpoint");
  spot.expectWholeModel("by divergence");
  say(
    "divergence: exit code 4 where it happened, the last good checkpoint and the older model kept",
  );
}

say(`seed ${values.seed}`);
await trainUndisturbed();
const sections = [
  killAtRandomMoments,
  signalAtRandomMoments,
  fillTheDisk,
  forbidWriting,
  forbidReplacing,
  refuseThreads,
  killThreads,
  withholdSharedMemory,
  trainTwiceAtOnce,
  diverge,
];
for (const section of sections) await section();
say(losses.length === 0 ? "nothing was lost" : `LOST: ${losses.length}`);
process.exitCode = losses.length === 0 ? 0 : 1;
