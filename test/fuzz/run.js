/*
 * Fuzzes the parsers for long: `npm run fuzz -- --seconds 600`.
 *
 * The properties are those of parsers.test.ts. A parser that hangs would hang them too, so they run in
 * a process of their own, which is ended when it takes much longer than it was told.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
const seconds = Number(values.seconds);
if (!(seconds >= 1 && seconds <= 1e6)) {
  process.stderr.write(`--seconds ${values.seconds}: expected a number from 1 to 1000000\n`);
  process.exit(2);
}
const vitest = dirname(createRequire(import.meta.url).resolve("vitest/package.json"));
const child = spawn(process.execPath, [join(vitest, "vitest.mjs"), "run", "test/fuzz"], {
  stdio: "inherit",
  env: { ...process.env, FUZZ_SECONDS: String(seconds) },
});
const hung = setTimeout(
  () => {
    process.stderr.write(`still busy ${seconds + 120} seconds after the start: a parser hangs\n`);
    child.kill("SIGKILL");
  },
  1000 * (seconds + 120),
);
child.on("close", (exitCode) => {
  clearTimeout(hung);
  process.exitCode = exitCode ?? 1;
});
