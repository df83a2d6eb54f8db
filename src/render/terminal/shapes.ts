import type { LabelledImages } from "../../dataset/labelledImages.js";
import type { DataSet } from "../../dataset/source.js";
import type { Split, SplitSettings } from "../../dataset/split.js";

/** The shapes of a data set, in lines of text. */
export function describeData({ name, directory, classCount, train, test }: DataSet): string {
  const shape = ({ labels, rows, columns }: LabelledImages) =>
    `${labels.length} x ${rows} x ${columns}`;
  return [
    `${name ?? "a data set without a known name"} from ${directory}, ${classCount} classes`,
    `  training images    ${shape(train)}`,
    `  test images        ${shape(test)}`,
  ].join("\n");
}

/** The shapes after the split, each image flattened to a row, in lines of text. */
export function describeSplit(
  { train, validation, meanImage }: Split,
  { split }: Pick<SplitSettings, "split">,
): string {
  const flat = ({ labels, rows, columns }: LabelledImages) =>
    `${labels.length} x ${rows * columns}`;
  const centred = meanImage.some((mean) => mean !== 0);
  return [
    `${split === "shuffled" ? "shuffled and split" : "split"}, ${centred ? "" : "no "}mean image of the training images subtracted`,
    `  training images    ${flat(train)}`,
    `  validation images  ${flat(validation)}`,
  ].join("\n");
}
