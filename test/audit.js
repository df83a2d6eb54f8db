/*
 * Asks the registry for known weaknesses of the packages that a user installs: `npm run test:audit`.
 *
 * Not every registry answers that question. One that does not is no reason to fail, and no reason to
 * call anything clean either.
 */
import { spawnSync } from "node:child_process";

const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8" });
const say = (text) => process.stdout.write(`${text}\n`);
let report;
try {
  report = JSON.parse(stdout);
} catch {
  report = {};
}
const found = report.metadata?.vulnerabilities;
if (found === undefined) {
  say(`not checked: the registry does not answer audits (${report.message ?? "no report"})`);
} else if (found.total === 0) {
  say(`clean: none known in ${report.metadata.dependencies.prod} packages`);
} else {
  say(`${found.total} known weaknesses: ${Object.keys(report.vulnerabilities).join(", ")}`);
  process.exitCode = 1;
}
