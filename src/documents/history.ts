import * as v from "valibot";
import type { History } from "../training/history.js";
import { damaged, parseDocument } from "./document.js";
import {
  count,
  dataFiles,
  figures,
  finite,
  measuredEntries,
  name,
  settingEntries,
  sha256,
} from "./schemas.js";

/** Whoever writes a history says of the run what they like, so that all but the figures may be missing. */
const maybe = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema), null);

/** No loss is larger: those that are not finite end a run. */
const greatestFloat32 = 3.4028234663852886e38;

const historySchema = v.object({
  format: v.literal("mnist-train-history"),
  version: v.literal(1),
  recipe: maybe(name),
  seed: maybe(count),
  engine: maybe(name),
  seconds: maybe(v.pipe(finite, v.minValue(0))),
  parametersSha256: maybe(sha256),
  settings: maybe(v.object(settingEntries)),
  figures: maybe(figures),
  data: maybe(v.object({ name: v.nullable(name), files: dataFiles })),
  loss: v.array(v.pipe(finite, v.minValue(0), v.maxValue(greatestFloat32))),
  ...measuredEntries,
});

const kind = {
  format: "mnist-train-history",
  version: 1,
  schema: historySchema,
  called: "history",
  choose: "name a file that mnist-train --history saved",
  mend: "train once more with --history",
} as const;

type HistoryDocument = v.InferOutput<typeof historySchema>;

/** A history with what its file says of the run; null for whatever it does not say. */
export interface HistoryFile {
  readonly history: History;
  readonly recipe: string | null;
  readonly seed: number | null;
  readonly engine: string | null;
  /** Wall time of training. */
  readonly seconds: number | null;
  /** Of the model that the run gave; see `parametersHash`. */
  readonly parametersSha256: string | null;
  readonly settings: HistoryDocument["settings"];
  /** What the run reached, on all images. */
  readonly figures: HistoryDocument["figures"];
  /** Which files it learned from. */
  readonly data: HistoryDocument["data"];
}

/**
 * A history as JSON text, `format` and `version` first.
 *
 * @param history losses in nats, accuracies 0..1
 * @param about what else belongs to the run, such as its settings and seed
 */
export function encodeHistory(history: History, about: Record<string, unknown>): string {
  const { format, version } = kind;
  return `${JSON.stringify({ format, version, ...about, ...history })}\n`;
}

/**
 * JSON text to a history, checked against its schema and against itself.
 *
 * @param name names the text in errors, such as a path
 * @throws {InputError} naming the first field that is wrong
 */
export function decodeHistory(text: string, name = "history"): HistoryFile {
  const document = parseDocument(text, name, kind);
  const { format, version, loss, validation, epochs, ...about } = document;
  checkOrder(name, "validation", validation, loss.length);
  checkOrder(name, "epochs", epochs, loss.length);
  epochs.forEach(({ epoch }, i) => {
    if (epoch === i + 1) return;
    throw damaged(name, `epochs.${i}.epoch is ${epoch}`, `${i + 1}, one after another`, kind);
  });
  return { history: { loss, validation, epochs }, ...about };
}

/** Measurements follow the updates, each at most one of a kind: there are never more of them. */
function checkOrder(
  name: string,
  field: string,
  measured: readonly { readonly iteration: number }[],
  iterations: number,
): void {
  let before = 0;
  measured.forEach(({ iteration }, i) => {
    if (iteration <= before || iteration > iterations) {
      const expected = `more than ${before} and at most ${iterations}, the number of losses`;
      throw damaged(name, `${field}.${i}.iteration is ${iteration}`, expected, kind);
    }
    before = iteration;
  });
}
