import { readFileSync } from "node:fs";
import { type Command, CommanderError, Help, Option } from "commander";
import { exitCodes, InputError } from "../errors.js";
import { DivergedError } from "../training/divergedError.js";
import { FileCommand, type OpenData } from "./io/files.js";
import { refusalOf } from "./io/refusals.js";
import { note, printError, terminalWidth } from "./io/terminal.js";

/** Headings of --help, in their order. */
const headings = "Recipe: Data: Network: Optimization: Augmentation: Output: Run:".split(" ");

/** The least columns to break a description at, so that help also fits narrow terminals. */
const LEAST_COLUMNS = 12;

/** A line of help: what to type, and what it does. */
export type HelpItem = readonly [term: string, text: string];

/**
 * A command that throws where commander would end the process, and prints no errors itself.
 *
 * @param first the flags that --help lists, by name, if it leaves the others to --help-all
 */
export function createCommand(
  name: string,
  description: string,
  examples: readonly HelpItem[],
  first?: readonly string[],
): FileCommand {
  const command = new FileCommand(name)
    .description(description)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({
      minWidthToWrap: LEAST_COLUMNS,
      visibleOptions(command) {
        const all = new Help().visibleOptions(command);
        const { listed } = command as FileCommand;
        return all.filter((option) => listed?.includes(option.attributeName()) ?? true);
      },
      groupItems(items, visible, headingOf) {
        const place = (item: (typeof items)[number]) => headings.indexOf(headingOf(item));
        const sorted = items.toSorted((a, b) => place(a) - place(b));
        return new Help().groupItems(sorted, visible, headingOf);
      },
    });
  command.listed = first && [...first, "helpAll", "version", "help"];
  return command.addHelpText("before", () => `${helpList(command, "Examples:", examples)}\n`);
}

/** A heading and its items in two columns, as wide as the terminal. */
export function helpList(command: Command, heading: string, items: readonly HelpItem[]): string {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: terminalWidth(process.stdout) });
  const widest = Math.max(...items.map(([term]) => term.length));
  const lines = items.map(([term, text]) => help.formatItem(term, widest, text, help));
  return [heading, ...lines].join("\n");
}

/** The flags that the user gave, by name, without those that have their default value. */
export function givenFlags(command: Command): Readonly<Record<string, unknown>> {
  const given = Object.entries(command.opts()).filter(
    ([name]) => command.getOptionValueSource(name) === "cli",
  );
  return Object.fromEntries(given);
}

/** Declares for flags, by name, which others cannot be used with them. */
export function exclude(command: Command, others: Readonly<Record<string, string[]>>): void {
  for (const option of command.options) option.conflicts(others[option.attributeName()] ?? []);
}

/**
 * Runs a command and turns every way it can end into an exit code.
 *
 * @param action what the command does once its flags are read and its files are checked; opens the
 *               data set with the function that it is given, and returns its exit code
 * @returns the exit code
 */
export async function runCommand(
  command: FileCommand,
  argv: readonly string[],
  action: (openData: OpenData) => Promise<number>,
): Promise<number> {
  // A reader that has seen enough, such as `head -1`, closes the pipe. That is not an error, and no
  // reason to stop training or to change the exit code.
  let unwritable: NodeJS.ErrnoException | null = null;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") unwritable = error;
  });
  process.stderr.on("error", () => {});

  let exitCode: number = exitCodes.done;
  let failed = false;
  const manifest = new URL("../../package.json", import.meta.url);
  const helpAll = new Option("--help-all", "print help on every flag");
  command
    .optionsGroup("Run:")
    .addOption(helpAll.hideHelp(command.listed === undefined))
    .on("option:help-all", () => {
      command.listed = undefined;
      command.help();
    })
    .version(
      JSON.parse(readFileSync(manifest, "utf8")).version,
      "-V, --version",
      "print the version",
    )
    .helpOption("-h, --help", "print this help")
    .action(async () => {
      exitCode = await action(command.checkFiles());
    });
  try {
    await command.parseAsync(argv, { from: "user" });
  } catch (error) {
    exitCode = report(error, command.name());
    failed = exitCode !== exitCodes.done; // help and version are thrown too
  }
  await new Promise((resolve) => process.stdout.write("", resolve));
  if (unwritable === null || failed) return exitCode;
  return report(outputError(unwritable), command.name());
}

function outputError({ code, message }: NodeJS.ErrnoException): InputError {
  return new InputError(
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
    printError(`${message}; see ${name} --help`);
    return exitCodes.usage;
  }
  if (error instanceof InputError || error instanceof DivergedError) {
    printError(error.message);
    return error.exitCode;
  }
  const refusal = refusalOf(error);
  if (refusal !== null) {
    printError(refusal);
    return exitCodes.input;
  }
  printError(`internal error in ${name}; please report it`);
  note(error instanceof Error ? String(error.stack) : String(error));
  return exitCodes.fault;
}
