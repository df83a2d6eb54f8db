import { copyKey, distort, planDistortion } from "../../dataset/augment.js";
import { splitImages } from "../../dataset/split.js";
import { writeFileWhole } from "../../documents/files.js";
import { exitCodes } from "../../errors.js";
import { keyOf, Random, shuffle, streams } from "../../random.js";
import type { SheetImage } from "../../render/sheet.js";
import { sheetSvg } from "../../render/svg/imageSheetSvg.js";
import { runLength } from "../../settings/learningRate.js";
import { checkSettings, type Settings } from "../../settings/settings.js";
import type { OpenData } from "../io/files.js";
import { pictureOf } from "../io/pictures.js";
import { note, print } from "../io/terminal.js";
import { fitToData } from "../newRun.js";

/** The most images of a preview, and the most copies of each: those of the first epochs of a run. */
const MOST_IMAGES = 10;
const MOST_COPIES = 9;

/** The flags of a preview, besides the settings. */
interface PreviewFlags {
  readonly openData: OpenData;
  /** The flags that the user gave, by name. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly json?: true;
  readonly quiet?: true;
}

/** Draws training images beside the copies that a run with this seed learns from; the exit code. */
export async function previewAugment(
  path: string,
  wanted: Settings,
  { openData, given, seed, json, quiet }: PreviewFlags,
): Promise<number> {
  checkSettings(wanted, seed);
  const data = await openData();
  const settings = fitToData(wanted, given, data.train);
  const { train, pixels } = splitImages(data.train, settings);
  const { images, rows, columns, labels } = train;
  const plan = planDistortion(settings, rows, columns, pixels?.background);
  const { iterations, iterationsPerEpoch } = runLength(settings, labels.length);
  const epochs = Math.min(MOST_COPIES, Math.ceil(iterations / iterationsPerEpoch));
  const order = Uint32Array.from(labels, (_, index) => index);
  shuffle(order, Random.fromSeed(seed, streams.distortions));
  const chosen = order.subarray(0, MOST_IMAGES);
  const withCopies = (index: number): SheetImage[] => {
    const image = images.subarray(index * rows * columns, (index + 1) * rows * columns);
    const copies = Array.from({ length: epochs }, (_, epoch) => {
      const key = copyKey(keyOf(seed, streams.distortions, epoch), index);
      return { values: distort(image, plan, key), title: [[`epoch ${epoch + 1}`, ""]] as const };
    });
    return [
      { values: image, title: [[`label ${data.classNames[labels[index]]}`, `#${index}`]] },
      ...copies,
    ];
  };
  const sheet = {
    caption: "Training images, each beside its distorted copies",
    rows,
    columns,
    kind: "ink" as const,
    images: Array.from(chosen).flatMap(withCopies),
  };
  await writeFileWhole(path, await pictureOf(path, sheetSvg(sheet, 1 + epochs)));
  if (json) print(JSON.stringify({ preview: path, images: chosen.length, epochs }));
  else if (!quiet) {
    note(`saved ${path}: ${chosen.length} images, each beside its copies of ${epochs} epochs`);
  }
  return exitCodes.done;
}
