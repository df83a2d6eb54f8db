/*
 * The file that an editor opens for a name's definition, asked of TypeScript's own server:
 * `node test/goToDefinition.js use.ts affineForward`. Part of test/packed.sh.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const [path, name] = process.argv.slice(2);
const file = resolve(path);
const before = readFileSync(file, "utf8").split(name)[0].split("\n");
const place = { file, line: before.length, offset: before.at(-1).length + 1 };

const server = spawn(process.execPath, [
  fileURLToPath(import.meta.resolve("typescript/lib/tsserver.js")),
]);
const ask = (seq, command, args) =>
  server.stdin.write(`${JSON.stringify({ seq, type: "request", command, arguments: args })}\n`);
ask(1, "open", { file });
ask(2, "definition", place);
for await (const line of createInterface(server.stdout)) {
  const answer = line.startsWith("{") ? JSON.parse(line) : {};
  if (answer.command !== "definition") continue;
  process.stdout.write(`${answer.body?.[0]?.file ?? "no definition"}\n`);
  server.kill();
}
