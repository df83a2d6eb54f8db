import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { EngineName } from "../../engine/createEngine.js";

/*
 * The lesson's code runs in the reference engine alone, and from dist. So that an edit is not without effect
 * and without a word, a clone knows two sets of hashes: of the sources that the fast engine was last checked
 * against, which is part of the repository, and of those that dist was built from.
 */

/** SHA-256 of each source of the lesson, by its path in src. */
export type LessonHashes = Readonly<Record<string, string>>;

/** Hashes what the reference engine runs: layers, net and the engine itself. */
export function hashLesson(src: URL): LessonHashes {
  const inFolder = (folder: string) =>
    readdirSync(new URL(folder, src))
      .filter((name) => name.endsWith(".ts"))
      .sort()
      .map((name) => `${folder}${name}`);
  const files = [...inFolder("layers/"), ...inFolder("net/"), "engine/reference.ts"];
  const hash = (file: string) => {
    const text = readFileSync(new URL(file, src), "utf8").replaceAll("\r\n", "\n");
    return createHash("sha256").update(text).digest("hex");
  };
  return Object.fromEntries(files.map((file) => [file, hash(file)]));
}

/** Where a clone has the lesson's sources, and the hashes of them; an installed package lacks `built`. */
export const lessonPlaces = {
  src: new URL("../../../src/", import.meta.url),
  checked: new URL("../../../src/engine/simd/lessonSources.json", import.meta.url),
  built: new URL("../../../dist/lessonSources.json", import.meta.url),
};

/**
 * What to tell who edited the lesson's code and trains with an engine that does not use the edit.
 *
 * @returns null if there is nothing to tell, as in an installed package
 */
export function unusedEdits(engine: EngineName, places = lessonPlaces): string | null {
  const { src, checked, built } = places;
  if (!existsSync(built) || !existsSync(checked)) return null;
  const now = hashLesson(src);
  const changedSince = (record: URL) => {
    const hashes: LessonHashes = JSON.parse(readFileSync(record, "utf8"));
    return Object.keys(now).filter((file) => hashes[file] !== now[file]);
  };
  const unbuilt = changedSince(built);
  if (engine === "reference") {
    if (unbuilt.length === 0) return null;
    return `${named(unbuilt)} changed since the build, so this run does not use it: run npm run build first`;
  }
  const edited = changedSince(checked);
  if (edited.length === 0) return null;
  const remedy = edited.some((file) => unbuilt.includes(file))
    ? "run npm run build, then train with --engine reference"
    : "train with --engine reference";
  return `${named(edited)} changed, but the fast engine does not use it: ${remedy}`;
}

function named([first, ...others]: readonly string[]): string {
  return `src/${first}${others.length === 0 ? "" : ` and ${others.length} more`}`;
}
