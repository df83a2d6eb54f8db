import { useEffect, useRef } from "preact/hooks";
import { darkPalette, inkColour, largestSize, lightPalette, signedColour } from "../../palette.js";
import { useDark } from "./theme.js";

export interface PixelImageProps {
  readonly shape: { readonly rows: number; readonly columns: number };
  /** (rows, columns) */
  readonly values: ArrayLike<number>;
  /** ink: 0 is paper, `most` is ink. signed: 0 is paper, negative blue, positive red. */
  readonly kind: "ink" | "signed";
  /** The value of the strongest color; by default 255 for ink, and the largest size for signed. */
  readonly most?: number;
  /** The longer side in pixels of the screen. */
  readonly size?: number;
  /** What the picture shows, for screen readers. */
  readonly label: string;
}

/** A small grid of numbers as a picture. */
export function PixelImage({ shape, values, kind, most, size = 140, label }: PixelImageProps) {
  const { rows, columns } = shape;
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useDark();
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined) return;
    const picture = context.createImageData(columns, rows);
    const palette = dark ? darkPalette : lightPalette;
    const strongest = most ?? (kind === "ink" ? 255 : largestSize(values));
    for (let i = 0; i < rows * columns; i++) {
      const color =
        kind === "ink"
          ? inkColour(strongest === 0 ? 0 : (255 * values[i]) / strongest, palette)
          : signedColour(values[i], strongest, palette);
      picture.data.set([...color, 255], 4 * i);
    }
    context.putImageData(picture, 0, 0);
  }, [values, rows, columns, kind, most, dark]);
  const zoom = size / Math.max(rows, columns);
  return (
    <canvas
      ref={canvas}
      class="pixels"
      role="img"
      aria-label={label}
      width={columns}
      height={rows}
      style={{ "--width": `${zoom * columns}px` }} // the style sheet may choose another
    />
  );
}
