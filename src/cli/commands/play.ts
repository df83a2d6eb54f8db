import { readFileSync } from "node:fs";
import { type LabelledImages, sliceImages } from "../../dataset/labelledImages.js";
import { writeFileWhole } from "../../documents/files.js";
import { exitCodes, refuse } from "../../errors.js";
import { type PlayParts, playPage } from "../../play/playPage.js";
import { MOST_BYTES } from "../../render/page/reportPage.js";
import { createCommand, runCommand } from "../command.js";
import { note } from "../io/terminal.js";

/** Images to train on in a page: the most of these that leave it under 4 MB. */
const TRAINED = [20000, 15000, 10000, 5000];
const TESTED = 1000;

/** The page is made for the digits of MNIST: their size, and ten classes. */
const SIDE = 28;
const CLASSES = 10;

/** `mnist-play`: writes a page in which a network learns; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand(
    "mnist-play",
    "Write one HTML file in which a network learns while you watch, without a network connection.",
    [
      ["mnist-play", "play.html, to open in a browser"],
      ["mnist-play class.html", "under another name"],
      ["mnist-play --data ./fashion fashion.html", "with other images of 28 x 28 pixels"],
    ],
  );
  command
    .outputArgument("[page]", "HTML file to write", "html", "play.html")
    .optionsGroup("Data:")
    .option("--data <dir>", "folder with the four IDX files (default: ./data, else MNIST itself)")
    .optionsGroup("Output:")
    .option("--quiet", "print errors only");
  return runCommand(command, argv, async (openData) => {
    const { train, test, classCount, directory } = await openData();
    checkFit(directory, train, classCount);
    const [path] = command.processedArgs;
    const page = pageThatFits(directory, train, test);
    await writeFileWhole(path, page);
    const size = megabytes(Buffer.byteLength(page));
    if (!command.opts().quiet) note(`saved ${path}: ${size} MB, open it in a browser`);
    return exitCodes.done;
  });
}

/** The page with as many images as it has room for. */
function pageThatFits(directory: string, train: LabelledImages, test: LabelledImages): string {
  const parts = readParts();
  const first = (all: LabelledImages, most: number) =>
    sliceImages(all, 0, Math.min(most, all.labels.length));
  let bytes = 0;
  for (const trained of TRAINED) {
    const page = playPage({ train: first(train, trained), test: first(test, TESTED) }, parts);
    bytes = Buffer.byteLength(page);
    if (bytes <= MOST_BYTES) return page;
  }
  const found = `a page of ${megabytes(bytes)} MB`;
  return refuse(directory, found, "at most 4 MB", "use images that gzip makes smaller");
}

function checkFit(directory: string, { rows, columns }: LabelledImages, classCount: number): void {
  if (rows === SIDE && columns === SIDE && classCount <= CLASSES) return;
  const found = `images of ${rows} x ${columns} pixels in ${classCount} classes`;
  refuse(directory, found, "28 x 28 pixels, at most 10 classes", "train with mnist-train instead");
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** The page's code, from the build. */
function readParts(): PlayParts {
  const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url));
  const text = (name: string) => read(name).toString("utf8");
  return {
    script: text("play/page.js"),
    style: text("play/page.css"),
    worker: text("play/worker.js"),
    kernels: new Uint8Array(read("engine/simd/kernels-single.wasm")),
  };
}
