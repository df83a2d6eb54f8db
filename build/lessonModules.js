/*
 * What the live page is given by the build: the lesson's code as text, and the mistakes of src/learn as modules,
 * so that the page runs no code from text. A plugin of rolldown, which bundles both.
 */
import { readdirSync, readFileSync } from "node:fs";
import { mutantOf } from "../dist/learn/modules.js";
import { mutantText, solutionText } from "../dist/learn/piece.js";
import { pieces } from "../dist/learn/pieces/index.js";
import { tensorText } from "../dist/learn/tensorText.js";
import { slips } from "../dist/play/slips.js";

const root = new URL("../", import.meta.url);

/** The pieces whose functions are those of `NetFunctions`, and of the split. */
const wanted = ["mean-image", "net-scores", "net-loss", "sgd-step"];

const mutants = Object.values(slips).flatMap(({ mutant }) => (mutant === null ? [] : [mutant]));

/** A module with the functions of the lesson for each mistake, by the name of the mutant. */
function mistakes() {
  const imports = mutants.flatMap((mutant, m) =>
    wanted.map((piece, p) => `import * as m${m}p${p} from "lesson:${mutant}/${piece}";`),
  );
  const entries = mutants.map((mutant, m) => {
    const parts = wanted.map((_, p) => `...m${m}p${p}`);
    return `  ${JSON.stringify(mutant)}: { ${parts.join(", ")} },`;
  });
  return `${imports.join("\n")}\nexport const mistakes = {\n${entries.join("\n")}\n};\n`;
}

/** A piece of the lesson, with the mistake if it is the piece that has it. */
function lessonModule(id) {
  const [mutantName, name] = id.split("/");
  if (name === "tensor") return tensorText;
  const found = mutantOf(mutantName);
  const piece = pieces.find((other) => other.name === name);
  const text = piece === found.piece ? mutantText(piece, found.mutant) : solutionText(piece);
  return text.replace(
    /from "\.\/([\w-]+)\.mjs"/g,
    (_, other) => `from "lesson:${mutantName}/${other}"`,
  );
}

/** The text of each function of the lesson, by "file name", and of each mistake. */
function texts() {
  const folders = ["src/layers", "src/net"].flatMap((folder) =>
    readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}`),
  );
  const functions = {};
  for (const file of [...folders, "src/dataset/preprocessing.ts"]) {
    const text = readFileSync(new URL(file, root), "utf8");
    const pattern = /(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export function (\w+)[\s\S]*?\n\}\n/g;
    for (const [code, name] of text.matchAll(pattern)) functions[`${file} ${name}`] = code.trim();
  }
  const edits = Object.fromEntries(
    mutants.map((name) => {
      const { piece, mutant } = mutantOf(name);
      return [name, { piece: piece.name, words: mutant.words, edits: mutant.edits }];
    }),
  );
  return `export const functions = ${JSON.stringify(functions)};
export const mistakeTexts = ${JSON.stringify(edits)};\n`;
}

export const lessonModules = {
  name: "lesson",
  resolveId: (id) => (/^(lesson|virtual):/.test(id) ? `\0${id}` : null),
  load(id) {
    if (id === "\0virtual:mistakes") return mistakes();
    if (id === "\0virtual:lesson-texts") return texts();
    return id.startsWith("\0lesson:") ? lessonModule(id.slice("\0lesson:".length)) : null;
  },
};
