/*
 * What a machine may refuse anywhere in a command: errors that are no fault of the program, and for which
 * a stack trace says nothing.
 */

/** What Node's permission model may forbid, and the flags that allow it. */
const permissions: Readonly<Record<string, readonly [what: string, flag: string]>> = {
  FileSystemRead: ["reading", "--allow-fs-read"],
  FileSystemWrite: ["writing", "--allow-fs-write"],
  WorkerThreads: ["threads", "--allow-worker"],
};

/** Errors of the system that a machine short of something gives, by their codes. */
const shortages: Readonly<Record<string, string>> = {
  EACCES: "check the permissions",
  EAGAIN: "raise the limit of processes and threads (ulimit -u), or try again",
  EIO: "check the disk",
  EMFILE: "raise the limit of open files (ulimit -n)",
  ENFILE: "close other programs",
  ENOMEM: "close other programs, or use less data",
  ENOSPC: "make room on the disk",
  EPERM: "check the permissions",
};

/**
 * An error as one line, if the system or Node's permission model caused it.
 *
 * @returns what was refused, what was expected and what to do; null for any other error
 */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code = "", syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === "uv_cwd") {
    return "the working folder is gone, expected one that exists; change to another folder";
  }
  if (code === "ERR_ACCESS_DENIED") {
    const { permission = "", resource } = error as { permission?: string; resource?: string };
    const [what, flag] = permissions[permission] ?? [permission || "this", "the flag for it"];
    const where = resource ? ` ${resource}` : "";
    return `Node's permission model forbids ${what}${where}, expected it allowed; start Node with ${flag}`;
  }
  if (code === "ERR_DLOPEN_DISABLED") {
    return (
      "Node's permission model forbids native code, expected it for a PNG; start Node with " +
      "--allow-addons, or write an .svg"
    );
  }
  const remedy = shortages[code];
  return remedy === undefined
    ? null
    : `the system refused a request (${message}), expected it granted; ${remedy}`;
}
