import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { judge } from "../../src/learn/check.js";
import { checkCases, runTrusted } from "../../src/learn/diagnose.js";
import {
  checkPiece,
  fileNameOf,
  type Limits,
  lessonFiles,
  pieceOf,
} from "../../src/learn/index.js";
import { loadMutant } from "../../src/learn/modules.js";
import { mutantText, type Piece, solutionText, stubText } from "../../src/learn/piece.js";
import { pieces } from "../../src/learn/pieces/index.js";
import { checkText } from "../../src/render/terminal/checkResult.js";
import { emptyFolder } from "../support/dataFolder.js";

const named = (name: string) => pieceOf(name) as Piece;

/** Checks a text as a learner's file, in a folder whose other files are stubs. */
async function check(piece: Piece, text: string, limits: Limits = {}, ending = "js") {
  const folder = emptyFolder();
  for (const file of lessonFiles()) writeFileSync(join(folder, file.name), file.text);
  const file = join(folder, `${piece.name}.${ending}`);
  writeFileSync(file, text);
  return checkPiece(piece, file, { timeLimit: 30_000, ...limits });
}

const reluBackward = named("relu-backward");
const right = solutionText(reluBackward);
/** The solution of ReLU backward with something else in front of its first line. */
const withFirst = (code: string) => right.replace("  checkShape(", `  ${code}\n  checkShape(`);

