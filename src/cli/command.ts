import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { DivergedError, exitCodes, InputError } from "../errors.js";
import { complain, note } from "./io/terminal.js";

/** A command that throws where commander would end the process, and leaves all printing to us. */
export function createCommand(name: string, description: string, examples: string[]): Command {
  const manifest = new URL("../../package.json", import.meta.url);
  return new Command(name)
    .description(description)
    .version(JSON.parse(readFileSync(manifest, "utf8")).version)
    .addHelpText("before", `Examples:\n${examples.map((line) => `  ${line}`).join("\n")}\n`)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
}

/**
 * Runs a command and turns every way it can end into an exit code.
 *
 * @param action what the command does once its flags are read; returns its exit code
 * @returns the exit code
 */
export async function runCommand(
  command: Command,
  argv: readonly string[],
  action: () => Promise<number>,
): Promise<number> {
  // A reader that has seen enough, such as `head -1`, closes the pipe: no fault of anybody's, and no
  // reason to stop training or to forget the exit code.
  let unwritable: NodeJS.ErrnoException | null = null;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") unwritable = error;
  });
  process.stderr.on("error", () => {});

  let exitCode: number = exitCodes.done;
  command.action(async () => {
    exitCode = await action();
  });
  try {
    await command.parseAsync(argv, { from: "user" });
    await new Promise((resolve) => process.stdout.write("", resolve));
    if (unwritable !== null) rejectOutput(unwritable);
    return exitCode;
  } catch (error) {
    return report(error, command.name());
  }
}

function rejectOutput({ code, message }: NodeJS.ErrnoException): never {
  throw new InputError(
    `standard output: cannot be written (${code ?? message}), expected a terminal, a pipe or a ` +
      "file with room; write it somewhere else",
  );
}

function report(error: unknown, name: string): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done; // help or version
    const message = error.message
      .replace(/^error: /, "")
      .replace(/\s+/g, " ")
      .replace(/\.$/, "");
    complain(`${message}; see ${name} --help`);
    return exitCodes.usage;
  }
  if (error instanceof InputError || error instanceof DivergedError) {
    complain(error.message);
    return error.exitCode;
  }
  complain(`a fault of ${name}, please report it`);
  note(error instanceof Error ? String(error.stack) : String(error));
  return exitCodes.fault;
}
