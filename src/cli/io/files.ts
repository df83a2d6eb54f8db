import { realpathSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { Argument, Command, Option } from "commander";
import { type DataSet, type DataSizes, loadDataSet } from "../../dataset/source.js";
import { checkFolder, checkNewFolder, checkWritable } from "../../documents/files.js";
import { defaultEngine } from "../../engine/createEngine.js";
import { UsageError } from "../../errors.js";
import type { Settings } from "../../settings/settings.js";
import { flagMeant } from "../otherNames.js";
import { showLoading } from "./loading.js";
import { checkMemory, type Plan } from "./memory.js";
import { warn } from "./terminal.js";

/** The endings that the name of an output may have, by what it holds; any if none is listed. */
const endings = {
  json: [],
  export: [],
  html: [".html", ".htm"],
  picture: [".svg", ".png"],
  pictureOrFolder: [".svg", ".png"],
  png: [".png"],
  folder: [],
  newFolder: [],
};

interface OutputRules {
  /** The path without the flag; the file is not written if there is neither. */
  readonly default?: string;
  /** Whether an interrupted run saves the file under another name; see `partialPath`. */
  readonly partial?: boolean;
  /** Whether the file that is there is kept under another name; see `previousPath`. */
  readonly keepsPrevious?: boolean;
  /** The input, by name, that the file may replace, and does replace without the flag. */
  readonly replaces?: string;
  /** Whether the command cannot do without it. */
  readonly required?: boolean;
  /** Whether the command writes the file, given its other flags; it does by default. */
  readonly when?: (flags: Readonly<Record<string, unknown>>) => boolean;
}

/** What the command line says of an output, and what its declaration does. */
interface Output extends OutputRules {
  /** How errors name its flag or argument. */
  readonly name: string;
  readonly path: () => string | undefined;
  readonly kind: keyof typeof endings;
}

/** Opens the data set that --data and --classes name, for nets of some settings if it is to train any. */
export type OpenData = (settings?: readonly Settings[]) => Promise<DataSet>;

/** A file as errors name it, and the name of its flag or argument. */
interface NamedFile {
  readonly label: string;
  readonly owner: string;
}

/**
 * A command that knows the files it reads and writes: each is declared once, as a flag or an argument,
 * and all are checked before the command does any work.
 */
export class FileCommand extends Command {
  /** The flags that --help lists, by name; undefined for all. */
  listed: readonly string[] | undefined;
  /** By the name of the flag or argument: how errors name it, and the paths that it got. */
  readonly #inputs = new Map<string, { name: string; paths: () => string | string[] }>();
  readonly #outputs = new Map<string, Output>();

  /** Refuses a flag that the command lacks; commander calls it. Names the flag that was meant, if any. */
  unknownOption(typed: string): void {
    const flags = this.options.flatMap(({ long }) => long ?? []);
    const meant = flagMeant(typed, flags);
    const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
    this.error(`unknown option '${typed}'${hint}`, { code: "commander.unknownOption" });
  }

  /** Adds an argument for a file, or several, that the command reads. */
  inputArgument(name: string, text: string, path?: string): this {
    const argument = new Argument(name, text).default(path);
    const place = this.registeredArguments.length;
    const paths = () => this.processedArgs[place] ?? [];
    // A flag may have the same name.
    this.#inputs.set(`<${argument.name()}>`, { name: `the ${argument.name()}`, paths });
    return this.addArgument(argument);
  }

  /** Adds a flag for a file that the command reads. */
  input(flags: string, text: string, path?: string): this {
    const option = new Option(flags, text).default(path);
    const owner = option.attributeName();
    const paths = () => this.getOptionValue(owner) ?? [];
    this.#inputs.set(owner, { name: `${option.long}`, paths });
    return this.addOption(option);
  }

  /** Adds a flag for a file that the command writes. */
  output(flags: string, text: string, kind: keyof typeof endings, rules: OutputRules = {}): this {
    const option = new Option(flags, text).default(rules.default);
    option.makeOptionMandatory(rules.required ?? false);
    const owner = option.attributeName();
    const path = () => this.getOptionValue(owner);
    this.#outputs.set(owner, { name: `${option.long}`, path, kind, ...rules });
    return this.addOption(option);
  }

  /** Adds an argument for a file that the command writes. */
  outputArgument(name: string, text: string, kind: keyof typeof endings, value?: string): this {
    const argument = new Argument(name, text).default(value);
    const place = this.registeredArguments.length;
    const path = () => this.processedArgs[place];
    const owner = argument.name();
    this.#outputs.set(owner, { name: `the ${owner}`, path, kind });
    return this.addArgument(argument);
  }

  /**
   * Checks the files of a command line.
   *
   * @returns opens the data set, and refuses outputs that are among its files
   * @throws {UsageError} when a name has the wrong ending, or an output is an input or another output
   * @throws {InputError} when an output cannot be written
   */
  checkFiles(): OpenData {
    const inputs = new Map<string, NamedFile>();
    for (const [owner, { name, paths }] of this.#inputs) {
      for (const path of [paths()].flat()) {
        inputs.set(identity(path), { label: `${name} ${path}`, owner });
      }
    }
    const outputs = new Map<string, NamedFile>();
    for (const [owner, { name, path: pathOf, kind, replaces, when, ...rules }] of this.#outputs) {
      if (replaces !== undefined && this.getOptionValue(owner) === undefined) {
        this.setOptionValueWithSource(owner, this.getOptionValue(replaces), "implied");
      }
      const path = pathOf();
      if (path === undefined || when?.(this.opts()) === false) continue;
      const flag = `${name} ${path}`;
      refuseStandardOutput(flag, path);
      const isNewFolder =
        kind === "newFolder" || (kind === "pictureOrFolder" && isFolderName(path));
      if (!isNewFolder) checkEnding(flag, path, kind);
      for (const [place, label] of placesOf(path, flag, rules)) {
        if (isNewFolder) checkNewFolder(place);
        else if (kind === "folder") checkFolder(place);
        else checkWritable(place);
        const id = identity(place);
        const other = outputs.get(id) ?? inputs.get(id);
        if (other !== undefined && other.owner !== replaces) refuse(label, other.label);
        outputs.set(id, { label, owner });
      }
    }
    this.#checkSnapshots([...inputs, ...outputs], outputs);
    return this.#openData(outputs);
  }

  /** Refuses files that have the name of a snapshot in a folder for snapshots. */
  #checkSnapshots(
    files: readonly (readonly [id: string, file: NamedFile])[],
    outputs: ReadonlyMap<string, NamedFile>,
  ): void {
    const folders = [...this.#outputs].flatMap(([owner, { kind }]) =>
      kind === "folder" ? [owner] : [],
    );
    for (const [id, { label }] of files) {
      const place = outputs.get(dirname(id));
      if (place === undefined || !folders.includes(place.owner)) continue;
      if (snapshotName.test(basename(id))) refuse(label, `the snapshots of ${place.label}`);
    }
  }

  /** Opens the data set, and refuses outputs that are among its files. */
  #openData(outputs: ReadonlyMap<string, NamedFile>): OpenData {
    return async (settings) => {
      const { data: directory, ...flags } = this.opts();
      const data = await openDataSet(directory, { ...flags, settings });
      for (const { file } of Object.values(data.files)) {
        const output = outputs.get(identity(join(data.directory, file)));
        if (output !== undefined) refuse(output.label, "those of the data");
      }
      return data;
    };
  }
}

