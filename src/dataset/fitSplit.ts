import type { LabelledImages } from "./labelledImages.js";
import { partsApart } from "./order.js";
import type { SplitSettings } from "./split.js";

/** One image of so many is set aside, unless the settings say fewer; of MNIST that is 10000 of 60000. */
const SHARE = 6;

/**
 * A split that suits a training file, as far as it is not given.
 *
 * At most a sixth of the file is set aside, and a limit that exceeds the rest is dropped. If the images at
 * the start or the end of the file would not have its classes, they are taken in random order.
 *
 * @param wanted the split of a recipe, made for MNIST
 * @param given  what the user chose, which stays
 */
export function fitSplit(
  { labels }: Pick<LabelledImages, "labels">,
  wanted: SplitSettings,
  given: Partial<SplitSettings> = {},
): Required<Omit<SplitSettings, "centring" | "deskew">> {
  const N = labels.length;
  const validation = given.validation ?? Math.min(wanted.validation, Math.floor(N / SHARE));
  const rest = N - validation;
  const fits = wanted.limit === null || wanted.limit <= rest;
  const limit = given.limit ?? (fits ? wanted.limit : null);
  const ordered = partsApart(labels, { validation, limit }).length > 0;
  const split = given.split ?? (ordered ? "shuffled" : (wanted.split ?? "end"));
  return { validation, limit, split };
}
