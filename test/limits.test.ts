import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/*
 * How long a function may be, and how many positional parameters it may have. Kernels are exempt: a loop
 * in one function is fast.
 */

const src = fileURLToPath(new URL("../src", import.meta.url));

const MOST_LINES = 60;
const MOST_PARAMETERS = 5;

interface Measured {
  /** Such as "layers/affine.ts:12 affineForward". */
  readonly place: string;
  /** From the first line of its name to that of its last bracket. */
  readonly lines: number;
  readonly parameters: number;
}

function functionsOf(file: string): Measured[] {
  const text = readFileSync(join(src, file), "utf8");
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Measured[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const first = tree.getLineAndCharacterOfPosition(node.getStart()).line;
      const last = tree.getLineAndCharacterOfPosition(node.end).line;
      found.push({
        place: `${file}:${first + 1} ${node.name?.getText() ?? "without a name"}`,
        lines: last - first + 1,
        parameters: node.parameters.length,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const functions = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !file.startsWith("engine/simd/kernels/"))
  .sort()
  .flatMap(functionsOf);

const placesOf = (measured: readonly Measured[]) => measured.map(({ place }) => place);

describe("functions, but for the kernels", () => {
  it("are found at all", () => {
    expect(functions.length).toBeGreaterThan(100);
    expect(placesOf(functions).join("\n")).toMatch(/cli\/commands\/train\.ts:\d+ main$/m);
  });

  it(`have at most ${MOST_LINES} lines`, () => {
    expect(placesOf(functions.filter(({ lines }) => lines > MOST_LINES))).toEqual([]);
  });

  it(`have at most ${MOST_PARAMETERS} positional parameters`, () => {
    const many = functions.filter(({ parameters }) => parameters > MOST_PARAMETERS);
    expect(placesOf(many)).toEqual([]);
  });
});