describe("a check", () => {
  it.each(pieces)("of $name: the solution passes, in a folder of stubs", async (piece) => {
    const result = await check(piece, solutionText(piece));
    expect(result).toMatchObject({ state: "right", diagnosis: null, error: null });
    expect(checkText(result).split("\n")).toHaveLength(1);
  });

  it("a stub is to do", async () => {
    const result = await check(reluBackward, stubText(reluBackward));
    expect(result).toMatchObject({ state: "unwritten", error: { kind: "unwritten" } });
  });

  it("of a known mistake names it", async () => {
    const result = await check(reluBackward, mutantText(reluBackward, reluBackward.mutants[0]));
    expect(result.state).toBe("wrong");
    expect(result.diagnosis?.mutant).toBe("relu-not-masked");
  });

  it("says the same in JSON", async () => {
    const result = await check(reluBackward, right);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it("takes any order of sums, loops and names", async () => {
    const backwards = `export function affineForward(x, W, b) {
      const N = x.shape[0], D = W.shape[0], M = W.shape[1];
      const data = new Float64Array(N * M);
      for (let m = M - 1; m >= 0; m--) for (let n = 0; n < N; n++) {
        let s = 0;
        for (let d = D - 1; d >= 0; d--) s += W.data[d * M + m] * x.data[n * D + d];
        data[n * M + m] = s + b.data[m];
      }
      return { data, shape: [N, M] };
    }`;
    expect((await check(named("affine-forward"), backwards)).state).toBe("right");
  });

  it("takes x >= 0 as well as x > 0, and says where it will matter", async () => {
    const result = await check(reluBackward, right.replace("x.data[i] > 0", "x.data[i] >= 0"));
    expect(result.state).toBe("right");
    expect(result.note).toMatch(/x > 0 works for both/);
  });

  it("names nothing that is no known mistake", async () => {
    const odd = right.replace("dout.data[i] : 0", "dout.data[i] + 0.125 * (i % 3) : 0");
    const result = await check(reluBackward, odd);
    expect(result.state).toBe("wrong");
    expect(result.diagnosis).toBeNull();
  });

  it("says that 32-bit numbers are 32-bit numbers", async () => {
    const single = withFirst("dout = { data: Float32Array.from(dout.data), shape: dout.shape };");
    const result = await check(reluBackward, single);
    expect(result.state).toBe("wrong");
    expect(result.note).toMatch(/Float32Array/);
  });
});

describe("messages at 80 columns", () => {
  const shown = async (piece: Piece, text: string, limits: Limits = {}) => {
    const lines = checkText(await check(piece, text, limits));
    for (const line of lines.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    return `\n${lines}\n`;
  };

  it("a stub", async () => {
    expect(await shown(reluBackward, stubText(reluBackward))).toMatchSnapshot();
  });

  it.each(pieces)("every mutant of $name, by its name", async (piece) => {
    const number = pieces.indexOf(piece) + 1;
    for (const mutant of piece.mutants) {
      const functions = await loadMutant(piece, mutant);
      const outcomes = runTrusted(piece, functions, checkCases(piece));
      const thrown = (message: string) => ({ kind: "thrown" as const, message, where: [] });
      const judged = await judge(
        piece,
        outcomes.map((outcome) => (typeof outcome === "string" ? thrown(outcome) : outcome)),
      );
      expect(["wrong", "error"]).toContain(judged.state);
      expect(judged.diagnosis?.mutant).toBe(mutant.name);
      const { name, title } = piece;
      const text = checkText({ piece: name, title, number, file: "", printed: "", ...judged });
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
      expect(`\n${text}\n`).toMatchSnapshot(mutant.name);
    }
  });

  it.each([
    ["a syntax error", withFirst("const const y = 1;")],
    ["a thrown error", withFirst("x.missing.length;")],
    ["something else thrown", withFirst('throw "no";')],
    [
      "a function not exported",
      right.replace("export function reluBackward", "function reluBackward"),
    ],
    ["another name exported", right.replace("function reluBackward", "function reluBackwards")],
    ["an async function", right.replace("export function", "export async function")],
    ["an array of arrays returned", right.replace("return dx;", "return [[1, 2], [3, 4]];")],
    ["nothing returned", right.replace("return dx;", "")],
    ["NaN returned", right.replace("return dx;", "return NaN;")],
    ["NaN inside", right.replace("dout.data[i] : 0", "dout.data[i] : NaN")],
    [
      "data that is too short",
      right.replace("return dx;", "return { data: dx.data.slice(1), shape: dx.shape };"),
    ],
    [
      "a shape that is too short",
      right.replace("return dx;", "return { data: dx.data, shape: [dx.data.length] };"),
    ],
    [
      "plain arrays as data",
      right.replace("return dx;", "return { data: [...dx.data], shape: dx.shape };"),
    ],
    ["the program ended", withFirst("process.exit(0);")],
    ["an import that is not there", `import { y } from "./nowhere.js";\n${right}`],
    ["something printed", withFirst('console.log("x is", x.shape);').replace("> 0", "< 0")],
  ])("%s", async (_, text) => {
    expect(await shown(reluBackward, text)).toMatchSnapshot();
  });

  it("an endless loop, with what was printed before", async () => {
    const endless = withFirst('console.log("here"); for (;;);');
    expect(await shown(reluBackward, endless, { timeLimit: 500 })).toMatchSnapshot();
  });

  it("a flood of memory, in arrays of numbers and in objects", async () => {
    const limits = { memoryLimit: 150 };
    const numbers = withFirst("const all = []; for (;;) all.push(new Float64Array(1e6).fill(1));");
    expect(await shown(reluBackward, numbers, limits)).toMatchSnapshot();
    const objects = withFirst("const all = []; for (;;) all.push({ n: all.length });");
    expect(await shown(reluBackward, objects, limits)).toMatchSnapshot();
  });

  it("a file that is deleted", async () => {
    const result = await checkPiece(reluBackward, join(emptyFolder(), fileNameOf(reluBackward)));
    expect(result.error?.kind).toBe("missing");
    expect(`\n${checkText(result)}\n`).toMatchSnapshot();
  });
});

describe("TypeScript", () => {
  const strips =
    (process.features as { typescript?: unknown }).typescript !== undefined &&
    Boolean((process.features as { typescript?: unknown }).typescript);

  it("a .ts file is checked where Node strips types, and refused with the reason elsewhere", async () => {
    const typed = right.replace("reluBackward(dout, x)", "reluBackward(dout: any, x: any)");
    const result = await check(reluBackward, typed, {}, "ts");
    if (strips) expect(result.state).toBe("right");
    else expect(result.error?.kind).toBe("typescript");
  });
});

describe("a check leaves files alone", () => {
  it("the learner's file has the same bytes afterwards", async () => {
    const file = join(emptyFolder(), "relu-backward.mjs");
    writeFileSync(file, stubText(reluBackward));
    await checkPiece(reluBackward, file);
    expect(readFileSync(file, "utf8")).toBe(stubText(reluBackward));
  });
});
