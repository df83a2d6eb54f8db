import { unitGrid } from "../../unitGrid.js";
import { PixelImage, type PixelImageProps } from "./PixelImage.js";

/** One number of each hidden unit as a picture. */
export function UnitGrid({ values, ...props }: Omit<PixelImageProps, "shape">) {
  const grid = unitGrid(values);
  return <PixelImage shape={grid} {...props} values={grid.values} />;
}
