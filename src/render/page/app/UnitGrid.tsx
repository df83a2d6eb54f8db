import { PixelImage, type PixelImageProps } from "./PixelImage.js";

/** One number of each hidden unit, row by row in a square. */
export function UnitGrid({ values, ...props }: Omit<PixelImageProps, "shape">) {
  const columns = Math.ceil(Math.sqrt(values.length));
  const rows = Math.ceil(values.length / columns);
  const padded = new Float32Array(rows * columns);
  padded.set(values);
  return <PixelImage shape={{ rows, columns }} values={padded} {...props} />;
}
