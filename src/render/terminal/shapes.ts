import type { LabelledImages } from "../../dataset/labelledImages.js";
import type { DataSet } from "../../dataset/source.js";
import type { Split, SplitSettings } from "../../dataset/split.js";

/** The most class names on a line. */
const MOST_NAMES = 10;

/** The shapes of a data set, in lines of text. */
export function describeData(data: DataSet): string {
  const { name, directory, classCount, classNames, train, test } = data;
  const shape = ({ labels, rows, columns }: LabelledImages) =>
    `${labels.length} x ${rows} x ${columns}`;
  const isNamed = classNames.some((className, c) => className !== String(c));
  const more = classCount > MOST_NAMES ? ", …" : "";
  const names = isNamed ? `: ${classNames.slice(0, MOST_NAMES).join(", ")}${more}` : "";
  return [
    `${name ?? "a data set without a known name"} from ${directory}, ${classCount} classes${names}`,
    `  training images    ${shape(train)}`,
    `  test images        ${shape(test)}`,
  ].join("\n");
}

/** The shapes after the split, each image flattened to a row, in lines of text. */
export function describeSplit(
  { train, validation, meanImage, deskew }: Split,
  { split }: Pick<SplitSettings, "split">,
): string {
  const flat = ({ labels, rows, columns }: LabelledImages) =>
    `${labels.length} x ${rows * columns}`;
  const centred = meanImage.some((mean) => mean !== 0);
  return [
    `${split === "shuffled" ? "shuffled and split" : "split"}, ${deskew ? "deskewed, " : ""}${centred ? "" : "no "}mean image of the training images subtracted`,
    `  training images    ${flat(train)}`,
    `  validation images  ${flat(validation)}`,
  ].join("\n");
}
