/*
 * Writes src/engine/simd/contract.ts, the TypeScript side of the fast engine's kernels: the constants of
 * kernels/plan.ts, the place of each field of its Plan, and the signatures of what kernels/index.ts
 * exports. Part of `npm run build`; the result is ignored by git.
 */
import { readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";

const simd = new URL("../src/engine/simd/", import.meta.url);

/** The top-level statements of a file of kernels/. */
function statementsOf(name) {
  const text = readFileSync(new URL(`kernels/${name}.ts`, simd), "utf8");
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true).statements;
}

const plan = statementsOf("plan");

const constants = plan.filter(ts.isVariableStatement).map(({ declarationList }) => {
  const [{ name, initializer }] = declarationList.declarations;
  return `export const ${name.text} = ${initializer.getText()};\n`;
});

const fields = plan.find(ts.isClassDeclaration).members.map(({ name, type }, i) => {
  const kind = type.getText();
  if (!["u32", "usize", "f32"].includes(kind)) {
    throw new Error(`plan.ts: ${name.text} is ${kind}, expected four bytes: u32, usize or f32`);
  }
  return `  ${name.text}: { offset: ${4 * i}, isFloat: ${kind === "f32"} },\n`;
});

/** An exported kernel; all numbers of WebAssembly up to 32 bits, and f64, are numbers here. */
function signatureOf(name, file) {
  const { parameters, type } = statementsOf(file).find((node) => node.name?.text === name);
  const names = parameters.map((parameter) => `${parameter.name.text}: number`);
  return `  ${name}(${names.join(", ")}): ${type.getText() === "void" ? "void" : "number"};\n`;
}
const kernels = statementsOf("index").flatMap(({ exportClause, moduleSpecifier }) =>
  exportClause.elements.map(({ name }) => signatureOf(name.text, moduleSpecifier.text)),
);

writeFileSync(
  new URL("contract.ts", simd),
  `// Generated from kernels/ by build/contract.js: do not edit.

${constants.join("")}
export const planFields = {
${fields.join("")}};

export interface Kernels {
${kernels.join("")}}
`,
);
