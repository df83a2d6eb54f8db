import * as v from "valibot";
import { InputError, refuse } from "../errors.js";
import { checkStructure, type ExpectedStructure } from "./structure.js";

/*
 * JSON documents that say what they are: `format` and `version` first, then whatever a schema asks for.
 */

/** A kind of document, and the words for it. */
export interface DocumentKind<S extends v.GenericSchema> extends ExpectedStructure {
  readonly format: string;
  readonly version: number;
  /** Checks everything, format and version included. */
  readonly schema: S;
  /** What to do if a file is damaged. */
  readonly ifDamaged: string;
}

/** What some editors put before UTF-8 text. */
const BYTE_ORDER_MARK = "\ufeff";

/** Makes the error for a document of the right kind that contradicts its schema or itself. */
export type Damage = (found: string, expected: string) => InputError;

/**
 * JSON text to a checked document.
 *
 * @param name names the text in errors, such as a path
 * @throws {InputError} naming the first field that is wrong
 */
export function parseDocument<S extends v.GenericSchema>(
  text: string,
  name: string,
  kind: DocumentKind<S>,
): { readonly document: v.InferOutput<S>; readonly damaged: Damage } {
  const { noun, ifOther, ifDamaged } = kind;
  const damaged: Damage = (found, expected) =>
    new InputError(`${name}: ${found}, expected ${expected}; the file is damaged, ${ifDamaged}`);
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  checkStructure(json, name, kind);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    const reason = (error as Error).message.replace(/\s+/g, " ");
    refuse(name, `not JSON (${reason})`, `a ${noun}`, ifOther);
  }
  // Format and version come first, so that a file of another kind is reported as such.
  const { format, version } = Object(parsed);
  if (format !== kind.format) {
    refuse(name, `format is ${quoted(format)}`, `"${kind.format}"`, ifOther);
  }
  if (version !== kind.version) {
    const remedy = `use the mnist-train that wrote it, or ${ifDamaged}`;
    refuse(name, `version is ${quoted(version)}`, String(kind.version), remedy);
  }
  // Messages say what was expected: those of our schemas by themselves, the library's by this one.
  const message = (issue: v.BaseIssue<unknown>) => issue.expected ?? "another value";
  const result = v.safeParse(kind.schema, parsed, { abortEarly: true, message });
  if (result.success) return { document: result.output, damaged };
  const [issue] = result.issues;
  throw damaged(
    `${v.getDotPath(issue) ?? "the document"} is ${quoted(issue.input)}`,
    issue.input === undefined ? `in every ${noun}` : issue.message,
  );
}

/** Characters of a text that are shown in an error. */
const MOST_SHOWN = 39;

/** A value as it can be shown in an error: the beginning of a text, the kind of whatever is larger. */
export function quoted(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  const shown = JSON.stringify(value.slice(0, MOST_SHOWN));
  return value.length > MOST_SHOWN ? `${shown.slice(0, -1)}…` : shown;
}
