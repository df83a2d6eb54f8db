import { type FSWatcher, watch as watchFolder } from "node:fs";
import { stat } from "node:fs/promises";
import { emitKeypressEvents } from "node:readline";
import { exitCodes } from "../../../errors.js";
import { fileNameOf, type Piece, pieces } from "../../../learn/index.js";
import { coloursFor, isLively, note } from "../../io/terminal.js";
import { checkPieces, nextPiece, printCheck } from "./check.js";
import { hint } from "./hint.js";
import { type Lesson, pathOf } from "./lessonFolder.js";
import { list } from "./list.js";

/** Editors save in several steps: a check starts so many milliseconds after the last of them. */
const SETTLED = 80;

/** How often --poll looks at the files, in milliseconds. */
const POLL = 300;

/** What ends a watch: its exit code. */
type End = (exitCode: number) => void;

/** `mnist-learn watch`: checks a piece whenever its file is saved, until q is pressed. */
export async function watch(lesson: Lesson, { poll }: { poll?: true }): Promise<number> {
  const session = new Session(lesson, (await nextPiece(lesson))?.piece ?? lesson.pieces[0]);
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const end: End = (exitCode) => {
      for (const stop of stops) stop();
      resolve(exitCode);
    };
    const saved = (piece: Piece) => session.saved(piece);
    stops.push(poll ? pollFiles(lesson, saved) : watchFiles(lesson, saved));
    stops.push(listenForKeys(session, end));
    const onSignal = (signal: NodeJS.Signals) =>
      end(signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated);
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
    stops.push(() => process.off("SIGINT", onSignal).off("SIGTERM", onSignal));
    void session.check(); // only now, so that no save is missed meanwhile
  });
}

/** Checks the piece that a learner works on; one check at a time, and another if a file was saved meanwhile. */
class Session {
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #again = false;

  constructor(
    readonly lesson: Lesson,
    public piece: Piece,
  ) {}

  saved(piece: Piece): void {
    this.piece = piece;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), SETTLED);
  }

  async check(): Promise<void> {
    this.#again = this.#busy;
    if (this.#busy) return;
    await this.show(() => checkPieces(this.lesson, [this.piece], {}));
    if (this.#again) await this.check();
  }

  /** The piece after the current one that is not right yet, from the start again after the last. */
  async next(): Promise<void> {
    const { pieces } = this.lesson;
    const after = pieces.slice(pieces.indexOf(this.piece) + 1);
    const next = await nextPiece({ ...this.lesson, pieces: [...after, ...pieces] });
    this.piece = next?.piece ?? this.piece;
    await this.show(() =>
      next === null ? checkPieces(this.lesson, [this.piece], {}) : printCheck(next.result),
    );
  }

  /** Shows one screen. */
  async show(screen: () => unknown): Promise<void> {
    this.#busy = true;
    try {
      if (isLively(process.stdout)) process.stdout.write("\x1b[2J\x1b[3J\x1b[H");
      await screen();
      note(coloursFor(process.stderr).dim(this.#footer()));
    } finally {
      this.#busy = false;
    }
  }

  #footer(): string {
    const keys = process.stdin.isTTY ? "n next   h hint   l list   q quit" : "Ctrl-C ends it";
    return `\nwatching ${pathOf(this.lesson, this.piece)}: save it, and it is checked   ${keys}`;
  }
}

/** Tells of every file of a piece that is saved; returns what ends it. */
function watchFiles({ path }: Lesson, saved: (piece: Piece) => void): () => void {
  const failed = ({ code, message }: NodeJS.ErrnoException) =>
    note(
      `this folder cannot be watched (${code ?? message}), as on some network drives; ` +
        "npx mnist-learn watch --poll looks at the files instead",
    );
  let watcher: FSWatcher;
  try {
    watcher = watchFolder(path, (_, name) => {
      const piece = pieces.find((other) => name?.replace(/mts$/, "mjs") === fileNameOf(other));
      if (piece !== undefined) saved(piece);
    });
  } catch (error) {
    failed(error as NodeJS.ErrnoException);
    return () => {};
  }
  watcher.on("error", failed);
  return () => watcher.close();
}

/** As `watchFiles`, by looking at the files again and again. */
function pollFiles(lesson: Lesson, saved: (piece: Piece) => void): () => void {
  const seen = new Map<Piece, number>();
  const look = async () => {
    for (const piece of lesson.pieces) {
      const time = await stat(pathOf(lesson, piece)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      const before = seen.get(piece);
      seen.set(piece, time);
      if (before !== undefined && before !== time) saved(piece);
    }
  };
  void look();
  const timer = setInterval(look, POLL);
  return () => clearInterval(timer);
}

function listenForKeys(session: Session, end: End): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  const { lesson } = session;
  const actions: Record<string, () => void> = {
    n: () => session.next(),
    h: () => session.show(() => hint(lesson, session.piece)),
    l: () => session.show(() => list(lesson, {})),
    q: () => end(exitCodes.done),
  };
  const onKey = (_: string, { name, ctrl }: { name?: string; ctrl?: boolean }) => {
    if (ctrl && name === "c") end(exitCodes.interrupted);
    else if (!ctrl) actions[name ?? ""]?.();
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true).resume().on("keypress", onKey);
  return () => {
    stdin.setRawMode(false).pause().off("keypress", onKey);
  };
}
