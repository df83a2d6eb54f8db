import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { DivergedError, exitCodes, InputError } from "../errors.js";
import { coloursFor, note } from "./terminal.js";

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
  // A reader that has seen enough, such as `head -1`, closes the pipe: no fault of anybody's.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(exitCodes.done);
  });
  let exitCode: number = exitCodes.done;
  command.action(async () => {
    exitCode = await action();
  });
  try {
    await command.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error, command.name());
  }
}

function report(error: unknown, name: string): number {
  const red = coloursFor(process.stderr).red;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done; // help or version
    const message = error.message
      .replace(/^error: /, "")
      .replace(/\s+/g, " ")
      .replace(/\.$/, "");
    note(`${red("error:")} ${message}; see ${name} --help`);
    return exitCodes.usage;
  }
  if (error instanceof InputError || error instanceof DivergedError) {
    // names from outside may hold line breaks and codes that steer a terminal
    note(`${red("error:")} ${error.message.replace(/\p{Cc}+/gu, " ")}`);
    return error.exitCode;
  }
  note(`${red("error:")} a fault of ${name}, please report it`);
  note(error instanceof Error ? String(error.stack) : String(error));
  return exitCodes.fault;
}
