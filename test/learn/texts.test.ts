import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lessonFiles } from "../../src/learn/lessonFiles.js";
import { mutantOf } from "../../src/learn/modules.js";
import { stubText } from "../../src/learn/piece.js";
import { pieces } from "../../src/learn/pieces/index.js";
import { puzzles } from "../../src/learn/puzzle.js";
import { emptyFolder } from "../support/dataFolder.js";

/** An address, a course or the lesson: something that a reader can look up. */
const CITED =
  /(github|stackoverflow|stackexchange|forums\.fast)\.\w+|CS231n|the printed notebook of the lesson/;

/** What TypeScript says about folders of a lesson, as an editor does for `// @ts-check`. */
function complaints(...lessons: (readonly { readonly name: string; readonly text: string }[])[]) {
  const root = emptyFolder();
  const paths = lessons.flatMap((files, i) => {
    mkdirSync(join(root, String(i)));
    return files.map(({ name, text }) => {
      const path = join(root, String(i), name);
      writeFileSync(path, text);
      return path;
    });
  });
  const program = ts.createProgram(
    paths.filter((path) => path.endsWith(".mjs")),
    {
      allowJs: true,
      checkJs: true,
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts"],
      module: ts.ModuleKind.NodeNext,
      types: [],
    },
  );
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText, start }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
    return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

describe("the texts of the lesson", () => {
  it("TypeScript finds nothing wrong in the stubs, nor in the finished files", () => {
    expect(complaints(lessonFiles(), lessonFiles([]))).toEqual([]);
  });

  it("fit into 110 columns, tell shapes and an example, and give three hints", () => {
    for (const piece of pieces) {
      const text = stubText(piece);
      for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(110);
      expect(text).toMatch(/by hand/);
      expect(text).toMatch(/TODO/);
      expect(new Set(piece.hints).size).toBe(3);
      for (const hint of piece.hints) expect(hint.length).toBeGreaterThan(40);
    }
  });

  it("no piece takes anything from a later one", () => {
    for (const [i, piece] of pieces.entries()) {
      for (const name of Object.keys(piece.imports ?? {})) {
        expect(pieces.findIndex((other) => other.name === name)).toBeLessThan(i);
      }
    }
  });

  it("pieces and mutants have names of their own, mutants a source and few words", () => {
    const mutants = pieces.flatMap((piece) => piece.mutants);
    const names = [...pieces, ...mutants].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(mutants.length).toBeGreaterThanOrEqual(80);
    for (const { name, words, source } of mutants) {
      const text = "seen" in source ? source.seen : source.ours;
      expect(text.length, name).toBeGreaterThan(10);
      expect(text, name).not.toMatch(/\.$/);
      if ("seen" in source) expect(text, name).toMatch(CITED);
      expect(words.length, name).toBeLessThan(240);
      expect(mutantOf(name)?.mutant.name).toBe(name);
    }
  });

  it("docs/mutants.md says how many mistakes occur in published code or questions", () => {
    const sources = pieces.flatMap((piece) => piece.mutants.map(({ source }) => source));
    const seen = sources.filter((source) => "seen" in source).length;
    const page = readFileSync(new URL("../../docs/mutants.md", import.meta.url), "utf8");
    expect(page).toContain(`${seen} of them occur in published code`);
    expect(page).toContain(`Of ${sources.length} mistakes`);
  });

  it("a folder holds a stub for each chosen piece, and the others finished", () => {
    const chosen = pieces.filter(({ name }) => name === "relu-backward");
    const files = lessonFiles(chosen);
    expect(files.map(({ name }) => name)).toEqual([
      "README.md",
      "tensor.mjs",
      ...pieces.map(({ name }) => `${name}.mjs`),
    ]);
    const todo = files.filter(({ name, text }) => name.endsWith(".mjs") && text.includes("TODO"));
    expect(todo.map(({ name }) => name)).toEqual(["relu-backward.mjs"]);
  });

  it("every puzzle names the lines that differ from the finished file", () => {
    for (const { text, lines, mutant } of puzzles()) {
      expect(lines.length, mutant.name).toBeGreaterThan(0);
      for (const line of lines) expect(text.split("\n")[line - 1]).toBeDefined();
    }
    const one = puzzles().find(({ mutant }) => mutant.name === "relu-not-masked");
    expect(one?.text.split("\n")[(one?.lines[0] ?? 0) - 1]).toMatch(
      /dx\.data\[i\] = dout\.data\[i\]/,
    );
  });
});
