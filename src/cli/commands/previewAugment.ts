import { copyKey, distort, planDistortion } from "../../dataset/augment.js";
import { splitImages } from "../../dataset/split.js";
import { writeFileWhole } from "../../documents/files.js";
import { exitCodes } from "../../errors.js";
import { keyOf, Random, shuffle, streams } from "../../random.js";
import { encodePng, imageGrid } from "../../render/svg/imageGrid.js";
import { runLength } from "../../settings/schedule.js";
import { checkSettings, type Settings } from "../../settings/settings.js";
import type { OpenData } from "../io/files.js";
import { note, print } from "../io/terminal.js";

/** The most images in a preview, and copies of each: those of the first epochs of a run. */
const MOST_IMAGES = 10;
const MOST_COPIES = 9;

/** What decides the preview besides the settings. */
interface PreviewFlags {
  readonly openData: OpenData;
  readonly seed: number;
  readonly json?: true;
  readonly quiet?: true;
}

/** Draws training images beside the copies that a run with this seed learns from; the exit code. */
export async function previewAugment(
  path: string,
  settings: Settings,
  { openData, seed, json, quiet }: PreviewFlags,
): Promise<number> {
  checkSettings(settings, seed);
  const data = await openData();
  const { images, rows, columns, labels } = splitImages(data.train, settings).train;
  const plan = planDistortion(settings, rows, columns);
  const N = labels.length;
  const { iterations, iterationsPerEpoch } = runLength(settings, N);
  const epochs = Math.min(MOST_COPIES, Math.ceil(iterations / iterationsPerEpoch));
  const order = Uint32Array.from(labels, (_, index) => index);
  shuffle(order, Random.fromSeed(seed, streams.distortions));
  const grid = Array.from(order.subarray(0, MOST_IMAGES), (index) => {
    const image = images.subarray(index * rows * columns, (index + 1) * rows * columns);
    const copies = Array.from({ length: epochs }, (_, epoch) =>
      distort(image, plan, copyKey(keyOf(seed, streams.distortions, epoch), index)),
    );
    return [image, ...copies];
  });
  await writeFileWhole(path, encodePng(imageGrid(grid, rows, columns)));
  if (json) print(JSON.stringify({ preview: path, images: grid.length, epochs }));
  else if (!quiet) {
    note(`saved ${path}: ${grid.length} images, each beside its copies of ${epochs} epochs`);
  }
  return exitCodes.done;
}
