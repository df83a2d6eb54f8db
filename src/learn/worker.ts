import { existsSync, readFileSync } from "node:fs";
import { Session } from "node:inspector";
import module from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { initialize, type LoaderData, resolve } from "./loader.js";
import { loadFile, pieceOf, solutionAddress } from "./modules.js";
import { type Functions, type Inputs, type Piece, UNWRITTEN } from "./piece.js";
import { pieces } from "./pieces/index.js";
import { type Outcome, runCase } from "./run.js";
import { callOnce, type TrialName } from "./trial.js";

/*
 * The thread that runs a learner's code: the file of a piece over cases, or all pieces of a folder on a small batch.
 * It sends plain data: what each case came to, or the error and the lines of the learner's code that it came from.
 * Whether a number is right is decided elsewhere.
 */

/** A file to run over cases, beside finished versions of all other pieces. */
export interface FileTask {
  readonly piece: string;
  /** The address of the learner's file. */
  readonly address: string;
  readonly cases: readonly Inputs[];
}

/** A folder whose pieces to try together. */
export interface FolderTask {
  /** Its address, with a slash at its end. */
  readonly folder: string;
  /** The functions to call. */
  readonly names: readonly TrialName[];
}

/** What the thread is given. */
export type WorkerTask = FileTask | FolderTask;

/** A line of the learner's code. */
export interface CodeLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** The line itself, without the space around it. */
  readonly code: string;
}

/** Why a check could not be made. */
export interface CheckError {
  readonly kind:
    | "missing"
    | "syntax"
    | "import"
    | "typescript"
    | "not exported"
    | "unwritten"
    | "thrown"
    | "time"
    | "memory"
    | "ended";
  readonly message: string;
  /** The learner's own lines, innermost first. */
  readonly where: readonly CodeLine[];
}

/** What the thread sends. */
export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "at"; readonly name: string }
  | { readonly type: "done"; readonly outcomes: readonly (Outcome | CheckError)[] }
  | { readonly type: "failed"; readonly error: CheckError };

const task = workerData as WorkerTask;
const folder = "folder" in task ? task.folder : new URL(".", task.address).href;
const send = (message: WorkerMessage) => parentPort?.postMessage(message);

/** Sends a message once everything printed before has gone out. */
function sendLast(message: WorkerMessage): void {
  process.stderr.write("", () => process.stdout.write("", () => send(message)));
}

async function main(): Promise<void> {
  if ("folder" in task) await tryFolder(task);
  else await runFile(task);
}

/** Runs a file over its cases. */
async function runFile({ piece: name, address, cases }: FileTask): Promise<void> {
  const piece = pieceOf(name) as Piece;
  if (importsOthers(address)) registerLoader(piece);
  send({ type: "ready" });
  const functions = await loaded(piece, address);
  if (functions === null) return;
  const outcomes = cases.map((inputs) => {
    try {
      return runCase(piece, functions, inputs);
    } catch (error) {
      return thrownError(error);
    }
  });
  sendLast({ type: "done", outcomes });
}

/** Loads all pieces of a folder, and calls functions of it on a small batch. */
async function tryFolder({ names }: FolderTask): Promise<void> {
  send({ type: "ready" });
  const all: Record<string, Functions[string]> = {};
  for (const piece of pieces) {
    const [file, typed] = ["mjs", "mts"].map(
      (ending) => new URL(`${piece.name}.${ending}`, folder),
    );
    const address = !existsSync(file) && existsSync(typed) ? typed : file;
    send({ type: "at", name: basename(address.pathname) });
    const functions = await loaded(piece, address.href);
    if (functions === null) return;
    Object.assign(all, functions);
  }
  try {
    callOnce(all, names, (name) => send({ type: "at", name }));
  } catch (error) {
    sendLast({ type: "failed", error: thrownError(error) });
    return;
  }
  sendLast({ type: "done", outcomes: [] });
}

/** The functions of a piece from a learner's file; null once the thread has sent why there are none. */
async function loaded(piece: Piece, address: string): Promise<Functions | null> {
  const session = new Session();
  const files = watchSyntax(session);
  let functions: Functions;
  try {
    functions = await loadFile(address);
  } catch (error) {
    sendLast({ type: "failed", error: loadError(error, { address, session, files }) });
    return null;
  } finally {
    session.disconnect();
  }
  const missing = piece.functions.find(({ name }) => typeof functions[name] !== "function");
  if (missing === undefined) return functions;
  const message = notExported(missing.name, functions);
  sendLast({ type: "failed", error: { kind: "not exported", message, where: [] } });
  return null;
}

