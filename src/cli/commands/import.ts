import { Option } from "commander";
import { classNamesFile, encodeClassNames } from "../../dataset/classNames.js";
import { encodeIdx } from "../../dataset/idx.js";
import { type LabelledImages, pickImages } from "../../dataset/labelledImages.js";
import { idxFileNames } from "../../dataset/source.js";
import { drawTestImages } from "../../dataset/testShare.js";
import { readDigit, readScaled } from "../../digits/picture.js";
import { writeFolderWhole } from "../../documents/files.js";
import { exitCodes, refuse, UsageError } from "../../errors.js";
import { Random, streams } from "../../random.js";
import { counted } from "../../render/numbers.js";
import { flagOf } from "../../settings/flagName.js";
import { seedRange } from "../../settings/settings.js";
import { createCommand, givenFlags, runCommand } from "../command.js";
import { numberFlag, oneOf } from "../flags.js";
import { findPictures, forEachPicture, type PictureFolder } from "../io/pictureFolder.js";
import { readPictureFile } from "../io/readImages.js";
import { note, printError, warn } from "../io/terminal.js";

const fits = { digits: readDigit, none: readScaled } as const;
type Fit = keyof typeof fits;

interface Flags {
  readonly out: string;
  readonly fit: Fit;
  readonly size: readonly [rows: number, columns: number];
  readonly testShare: number;
  readonly seed: number;
  readonly quiet?: true;
}

/** The flags that draw test images. */
const drawing = ["testShare", "seed"];
/** The most problems that are printed. */
const MOST_PROBLEMS = 20;
/** The most pixels of all pictures: their files are put together and written in one piece each. */
const MOST_BYTES = 2 ** 31 - 1;
/** The longest side of an image. */
const MOST_SIDE = 1000;

/** `mnist-import`: turns a folder of pictures into a data set; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand(
    "mnist-import",
    "Turn a folder of PNG or JPEG pictures into the four IDX files that mnist-train --data reads. Each class " +
      "has a folder, whose name is kept: pictures/cat/*.png, pictures/dog/*.jpg. The folders " +
      "pictures/train and pictures/test may hold those of the classes.",
    [
      ["mnist-import digits --out mine", "digits, fitted as MNIST has them"],
      ["mnist-import pets --out my-pets --fit none", "anything else, scaled"],
      ["mnist-train --data mine", "then train on them"],
    ],
  );
  command
    .inputArgument("<pictures>", "a folder with a folder of PNG or JPEG pictures for each class")
    .optionsGroup("Output:")
    .output("--out <folder>", "a new folder for the data set", "newFolder", { required: true })
    .option(
      "--fit <how>",
      "digits: cut out and centered as in MNIST, ink is 255; none: the picture scaled to the size",
      (text) => oneOf("--fit", text, Object.keys(fits) as Fit[]),
      "digits",
    )
    .addOption(
      new Option("--size <n>", "side of an image in pixels, or rows x columns such as 28x20")
        .argParser(size)
        .default([28, 28], "28"),
    )
    .option("--quiet", "print errors only")
    .optionsGroup("Data:")
    .addOption(
      new Option("--test-share <x>", "share of each class to test on")
        .argParser(numberFlag("--test-share", { whole: false, least: 0.001, most: 0.9 }))
        .default(1 / 7, "1/7, as in MNIST"),
    )
    .option("--seed <n>", "random seed that draws them", numberFlag("--seed", seedRange), 1);
  return runCommand(command, argv, () => {
    const found = findPictures(command.processedArgs[0]);
    const idle = drawing.find((name) => name in givenFlags(command));
    if (found.test !== null && idle !== undefined) {
      throw new UsageError(
        `${flagOf(idle)} has no effect on a folder that has test pictures, in train and test`,
      );
    }
    return run(command.processedArgs[0], found, command.opts());
  });
}

/** Reads the size of an image: 28 or 28x20. */
function size(text: string): [number, number] {
  const [, rows, columns = rows] = /^(\d{1,4})(?:x(\d{1,4}))?$/.exec(text) ?? [];
  const both = [Number(rows), Number(columns)] as [number, number];
  if (both.every((side) => side >= 1 && side <= MOST_SIDE)) return both;
  throw new UsageError(
    `--size ${text}: expected pixels from 1 to ${MOST_SIDE}, or rows x columns such as 28x20`,
  );
}

