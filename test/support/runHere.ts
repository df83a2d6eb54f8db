import { vi } from "vitest";
import type { Outcome } from "./runCommand.js";

/** What runs a command: its flags to its exit code. */
type Main = (argv: readonly string[]) => Promise<number>;

/**
 * Runs a command as `runCommand` does, but in this process, which saves the time that Node takes to start. Tests of
 * one file do not overlap, so the current folder may change meanwhile.
 */
export async function runHere(main: Main, args: readonly string[], cwd: string): Promise<Outcome> {
  const before = process.cwd();
  const texts = { stdout: "", stderr: "" };
  const restored = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const listeners = stream.listeners("error");
    const written = vi.spyOn(stream, "write").mockImplementation((chunk, ...rest: unknown[]) => {
      texts[name] += String(chunk);
      for (const done of rest) if (typeof done === "function") done();
      return true;
    });
    return () => {
      written.mockRestore();
      for (const added of stream.listeners("error")) {
        if (!listeners.includes(added)) stream.off("error", added as () => void);
      }
    };
  });
  process.chdir(cwd);
  try {
    return { exitCode: await main(args), ...texts };
  } finally {
    process.chdir(before);
    for (const restore of restored) restore();
  }
}
