import { exitCodes } from "../../../errors.js";
import { pieces } from "../../../learn/index.js";
import { coloursFor, print, printJson } from "../../io/terminal.js";
import { checksOf } from "./check.js";
import type { Lesson } from "./lessonFolder.js";

/** What a list calls the state of a check. */
const states = { right: "done", wrong: "not yet", error: "not yet", unwritten: "to do" };

/** `mnist-learn list`: all pieces, and which are right; each is checked anew. */
export async function list(lesson: Lesson, { json }: { json?: true }): Promise<number> {
  const checks = await checksOf(lesson, lesson.pieces, {});
  const stateOf = (name: string) => {
    const check = checks.find(({ piece }) => piece === name);
    if (check === undefined) return "given";
    return states[check.state];
  };
  const rows = pieces.map(({ name, title }, i) => ({
    number: i + 1,
    name,
    title,
    state: stateOf(name),
  }));
  const done = checks.filter(({ state }) => state === "right").length;
  if (json) {
    printJson({ folder: lesson.path, done, pieces: rows });
    return exitCodes.done;
  }
  const { green, dim } = coloursFor(process.stdout);
  const paint: Record<string, (text: string) => string> = { done: green, given: dim };
  const widest = Math.max(...pieces.map(({ name }) => name.length));
  for (const { number, name, title, state } of rows) {
    const line = `${String(number).padStart(2)}  ${name.padEnd(widest)}  ${state.padEnd(7)}  ${title}`;
    print((paint[state] ?? String)(line));
  }
  print(`\n${done} of ${lesson.pieces.length} pieces are done`);
  return exitCodes.done;
}
