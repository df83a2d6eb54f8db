/** Images and labels, as far as their sizes go. */
interface Sized {
  readonly labels: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
}

/** The shapes of a data set as it was read, in lines of text. */
export function describeData(data: {
  readonly name: string | null;
  readonly directory: string;
  readonly train: Sized;
  readonly test: Sized;
  readonly classCount: number;
}): string {
  const { train, test } = data;
  return [
    `${data.name ?? "a data set without a known name"} from ${data.directory}, ` +
      `${data.classCount} classes`,
    `  training images    ${train.labels.length} x ${train.rows} x ${train.columns}`,
    `  test images        ${test.labels.length} x ${test.rows} x ${test.columns}`,
  ].join("\n");
}

/** The shapes after the split, each image flattened to a row, in lines of text. */
export function describeSplit(split: {
  readonly train: Sized;
  readonly validation: Sized;
}): string {
  const flat = ({ labels, rows, columns }: Sized) => `${labels.length} x ${rows * columns}`;
  return [
    "split, mean image of the training images subtracted",
    `  training images    ${flat(split.train)}`,
    `  validation images  ${flat(split.validation)}`,
  ].join("\n");
}
