import * as v from "valibot";
import { InputError } from "../errors.js";

/*
 * JSON documents that say what they are: `format` and `version` first, then whatever a schema asks for.
 */

/** A kind of document, and the words for it. */
export interface DocumentKind<S extends v.GenericSchema> {
  readonly format: string;
  readonly version: number;
  /** Checks everything, format and version included. */
  readonly schema: S;
  /** What it is: "model file". */
  readonly called: string;
  /** What to do where the file is no such document. */
  readonly choose: string;
  /** What to do where it is one, but damaged. */
  readonly mend: string;
}

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
): v.InferOutput<S> {
  const parsed = parseJson(text, name, kind);
  // Format and version come first, so that a file of another kind is called by its name.
  const { format, version } = Object(parsed);
  if (format !== kind.format) {
    throw new InputError(
      `${name}: format is ${quoted(format)}, expected "${kind.format}"; ${kind.choose}`,
    );
  }
  if (version !== kind.version) {
    throw new InputError(
      `${name}: version is ${quoted(version)}, expected ${kind.version}; ` +
        `use the mnist-train that wrote it, or ${kind.mend}`,
    );
  }
  const result = v.safeParse(kind.schema, parsed, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const ours = !issue.message.startsWith("Invalid "); // as the library's own messages do
  const rule = ours ? issue.message : (issue.expected ?? issue.message);
  const expected = issue.input === undefined ? `in every ${kind.called}` : rule;
  throw damaged(
    name,
    `${v.getDotPath(issue) ?? "the document"} is ${quoted(issue.input)}`,
    expected,
    kind,
  );
}

/** The error for a document of the right kind that contradicts its schema or itself. */
export function damaged(
  name: string,
  found: string,
  expected: string,
  { mend }: { readonly mend: string },
): InputError {
  return new InputError(`${name}: ${found}, expected ${expected}; the file is damaged, ${mend}`);
}

function parseJson<S extends v.GenericSchema>(
  text: string,
  name: string,
  { called, choose }: DocumentKind<S>,
): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = (error as Error).message.replace(/\s+/g, " ");
    throw new InputError(`${name}: not JSON (${reason}), expected a ${called}; ${choose}`);
  }
}

/** Characters of a text that are shown in an error. */
const MOST_SHOWN = 39;

/** A value as it can be shown in an error: the beginning of a text, the kind of whatever is larger. */
function quoted(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  const shown = JSON.stringify(value.slice(0, MOST_SHOWN));
  return value.length > MOST_SHOWN ? `${shown.slice(0, -1)}…` : shown;
}
