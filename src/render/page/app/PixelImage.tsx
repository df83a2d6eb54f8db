import { useEffect, useRef } from "preact/hooks";
import { darkPalette, inkColour, largestSize, lightPalette, signedColour } from "../../palette.js";
import { useDark } from "./theme.js";

export interface PixelImageProps {
  /** (rows, columns) */
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  /** ink: 0 is paper, `most` is ink. signed: 0 is paper, negative blue, positive red. */
  readonly kind: "ink" | "signed";
  /** The value of the strongest colour; 255 for ink and the largest there is for signed unless told. */
  readonly most?: number;
  /** Pixels of the screen for the longer side. */
  readonly size: number;
  /** What is seen, for who cannot see it. */
  readonly label: string;
}

/** A small grid of numbers as a picture. */
export function PixelImage({ values, rows, columns, kind, most, size, label }: PixelImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useDark();
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined) return;
    const picture = context.createImageData(columns, rows);
    const palette = dark ? darkPalette : lightPalette;
    const scale = most ?? (kind === "ink" ? 255 : largestSize(values));
    for (let i = 0; i < rows * columns; i++) {
      const colour =
        kind === "ink"
          ? inkColour(scale === 0 ? 0 : (255 * values[i]) / scale, palette)
          : signedColour(values[i], scale, palette);
      picture.data.set([...colour, 255], 4 * i);
    }
    context.putImageData(picture, 0, 0);
  }, [values, rows, columns, kind, most, dark]);
  const longer = Math.max(rows, columns);
  return (
    <canvas
      ref={canvas}
      class="pixels"
      role="img"
      aria-label={label}
      width={columns}
      height={rows}
      style={{ width: `${(size * columns) / longer}px`, height: `${(size * rows) / longer}px` }}
    />
  );
}
