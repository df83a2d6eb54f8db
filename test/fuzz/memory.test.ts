import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";

/*
 * The most resident memory that reading a file takes, each file in a process of its own. The files are
 * of megabytes, and made to take as much as they can: those that are refused before they are parsed, and
 * those that just pass the scan of `checkStructure`.
 *
 * With FUZZ_SECONDS (npm run fuzz -- --seconds N) every value is tried in every place, not only the worst of
 * each sort in one, and files are 8 times as large.
 */

const MEGABYTE = 2 ** 20;
const isLong = Number(process.env.FUZZ_SECONDS ?? 0) > 0;
const SIZE = (isLong ? 32 : 4) * MEGABYTE;
/** As SECURITY.md says: so many times the size of the file, and so many megabytes, which V8 takes anyway. */
const [TIMES, AND] = [36, 40 * MEGABYTE];

const folder = mkdtempSync(join(tmpdir(), "mnist-train-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const fixture = (kind: string) => path(`../documents/fixtures/${kind}-fast.json`);

/** Pieces up to the size. */
function filled(piece: (i: number) => string): string {
  const pieces: string[] = [];
  for (let i = 0, length = 0; length < SIZE; i++) {
    pieces.push(piece(i));
    length += pieces[i].length;
  }
  return pieces.join("").replace(/,\s*$/, "");
}

const list = (piece: (i: number) => string) => `[${filled(piece)}]`;
const short = (i: number) => i.toString(36);

/** JSON values that take more memory than others of their length. */
const values = {
  "nested arrays": () => "[".repeat(SIZE / 2) + "]".repeat(SIZE / 2),
  "nested objects": () => `${'{"a":'.repeat(SIZE / 6)}1${"}".repeat(SIZE / 6)}`,
  "empty objects": () => list(() => "{},"),
  "empty arrays": () => list(() => "[],"),
  "empty arrays, far apart": () => list(() => "[],      "),
  "empty objects, far apart": () => list(() => "{},      "),
  "empty texts": () => list(() => '"",'),
  "short texts": () => list((i) => `"${short(i)}",`.padEnd(9)),
  "many keys": () => `{${filled((i) => `"${short(i)}":0,`)}}`,
  "many keys, far apart": () => `{${filled((i) => `"${short(i)}":0,`.padEnd(9))}}`,
  "objects with other keys": () => list((i) => `{"${short(i)}":0},`.padEnd(18)),
  measurements: () => list((i) => `{"iteration":${i + 1},"accuracy":0.1},`),
  zeros: () => list(() => "0,"),
  "short fractions": () => list(() => "0.1,"),
  "fractions after null": () => `[null,${filled(() => "0.1,")}]`,
  "large numbers": () => list(() => "1e9,"),
  "a text": () => `"${filled(() => "x")}"`,
  "a text of escapes": () => `"${filled(() => "\\u0416")}"`,
  "a text of quotes": () => `"${filled(() => '\\"')}"`,
  "a text of backslashes": () => `"${"\\\\".repeat(SIZE / 2)}"`,
  "a text without end": () => `"${'\\"'.repeat(SIZE / 2)}`,
  "two bytes a character": () => `["\u0416",${filled(() => "0,")}]`,
};

/** The worst of those that the scan refuses, and of those that pass it. */
const worst: readonly string[] = [
  "nested arrays",
  "many keys, far apart",
  "zeros",
  "a text of quotes",
];
const tried = Object.entries(values).filter(([name]) => isLong || worst.includes(name));

/** Where a value is put in a document: in a place that is checked, and in one that no schema knows. */
const places = {
  model: ['"values":', '"training": {"x":'],
  history: ['"loss":', '"validation":', '"settings":{"x":'],
  checkpoint: ['"values":', '"validation":', '"settings":{"x":'],
};

const cases = Object.entries(places).flatMap(([kind, keys]) =>
  (isLong ? keys : keys.slice(0, 1)).map((key) => [kind, key] as const),
);

/** The text of a document with another value behind a key. */
function documentWith(kind: string, key: string, value: string): string {
  const valid = readFileSync(fixture(kind), "utf8");
  if (key.includes("{")) {
    const [object] = key.split("{");
    return valid.replace(object, () => `"x": ${value}, ${object}`);
  }
  const old = new RegExp(`${key}\\s*("[^"]*"|\\[[^[\\]]*\\])`); // a setting may have the same name
  expect(valid).toMatch(old);
  return valid.replace(old, () => key + value);
}

describe.each(cases)("a %s takes memory in proportion, whatever stands behind %s", (kind, key) => {
  it.each(tried)(
    "%s",
    async (name, value) => {
      const file = join(folder, `${kind}.json`);
      writeFileSync(file, documentWith(kind, key, value()));
      const args = [path("peak.js"), kind, file, fixture(kind)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const { size, taken, refused } = JSON.parse(stdout);
      if (process.env.SHOW_PEAKS) {
        const times = (taken / size).toFixed(1).padStart(5);
        process.stderr.write(`${times} ${kind} ${key} ${name}: ${refused ?? "taken"}\n`);
      }
      expect(taken).toBeLessThanOrEqual(TIMES * size + AND);
      expect(refused ?? "a, expected b").toMatch(/^[^\n]*, expected [^\n]*$/);
    },
    120_000,
  );
});
