import type { CheckResult } from "../../learn/check.js";
import type { CheckError, CodeLine } from "../../learn/worker.js";

/** Columns of what names a line: "by hand". */
const NAME = 12;

/** Columns in front of the lines of a check, and of what is said to the learner. */
const [INDENT, TEXT] = [6, 4];

/**
 * The result of a check as lines of text: one for the piece; unless it is right, one for each thing that was
 * checked, and what the mistake is.
 *
 * @param width columns of the terminal
 */
export function checkText(result: CheckResult, width = 80): string {
  const head = headLine(result, width);
  const note = result.note === null ? [] : paragraph(result.note, width);
  if (result.state === "right") return [head, ...note, ...printedLines(result, width)].join("\n");
  return [
    head,
    ...result.lines.flatMap(({ name, words }) =>
      words.flatMap((sentence, i) => named(i === 0 ? name : "", sentence, width)),
    ),
    ...(result.error === null ? [] : errorLines(result.error, width)),
    ...(result.diagnosis === null ? [] : paragraph(result.diagnosis.words, width)),
    ...note,
    ...printedLines(result, width),
  ].join("\n");
}

const states = {
  right: "right",
  wrong: "not yet",
  error: "not yet",
  unwritten: "to do",
} as const;

function headLine({ number, title, state }: CheckResult, width: number): string {
  const name = `${String(number).padStart(2)}  ${title}`;
  return `${name.padEnd(Math.min(56, width - 12))} ${states[state]}`;
}

/** What stopped a check, for each way to stop. */
const errorNames: Readonly<Record<CheckError["kind"], string>> = {
  missing: "missing",
  syntax: "syntax",
  import: "import",
  typescript: "TypeScript",
  "not exported": "export",
  unwritten: "stub",
  thrown: "error",
  time: "stopped",
  memory: "stopped",
  ended: "ended",
};

/** What to do about an error that says too little by itself. */
const remedies: Partial<Record<CheckError["kind"], string>> = {
  missing: "npx mnist-learn reset writes the file again.",
  typescript:
    "This version of Node does not take the types out of a .mts file. Node 22.18 and later do; " +
    "or write plain JavaScript.",
  unwritten:
    "The function is still to be written, so failing is what it should do. Open the file: its comment " +
    "says what to compute, with an example.",
};

function errorLines({ kind, message, where }: CheckError, width: number): string[] {
  const remedy = remedies[kind];
  return [
    ...named(errorNames[kind], message, width),
    ...where.slice(0, 3).flatMap((line) => codeLines(line, width)),
    ...(remedy === undefined ? [] : paragraph(remedy, width)),
  ];
}

/** Where in the learner's file, and the line there. */
function codeLines({ file, line, column, code }: CodeLine, width: number): string[] {
  const name = file.replace(/^.*[\\/]/, "");
  const left = " ".repeat(INDENT + NAME);
  return [`${left}at ${name}:${line}:${column}`, `${left}  ${code}`.slice(0, width)];
}

/** Lines that the code printed, the last ones if there are many. */
function printedLines({ printed }: CheckResult, width: number): string[] {
  const lines = printed.split("\n").filter((line) => line !== "");
  const shown = lines.slice(-MOST_PRINTED);
  const left = lines.length - shown.length;
  const more = left > 0 ? [`(${left} lines before these)`] : [];
  return [...more, ...shown].flatMap((line, i) => named(i === 0 ? "printed" : "", line, width));
}

const MOST_PRINTED = 10;

function named(name: string, words: string, width: number): string[] {
  const left = " ".repeat(INDENT);
  return wrapped(words, width - INDENT - NAME).map(
    (line, i) => `${left}${(i === 0 ? name : "").padEnd(NAME)}${line}`,
  );
}

function paragraph(words: string, width: number): string[] {
  return wrapped(words, width - TEXT).map((line) => `${" ".repeat(TEXT)}${line}`);
}

/** A sentence in lines of at most so many columns, broken between words. */
function wrapped(words: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