/** Where a file may be written, and how errors name each place. */
function placesOf(path: string, flag: string, { partial, keepsPrevious }: OutputRules): string[][] {
  const places = [[path, flag]];
  if (partial) {
    const other = partialPath(path);
    places.push([other, `${flag}, saved as ${other} by an interrupted run`]);
  }
  if (keepsPrevious) {
    const other = previousPath(path);
    places.push([other, `${flag}, whose previous file is kept as ${other}`]);
  }
  return places;
}

/** The usual name of standard output, which carries results, would make a file called "-". */
function refuseStandardOutput(flag: string, path: string): void {
  if (path !== "-") return;
  throw new UsageError(
    `${flag}: expected the name of a file, since standard output carries the result; ` +
      "choose one, or write ./- for a file of that name",
  );
}

/** The names of snapshots in their folder. */
export const snapshotName = /^snapshot-\d{10}\.json$/;

/** The file of the weights after so many updates. */
export function snapshotPath(folder: string, iteration: number): string {
  return join(folder, `snapshot-${String(iteration).padStart(10, "0")}.json`);
}

/**
 * Opens a data set for a command that writes nothing near it, by default MNIST; notes if memory may not
 * suffice, and shows on a terminal how far it is.
 *
 * @throws {InputError} as `loadDataSet` and `checkMemory` do
 */
export async function openDataSet(
  directory?: string,
  flags: Partial<Plan> & { readonly quiet?: boolean } = {},
): Promise<DataSet> {
  const { classes, engine = defaultEngine, settings = [], quiet = false } = flags;
  const loading = showLoading(quiet);
  const foundSizes = (sizes: DataSizes) => {
    const doubt = checkMemory(sizes, { engine, settings, classes });
    if (doubt !== null && !quiet) warn(doubt);
  };
  try {
    return await loadDataSet({ directory, classes, foundSizes, progress: loading.show });
  } finally {
    loading.stop();
  }
}

/** Whether a name is that of a folder rather than a file: it has no ending, or a slash at its end. */
export function isFolderName(path: string): boolean {
  return extname(path) === "" || /[/\\]$/.test(path);
}

function checkEnding(flag: string, path: string, kind: keyof typeof endings): void {
  const allowed: readonly string[] = endings[kind];
  if (allowed.length === 0 || allowed.includes(extname(path).toLowerCase())) return;
  const orFolder = kind === "pictureOrFolder" ? ", or a folder, without an ending" : "";
  throw new UsageError(
    `${flag}: expected a file name that ends in ${allowed.join(" or ")}${orFolder}`,
  );
}

function refuse(label: string, other: string): never {
  throw new UsageError(`${label}: expected another file than ${other}`);
}

/** A name for the file that a path leads to, the same for all paths to it. */
function identity(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It does not exist yet.
  }
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return resolve(path);
  }
}

/** Where an interrupted run saves a file: model.json becomes model.partial.json. */
export function partialPath(path: string): string {
  return withWord(path, "partial");
}

/** Where the file is kept that a model replaces: model.json becomes model.previous.json. */
export function previousPath(path: string): string {
  return withWord(path, "previous");
}

function withWord(path: string, word: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.${word}${extension}`;
}
