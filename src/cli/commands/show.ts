import { UsageError } from "../../errors.js";
import { flagOf } from "../../settings/flagName.js";
import { seedRange } from "../../settings/settings.js";
import { createCommand, exclude, givenFlags, type HelpItem, runCommand } from "../command.js";
import { addDataFlags, numberFlag } from "../flags.js";
import { type FileCommand, isFolderName, type OpenData } from "../io/files.js";
import { splitFlag } from "../io/modelAndData.js";
import { addModelFlags, modelArgument } from "../io/savedFiles.js";
import { addBackwardFlags, type BackwardFlags, showBackward } from "./show/backward.js";
import { showHistory } from "./show/history.js";
import { showImages } from "./show/images.js";
import { showWeights } from "./show/weights.js";

interface Flags extends BackwardFlags {
  readonly backward?: true;
  readonly weights?: true;
  readonly history?: readonly string[];
}

/** Flags that only the backward pass has. */
const ofBackward = ["unit", "learningRate"] as const;

/** The most rows of images, and the most images in a row. */
const MOST = 1000;

/** Flags for images of a data set. */
const images = ["split", "label", "seed", "data", "classes", "engine", "threads"];

/** Flags that cannot be used with another one. */
const excluded = {
  history: [
    "model",
    "mean",
    "scale",
    "onlyWrong",
    "weights",
    "index",
    "rows",
    "columns",
    ...images,
  ],
  weights: ["onlyWrong", "backward", ...images],
  backward: ["history", "rows", "columns"],
  onlyWrong: ["index", "seed"],
  index: ["label", "seed", "rows"],
};

/** Examples at the top of --help. */
const examples: readonly HelpItem[] = [
  ["mnist-show", "random test images"],
  ["mnist-show --label 7 --seed 2", "others, all of them sevens"],
  ["mnist-show --model model.json", "with predictions, ✗ where wrong"],
  ["mnist-show --model model.json --only-wrong", "the most confident mistakes"],
  ["mnist-show --model model.json --weights", "what its hidden units look for"],
  ["mnist-show --backward --index 7", "how one image would change model.json"],
  ["mnist-show --index 8,115 --out two.png", "write a file; .svg works too"],
  ["mnist-show --out pictures", "each test image as a PNG"],
  ["mnist-show --history history.json", "the curves of a training run"],
  ["mnist-show --history a.json b.json", "the curves of several, compared"],
];

/** `mnist-show`: shows images, predictions, weights or curves; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand(
    "mnist-show",
    "Show images, a model's predictions for them, and what the model has learned.",
    examples,
  );
  addFlags(command);
  return runCommand(command, argv, (openData) => {
    checkFolderFlags(givenFlags(command));
    return run(command.opts(), openData);
  });
}

function addFlags(command: FileCommand): void {
  command
    .optionsGroup("Data:")
    .addOption(
      splitFlag(
        "images to choose from",
        "; without a model, train is the whole training file, and validation its last 10000 images",
      ),
    )
    .option("--label <class>", "only images of this class, by name or number")
    .option(
      "--index <list>",
      "images of the split, or units, by index, such as 8,115 or 0..99",
      indices,
    )
    .option("--seed <n>", "random seed that chooses images", numberFlag("--seed", seedRange), 1)
    .optionsGroup("Network:")
    .input("--model <file>", `${modelArgument}; titles show its predictions`)
    .option("--only-wrong", "show only misclassified images, most confident first")
    .option(
      "--weights",
      "show hidden units instead, of a model, a checkpoint or a snapshot, strongest first: " +
        "|weights in| x |weights out|",
    );
  addModelFlags(command);
  addBackwardFlags(command);
  command
    .input(
      "--history <files...>",
      "show the curves that mnist-train --history saved instead; of several runs, on common axes",
    )
    .optionsGroup("Output:")
    .option(
      "--rows <n>",
      "rows of images (default: as many as fit the terminal, 3 elsewhere)",
      wholeNumber("--rows", 1, MOST),
    )
    .option(
      "--columns <n>",
      "images in a row (default: as many as fit the terminal, 8 in a file)",
      wholeNumber("--columns", 1, MOST),
    )
    .output(
      "--out <file>",
      "write a picture, .png or .svg, instead of showing it here; or a new folder, with each image " +
        "as a PNG in a folder of its class",
      "pictureOrFolder",
    )
    .option("--json", "print what is shown as one JSON document");
  addDataFlags(command);
  exclude(command, excluded);
}

/** Refuses flags that have no effect where --out names a folder. */
function checkFolderFlags(given: Readonly<Record<string, unknown>>): void {
  const { out } = given;
  if (typeof out !== "string" || !isFolderName(out)) return;
  const one = ["backward", "weights", "history"].find((name) => name in given);
  if (one !== undefined) {
    throw new UsageError(`--out ${out}: ${flagOf(one)} makes one picture, expected a .png or .svg`);
  }
  const idle = ["rows", "columns", "seed"].find((name) => name in given);
  if (idle === undefined) return;
  throw new UsageError(
    `${flagOf(idle)} has no effect on a folder, which gets all images; choose some by --index or --label`,
  );
}

function run(flags: Flags, openData: OpenData): Promise<number> {
  const { model, history, weights, backward } = flags;
  const idle = backward ? undefined : ofBackward.find((name) => flags[name] !== undefined);
  if (idle !== undefined) throw new UsageError(`${flagOf(idle)} has no effect without --backward`);
  if (history !== undefined) return showHistory(history, flags);
  if (backward && model !== undefined) return showBackward(model, flags, openData);
  const ofModel = (["onlyWrong", "weights", "mean", "scale"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (model === undefined && ofModel !== undefined) {
    throw new UsageError(`${flagOf(ofModel)} has no effect without --model`);
  }
  return weights && model !== undefined ? showWeights(model, flags) : showImages(flags, openData);
}

function wholeNumber(flag: string, least: number, most: number) {
  return numberFlag(flag, { whole: true, least, most });
}

/** The most images that a range may name: as many as an index has digits for, and memory. */
const MOST_INDICES = 10_000_000;

/** Reads whole numbers and ranges with commas between them. */
function indices(text: string): number[] {
  const parts = text.split(",").map((part) => /^\s*(\d{1,9})(?:\.\.(\d{1,9}))?\s*$/.exec(part));
  const chosen = parts.flatMap((part) => {
    const [from, to] = [Number(part?.[1]), Number(part?.[2] ?? part?.[1])];
    const count = to - from + 1;
    return count >= 1 && count <= MOST_INDICES
      ? Array.from({ length: count }, (_, i) => from + i)
      : [Number.NaN];
  });
  if (chosen.every((index) => index >= 0)) return chosen;
  throw new UsageError(
    `--index ${text}: expected whole numbers from 0 with commas between them, such as 8,115 or 0..99`,
  );
}