/** Whether a file may import more than tensor.mjs: in Node 20 hooks take a thread of their own, and double the time. */
function importsOthers(address: string): boolean {
  const file = fileURLToPath(address);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return /["'`]\.{1,2}\//.test(text.replaceAll('"./tensor.mjs"', ""));
}

/** Our finished pieces for all others than the one under check. */
function registerLoader(piece: Piece): void {
  const others = pieces.filter((other) => other !== piece);
  const addresses = Object.fromEntries(others.map(({ name }) => [name, solutionAddress(name)]));
  const data: LoaderData = { folder, addresses };
  const { registerHooks } = module as unknown as { registerHooks?: (hooks: object) => void };
  if (registerHooks !== undefined) {
    initialize(data);
    registerHooks({ resolve });
  } else module.register("./loader.js", import.meta.url, { data });
}

/** The address of each script that does not parse, by its number. */
function watchSyntax(session: Session): Map<string, string> {
  const files = new Map<string, string>();
  session.connect();
  session.post("Runtime.enable");
  session.on("Debugger.scriptFailedToParse", ({ params }) => {
    files.set(params.scriptId, params.url);
  });
  session.post("Debugger.enable");
  return files;
}

/** What a file was loaded by. */
interface Loading {
  readonly address: string;
  readonly session: Session;
  /** The address of each script that does not parse, by its number. */
  readonly files: Map<string, string>;
}

function loadError(error: unknown, { address, session, files }: Loading): CheckError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = messageOf(error);
  if (code === "ERR_MODULE_NOT_FOUND") {
    const own = message.startsWith(`Cannot find module '${fileURLToPath(address)}'`);
    if (own) return { kind: "missing", message: "there is no such file", where: [] };
    const relative = message.replaceAll(fileURLToPath(folder), "");
    if (relative.startsWith("Cannot find module 'tensor.mjs'")) {
      const lost = "there is no tensor.mjs beside it: npx mnist-learn reset tensor writes it again";
      return { kind: "import", message: lost, where: [] };
    }
    return { kind: "import", message: relative, where: ownLines(error) };
  }
  if (code === "ERR_UNKNOWN_FILE_EXTENSION") return { kind: "typescript", message, where: [] };
  if (/_TYPESCRIPT_SYNTAX$/.test(code)) return { kind: "syntax", message, where: [] };
  if (error instanceof SyntaxError) {
    const where = syntaxLine(error, session, files);
    return { kind: "syntax", message, where: where === null ? [] : [where] };
  }
  return thrownError(error);
}

/** Where a file does not parse, as the inspector knows; null when it does not. */
function syntaxLine(
  error: SyntaxError,
  session: Session,
  files: Map<string, string>,
): CodeLine | null {
  const holder = globalThis as { syntaxErrorOfCheck?: unknown };
  holder.syntaxErrorOfCheck = error;
  let found: CodeLine | null = null;
  session.post(
    "Runtime.evaluate",
    { expression: "globalThis.syntaxErrorOfCheck" },
    (_, evaluated) => {
      const errorObjectId = evaluated?.result.objectId;
      const post = session.post.bind(session) as unknown as (
        method: string,
        parameters: object,
        done: (
          failure: Error | null,
          details?: {
            exceptionDetails?: { lineNumber: number; columnNumber: number; scriptId?: string };
          },
        ) => void,
      ) => void;
      post("Runtime.getExceptionDetails", { errorObjectId }, (_failure, details) => {
        const place = details?.exceptionDetails;
        const url = files.get(place?.scriptId ?? "");
        if (place !== undefined && url?.startsWith(folder)) {
          found = codeLine(url, place.lineNumber + 1, place.columnNumber + 1);
        }
      });
    },
  );
  holder.syntaxErrorOfCheck = undefined;
  return found;
}

function thrownError(error: unknown): CheckError {
  const message = messageOf(error);
  const kind = message.startsWith(UNWRITTEN) ? "unwritten" : "thrown";
  return { kind, message, where: ownLines(error) };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${JSON.stringify(error) ?? String(error)}`;
  return error.message.split("\n")[0];
}

/** The lines of a stack that lie in the learner's folder. */
function ownLines(error: unknown): CodeLine[] {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return [...stack.matchAll(/(file:\/\/[^\s()]+):(\d+):(\d+)/g)]
    .filter(([, url]) => url.startsWith(folder))
    .map(([, url, line, column]) => codeLine(url, Number(line), Number(column)));
}

function codeLine(url: string, line: number, column: number): CodeLine {
  const file = fileURLToPath(url.replace(/[?#].*/, ""));
  const code = readFileSync(file, "utf8").split("\n")[line - 1] ?? "";
  return { file, line, column, code: code.trim() };
}

function notExported(name: string, functions: Functions): string {
  const exported = Object.keys(functions);
  const found = exported.length === 0 ? "it exports nothing" : `it exports ${exported.join(", ")}`;
  const value = name in functions ? `${name} is no function` : found;
  return `${value}, expected: export function ${name}(...)`;
}

await main();
