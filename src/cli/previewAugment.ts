import { extname } from "node:path";
import { copyKey, distort, planDistortion } from "../dataset/augment.js";
import { loadDataSet } from "../dataset/source.js";
import { splitImages } from "../dataset/split.js";
import { exitCodes, UsageError } from "../errors.js";
import { checkWritable, writeFileWhole } from "../files.js";
import { keyOf, Random, streams } from "../random.js";
import { encodePng, imageGrid } from "../report/imageGrid.js";
import { checkSettings, type Settings } from "../train/settings.js";
import { note } from "./terminal.js";

/** Images in a preview, and the copies of each: those of the first epochs of a run. */
const IMAGES = 10;
const COPIES = 9;

/** What decides the preview besides the settings. */
interface PreviewFlags {
  readonly data?: string;
  readonly classes?: number;
  readonly seed: number;
  readonly quiet?: true;
}

/** Draws training images beside the copies that a run with this seed learns from; the exit code. */
export async function previewAugment(
  path: string,
  settings: Settings,
  { data: directory, classes, seed, quiet }: PreviewFlags,
): Promise<number> {
  if (extname(path).toLowerCase() !== ".png") {
    throw new UsageError(`--preview-augment ${path}: expected a file name that ends in .png`);
  }
  checkWritable(path);
  checkSettings(settings, seed);
  const data = await loadDataSet({ directory, classes });
  const { images, rows, columns, labels } = splitImages(data.train, settings).train;
  const plan = planDistortion(settings, rows, columns);
  const random = Random.fromSeed(seed, streams.distortions);
  const grid = Array.from({ length: IMAGES }, () => {
    const index = random.below(labels.length);
    const image = images.subarray(index * rows * columns, (index + 1) * rows * columns);
    const copies = Array.from({ length: COPIES }, (_, epoch) =>
      distort(image, plan, copyKey(keyOf(seed, streams.distortions, epoch), index)),
    );
    return [image, ...copies];
  });
  await writeFileWhole(path, encodePng(imageGrid(grid, rows, columns)));
  if (!quiet) {
    note(`saved ${path}: ${IMAGES} images, each beside its copies in the first ${COPIES} epochs`);
  }
  return exitCodes.done;
}
