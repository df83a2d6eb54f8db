import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { checkStructure } from "../../src/documents/structure.js";
import { InputError } from "../../src/errors.js";

const kind = { noun: "model file", ifOther: "name another", hasLists: false };
const check = (text: string, hasLists = false) => checkStructure(text, "f", { ...kind, hasLists });

describe("checkStructure", () => {
  it("accepts 8 levels and refuses 9, of arrays, of objects and of both", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ]) {
      check(open.repeat(8) + close.repeat(8));
      expect(() => check(open.repeat(9) + close.repeat(9))).toThrow(InputError);
    }
    const both = '[{"a":'.repeat(5);
    expect(() => check(both)).toThrow(
      /^f: objects or arrays nested more than 8 deep, expected a model/,
    );
  });

  it("counts levels, not brackets: many shallow ones are no depth", () => {
    check(`[${"[],{},".repeat(500)}0]`);
  });

  it("accepts 2000 objects, arrays and texts and refuses 2001", () => {
    const list = (count: number) => `[${"[],".repeat(count - 1)}0]`;
    check(list(2000));
    expect(() => check(list(2001))).toThrow(
      "f: more than 2000 objects, arrays and texts in 6003 characters, expected a model file",
    );
    expect(() => check(`[${'"",'.repeat(2000)}0]`)).toThrow(InputError);
  });

  it("lets a document with lists hold one more for every 9 characters", () => {
    const measured = `[${'{"iteration":1,"accuracy":1},'.repeat(5000)}0]`;
    expect(() => check(measured)).toThrow(InputError);
    check(measured, true);
    expect(() => check(`[${"[],".repeat(5000)}0]`, true)).toThrow(InputError);
  });

  it("does not take what stands in a text for structure, whatever is escaped there", () => {
    const brackets = "[{".repeat(3000);
    check(`{"a": "${brackets}", "b": 1}`);
    check(`{"a": "\\"${brackets}", "b": 1}`);
    check(`{"a": "${brackets}\\\\", "b": 1}`);
    check(`"${'\\"'.repeat(3000)}`);
    expect(() => check(`{"a": "\\\\", "b": ${brackets}`)).toThrow(InputError);
  });

  it("refuses what takes more memory than Node may use, before it ends the process", () => {
    const module = new URL("../../dist/documents/structure.js", import.meta.url).href;
    const program = `
      const { checkStructure } = await import("${module}");
      try {
        checkStructure("[" + "0,".repeat(4e6) + "0]", "f", ${JSON.stringify(kind)});
      } catch (error) {
        console.log(error.message);
      }`;
    const flags = ["--max-old-space-size=64", "--input-type=module", "-e", program];
    expect(execFileSync(process.execPath, flags, { encoding: "utf8" })).toMatch(
      /^f: reading it takes up to \d+ MB of memory, expected a model file that fits the \d+ MB that Node may use; set NODE_OPTIONS=--max-old-space-size=\d+\n$/,
    );
  });
});
