import type { Command } from "commander";
import { UsageError } from "../../errors.js";
import { seedRange } from "../../settings/settings.js";
import { createCommand, runCommand } from "../command.js";
import { addDataFlags, numberFlag, oneOf } from "../flags.js";
import { splitNames } from "../io/modelAndData.js";
import { checkPicturePath } from "../io/sheetOutput.js";
import { showHistory } from "./show/history.js";
import { type ImageFlags, showImages } from "./show/images.js";
import { showWeights } from "./show/weights.js";

interface Flags extends ImageFlags {
  readonly weights?: true;
  readonly history?: string;
}

/** The most rows of images, and the most side by side. */
const most = 1000;

/** `mnist-show`: images, answers, weights and curves to look at; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand(
    "mnist-show",
    "Look at images, at a model's answers to them, and at what it has learned.",
    [
      "mnist-show                                     test images, chosen at random",
      "mnist-show --label 7 --seed 2                  others, all of them sevens",
      "mnist-show --model model.json                  with the model's answers, ✗ where wrong",
      "mnist-show --model model.json --only-wrong     the mistakes that it was surest of",
      "mnist-show --model model.json --weights        what its hidden units look for",
      "mnist-show --index 8,115 --out two.png         into a file; .svg as well",
      "mnist-show --history history.json              the curves of a training",
    ],
  );
  command
    .option("--model <file>", "a file that mnist-train saved: titles say what it answers")
    .option("--only-wrong", "of its answers the wrong ones, those first that it was surest of")
    .option(
      "--weights",
      "its hidden units instead, the strongest first: |weights in| x |weights out|",
    )
    .option("--history <file>", "the curves that mnist-train --history saved instead")
    .option(
      "--split <name>",
      `images to choose from: ${splitNames.join(", ")}; without a model, train is the whole ` +
        "training file and validation its last 10000",
      (text) => oneOf("--split", text, splitNames),
      "test",
    )
    .option("--label <n>", "images of this class only", numberFlag("--label", count(0, 255)))
    .option(
      "--index <list>",
      "exactly these, such as 8,115: images of the split, or units",
      indices,
    )
    .option("--seed <n>", "where chance starts", numberFlag("--seed", seedRange), 1)
    .option("--rows <n>", "rows of images", numberFlag("--rows", count(1, most)), 3)
    .option(
      "--columns <n>",
      "images in a row (default: as many as the terminal has room for, 8 in a file)",
      numberFlag("--columns", count(1, most)),
    )
    .option("--out <file>", "write a picture, .png or .svg, instead of showing it here")
    .option("--json", "print what is shown as one JSON document");
  addDataFlags(command);
  return runCommand(command, argv, () => run(command, command.opts()));
}

async function run(command: Command, flags: Flags): Promise<number> {
  checkTogether(command, flags);
  const { model, weights, history, out, json } = flags;
  if (history !== undefined) return showHistory(history, { out, json });
  checkPicturePath(out, model);
  return weights && model !== undefined ? showWeights(model, flags) : showImages(flags);
}

/** Flags that say nothing beside another one, by the name that commander has for it. */
const excluded: Readonly<Record<string, readonly string[]>> = {
  history: [
    ...["model", "onlyWrong", "weights", "split", "label", "index", "seed", "rows", "columns"],
    ...["data", "classes", "engine", "threads"],
  ],
  weights: ["onlyWrong", "split", "label", "seed", "data", "classes", "engine", "threads"],
  onlyWrong: ["index", "seed"],
  index: ["label", "seed", "rows"],
};

/** @throws {UsageError} when flags contradict each other, or one does nothing */
function checkTogether(command: Command, { model, onlyWrong, weights }: Flags): void {
  const given = (key: string) => command.getOptionValueSource(key) === "cli";
  for (const [key, others] of Object.entries(excluded)) {
    const other = given(key) ? others.find(given) : undefined;
    if (other === undefined) continue;
    throw new UsageError(
      `${flag(command, key)} and ${flag(command, other)}: expected one of the two`,
    );
  }
  if (model !== undefined || !(onlyWrong || weights)) return;
  const needy = onlyWrong ? "--only-wrong" : "--weights";
  throw new UsageError(`${needy} does nothing by itself: expected --model too`);
}

/** A flag as a user writes it: "--only-wrong". */
function flag(command: Command, key: string): string {
  return command.options.find((option) => option.attributeName() === key)?.long ?? key;
}

function count(least: number, most: number) {
  return { whole: true, least, most };
}

/** Reads whole numbers with commas between them. */
function indices(text: string): number[] {
  if (/^\s*\d{1,9}(\s*,\s*\d{1,9})*\s*$/.test(text)) return text.split(",").map(Number);
  throw new UsageError(
    `--index ${text}: expected whole numbers from 0 with commas between them, such as 8,115`,
  );
}
