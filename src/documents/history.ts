import * as v from "valibot";
import { type Settings, valuesOf } from "../settings/settings.js";
import type { History } from "../training/history.js";
import { type Damage, parseDocument } from "./document.js";
import { readSettings } from "./reading.js";
import * as s from "./schemas.js";

/** A library user may leave out everything about the run. */
const maybe = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema), null);

/** No loss is larger: those that are not finite end a run. */
const greatestFloat32 = 3.4028234663852886e38;

export const historySchema = v.object({
  format: v.literal("mnist-train-history"),
  version: v.literal(1),
  recipe: maybe(s.name),
  seed: maybe(s.seed),
  engine: maybe(s.name),
  seconds: maybe(v.pipe(s.finite, v.minValue(0))),
  parametersSha256: maybe(s.sha256),
  settings: maybe(v.object(s.settingEntries)),
  figures: maybe(s.runFigures),
  data: maybe(s.runData),
  evidence: maybe(s.evidence),
  failure: maybe(v.object({ iteration: s.size, found: s.name })),
  loss: v.array(v.pipe(s.finite, v.minValue(0), v.maxValue(greatestFloat32))),
  ...s.measuredEntries,
});

const kind = {
  format: "mnist-train-history",
  version: 1,
  schema: historySchema,
  noun: "history",
  hasLists: true,
  ifOther: "name a file that mnist-train --history saved",
  ifDamaged: "train again with --history",
} as const;

export type HistoryDocument = v.InferOutput<typeof historySchema>;
type AboutRun = Omit<HistoryDocument, "format" | "version" | "settings" | keyof History>;

/** A history with what its file says about the run; null for what it leaves out. */
export interface HistoryFile extends AboutRun {
  readonly history: History;
  readonly settings: Settings | null;
  /** Wall time of training. */
  readonly seconds: AboutRun["seconds"];
  /** Of the trained model; see `parametersHash`. */
  readonly parametersSha256: AboutRun["parametersSha256"];
  /** What the verdict rests on besides the curves; see `Evidence`. */
  readonly evidence: AboutRun["evidence"];
  /** What ended the run, and at which update; null unless it diverged. */
  readonly failure: AboutRun["failure"];
}

/**
 * A history as JSON text, `format` and `version` first.
 *
 * @param history losses in nats, accuracies 0..1
 * @param about what else is known about the run, such as its settings and seed
 */
export function encodeHistory(
  history: History,
  about: Partial<Omit<HistoryFile, "history">>,
): string {
  return `${JSON.stringify(historyDocument(history, about))}\n`;
}

/** A history as its file holds it. */
export function historyDocument(history: History, about: Partial<Omit<HistoryFile, "history">>) {
  const { format, version } = kind;
  const settings = about.settings && valuesOf(about.settings);
  return { format, version, ...about, settings, ...history };
}

/**
 * JSON text to a history, checked against its schema and against itself.
 *
 * @param name names the text in errors, such as a path
 * @throws {InputError} naming the first field that is wrong
 */
export function decodeHistory(text: string, name = "history"): HistoryFile {
  const { document, damaged } = parseDocument(text, name, kind);
  return readHistory(document, damaged);
}

/**
 * The history that a document holds.
 *
 * @throws {InputError} if it contradicts itself
 */
export function readHistory(document: HistoryDocument, damaged: Damage): HistoryFile {
  const { format, version, start, loss, validation, epochs, settings, ...about } = document;
  checkOrder("validation", validation, loss.length, damaged);
  checkOrder("epochs", epochs, loss.length, damaged);
  epochs.forEach(({ epoch }, i) => {
    if (epoch === i + 1) return;
    throw damaged(`epochs.${i}.epoch is ${epoch}`, `${i + 1}, one after another`);
  });
  // The last loss is that of the update that failed, unless this loss was not finite.
  const ends = about.failure?.iteration ?? loss.length;
  if (ends !== loss.length && ends !== loss.length + 1) {
    const expected = `${loss.length} or the one after it, by the number of losses`;
    throw damaged(`failure.iteration is ${ends}`, expected);
  }
  return {
    history: { start, loss, validation, epochs },
    ...about,
    settings: settings && readSettings(settings, "settings", damaged),
  };
}

/** Measurements follow the updates, each at most one of a kind: there are never more of them. */
function checkOrder(
  field: string,
  measured: readonly { readonly iteration: number }[],
  iterations: number,
  damaged: Damage,
): void {
  let before = 0;
  measured.forEach(({ iteration }, i) => {
    if (iteration <= before || iteration > iterations) {
      const expected = `more than ${before} and at most ${iterations}, the number of losses`;
      throw damaged(`${field}.${i}.iteration is ${iteration}`, expected);
    }
    before = iteration;
  });
}
