import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CHECK, LessonError } from "./lessonError.js";
import { type Limits, runInThread } from "./runFile.js";
import { IMAGES, type TrialName } from "./trial.js";
import type { CheckError } from "./worker.js";

/**
 * Loads the pieces of a learner's folder and calls functions of it on a few small images, in a thread with bounds.
 * Training itself has none: a loop without end would hold it forever.
 *
 * @throws {LessonError} if a piece is missing or does not load, or a call does not return
 */
export async function tryFolder(
  folder: string,
  names: readonly TrialName[],
  limits: Limits = {},
): Promise<void> {
  const address = pathToFileURL(`${folder}/`).href;
  const { error, at } = await runInThread({ folder: address, names }, limits);
  if (error !== null) throw lessonError(folder, error, at);
}

function lessonError(folder: string, error: CheckError, at: string): LessonError {
  const { kind, message, where } = error;
  const line = where.find(({ file }) => !file.endsWith("tensor.mjs")) ?? where[0];
  const shown = (file: string) => (folder === "." ? file : `${folder}/${file}`);
  const inside = (file: string) => relative(fileURLToPath(pathToFileURL(folder)), file);
  const place = shown(line === undefined ? at : `${inside(line.file)}:${line.line}`);
  const found = line === undefined ? message : `${message}, in \`${line.code}\``;
  const [name] = at.split(".");
  const [check, all] = [`check it with ${CHECK} check ${name}`, `${CHECK} check --all`];
  const whole = folder === "." ? "this lesson" : folder;
  switch (kind) {
    case "time": {
      const late = `${at} ${message.replace(/^it |:.*/g, "")}`;
      const remedy = `look for a loop without end; ${all} finds the piece`;
      return new LessonError(whole, late, AN_END, remedy);
    }
    case "memory":
    case "ended":
      return new LessonError(whole, `${at} ${message.slice(3)}`, AN_END, `${all} finds the piece`);
    case "missing": {
      const remedy = `${CHECK} reset ${name} writes it again`;
      return new LessonError(place, message, "a piece of the lesson", remedy);
    }
    case "unwritten":
      return new LessonError(
        place,
        message,
        "all that is called here",
        `write it; ${all} says more`,
      );
    case "thrown": {
      const remedy = `find out more with ${all}`;
      if (line !== undefined) {
        return new LessonError(place, found, "code that runs to its end", remedy);
      }
      const [is, expected = "code that runs to its end"] = message.split(", expected ");
      return new LessonError(whole, is, expected, remedy);
    }
    case "not exported": {
      const [is, expected] = message.split(", expected: ");
      return new LessonError(place, is, expected, check);
    }
    default:
      return new LessonError(place, found, "a module that loads", check);
  }
}

/** What was expected of a call that did not return. */
const AN_END = `a result for ${IMAGES} small images`;
