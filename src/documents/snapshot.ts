import * as v from "valibot";
import type { TwoLayerParameters } from "../net/twoLayerNet.js";
import { type Settings, valuesOf } from "../settings/settings.js";
import { type Checkpoint, runSchema } from "./checkpoint.js";
import { parseDocument } from "./document.js";
import { parametersText, parametersTextSchema, readParametersText } from "./parametersText.js";
import { readSettings } from "./reading.js";
import * as s from "./schemas.js";

/*
 * The weights of a net at one moment of its training, as JSON text: to look at, not to resume from.
 */

const snapshotSchema = v.object({
  format: v.literal("mnist-train-snapshot"),
  version: v.literal(1),
  /** Updates done. */
  iteration: s.count,
  run: runSchema,
  parameters: parametersTextSchema,
});

/** What a run is, as checkpoints and snapshots say it. */
export type RunDescription = Omit<Checkpoint, "state">;

/** The weights of a net at one moment of its training. */
export interface Snapshot extends RunDescription {
  readonly settings: Settings;
  /** Updates done. */
  readonly iteration: number;
  readonly parameters: TwoLayerParameters;
}

const kind = {
  format: "mnist-train-snapshot",
  version: 1,
  schema: snapshotSchema,
  noun: "snapshot",
  ifOther: "name a folder that mnist-train --snapshots filled",
  ifDamaged: "train again with --snapshots and another folder",
  hasLists: false,
} as const;

/** A snapshot as JSON text; the same snapshot gives the same text. */
export function encodeSnapshot({ iteration, parameters, ...run }: Snapshot): string {
  const { format, version } = kind;
  const described = { ...run, settings: valuesOf(run.settings) };
  const document = { format, version, iteration, run: described };
  return `${JSON.stringify({ ...document, parameters: parametersText(parameters) })}\n`;
}

/**
 * JSON text to a snapshot, checked against its schema and against itself.
 *
 * @param name names the text in errors, such as a path
 * @throws {InputError} naming the first field that is wrong
 */
export function decodeSnapshot(text: string, name = "snapshot"): Snapshot {
  const { document, damaged } = parseDocument(text, name, kind);
  const { iteration, run } = document;
  const settings = readSettings(run.settings, "run.settings", damaged);
  const size = [run.rows * run.columns, settings.hidden, run.classCount] as const;
  const parameters = readParametersText("parameters", document.parameters, size, damaged);
  return { ...run, settings, iteration, parameters };
}
