import * as v from "valibot";
import type { History } from "../training/history.js";
import { type Damage, parseDocument } from "./document.js";
import {
  decodeHistory,
  type HistoryFile,
  historyDocument,
  historySchema,
  readHistory,
} from "./history.js";

/*
 * The histories of several runs in one document, each as a file of its own would hold it.
 */

/** The most runs of one document. */
export const mostRuns = 100;

const historiesSchema = v.object({
  format: v.literal("mnist-train-histories"),
  version: v.literal(1),
  runs: v.pipe(
    v.array(historySchema),
    v.minLength(1, "at least one run"),
    v.maxLength(mostRuns, `at most ${mostRuns} runs`),
  ),
});

const kind = {
  format: "mnist-train-histories",
  version: 1,
  schema: historiesSchema,
  noun: "file of histories",
  ifOther: "name a file that mnist-train --history saved",
  ifDamaged: "train again with --history",
  hasLists: true,
} as const;

/** A history, and what else is known about its run. */
export interface RunHistory {
  readonly history: History;
  readonly about: Partial<Omit<HistoryFile, "history">>;
}

/** The histories of several runs as JSON text, in their order; see `encodeHistory`. */
export function encodeHistories(runs: readonly RunHistory[]): string {
  const { format, version } = kind;
  const documents = runs.map(({ history, about }) => historyDocument(history, about));
  return `${JSON.stringify({ format, version, runs: documents })}\n`;
}

/**
 * JSON text to the histories of one run or several, checked against their schema and against themselves.
 *
 * @param text a history, or a document of several
 * @param name names the text in errors, such as a path
 * @throws {InputError} naming the first field that is wrong
 */
export function decodeHistories(text: string, name = "history"): HistoryFile[] {
  if (!/^\s*\{\s*"format"\s*:\s*"mnist-train-histories"/.test(text.slice(0, 200))) {
    return [decodeHistory(text, name)];
  }
  const { document, damaged } = parseDocument(text, name, kind);
  return document.runs.map((run, i) => {
    const damagedRun: Damage = (found, expected) => damaged(`runs.${i}.${found}`, expected);
    return readHistory(run, damagedRun);
  });
}