async function run(folder: string, found: PictureFolder, flags: Flags): Promise<number> {
  const { classNames, strays } = found;
  if (strays.length > 0 && !flags.quiet) {
    warn(
      `left out ${counted(strays.length, "file")} in no folder of a class, such as ${strays[0]}`,
    );
  }
  const all = [...found.train, ...(found.test ?? [])];
  const [rows, columns] = flags.size;
  if (all.length * rows * columns > MOST_BYTES) {
    const most = `at most ${Math.floor(MOST_BYTES / rows / columns)} of ${rows} x ${columns}`;
    refuse(folder, `${all.length} pictures`, most, "use fewer pictures or a smaller --size");
  }
  const images = new Uint8Array(all.length * rows * columns);
  const problems = await forEachPicture(all, async ({ path }, n) => {
    const image = fits[flags.fit](await readPictureFile(path), rows, columns, path);
    images.set(image, n * rows * columns);
  });
  if (problems.length > 0) {
    for (const problem of problems.slice(0, MOST_PROBLEMS)) printError(problem);
    const more = problems.length - MOST_PROBLEMS;
    if (more > 0) note(`and ${counted(more, "other picture")}`);
    return exitCodes.input;
  }
  const labels = Uint8Array.from(all, ({ label }) => label);
  const { train, test } = divide({ images, labels, rows, columns }, found, folder, flags);
  await writeFolderWhole(flags.out, dataFiles(train, test, classNames));
  if (!flags.quiet) {
    const sizes = `${train.labels.length} training and ${counted(test.labels.length, "test image")}`;
    const names = classNames.map((name, c) => `${name} ${labels.filter((l) => l === c).length}`);
    note(`saved ${flags.out}: ${sizes} of ${rows} x ${columns}`);
    note(`${classNames.length} classes: ${names.join(", ")}`);
  }
  return exitCodes.done;
}

/** The images to train on and those to test on, as the folder has them or drawn. */
function divide(
  all: LabelledImages,
  { train, test }: PictureFolder,
  folder: string,
  { testShare, seed }: Flags,
): { readonly train: LabelledImages; readonly test: LabelledImages } {
  const indices = Uint32Array.from(all.labels, (_, n) => n);
  const parts =
    test === null
      ? drawTestImages(all.labels, testShare, Random.fromSeed(seed, streams.testShare))
      : { train: indices.subarray(0, train.length), test: indices.subarray(train.length) };
  if (parts.test.length === 0) {
    const remedy = "add pictures, or divide them into train and test yourself";
    refuse(folder, "one picture of each class", "two or more of some class", remedy);
  }
  return { train: pickImages(all, parts.train), test: pickImages(all, parts.test) };
}

/** The files of a data set with their contents. */
function dataFiles(
  train: LabelledImages,
  test: LabelledImages,
  classNames: readonly string[],
): [name: string, contents: string | Uint8Array][] {
  const images = ({ images: values, labels, rows, columns }: LabelledImages) =>
    encodeIdx({ values, shape: [labels.length, rows, columns] });
  const labels = ({ labels: values }: LabelledImages) =>
    encodeIdx({ values, shape: [values.length] });
  return [
    [idxFileNames.trainImages, images(train)],
    [idxFileNames.trainLabels, labels(train)],
    [idxFileNames.testImages, images(test)],
    [idxFileNames.testLabels, labels(test)],
    [classNamesFile, encodeClassNames(classNames)],
  ];
}
