import { useEffect, useRef } from "preact/hooks";
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
    const scale = most ?? (kind === "ink" ? 255 : largest(values));
    for (let i = 0; i < rows * columns; i++) {
      const strength = scale === 0 ? 0 : Math.max(-1, Math.min(1, values[i] / scale));
      picture.data.set(
        kind === "ink" ? inkColour(strength, dark) : signedColour(strength, dark),
        4 * i,
      );
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

type Colour = readonly [number, number, number, number];

const paper = { light: [255, 255, 255], dark: [13, 17, 23] } as const;
const ink = { light: [20, 24, 31], dark: [240, 243, 246] } as const;
const positive = { light: [190, 24, 40], dark: [255, 106, 105] } as const;
const negative = { light: [18, 84, 190], dark: [92, 160, 255] } as const;

function inkColour(strength: number, dark: boolean): Colour {
  return dark ? mix(paper.dark, ink.dark, strength) : mix(paper.light, ink.light, strength);
}

function signedColour(strength: number, dark: boolean): Colour {
  const end = strength < 0 ? negative : positive;
  return dark
    ? mix(paper.dark, end.dark, Math.abs(strength))
    : mix(paper.light, end.light, Math.abs(strength));
}

function mix(from: readonly number[], to: readonly number[], share: number): Colour {
  const between = (i: number) => Math.round(from[i] + (to[i] - from[i]) * Math.max(0, share));
  return [between(0), between(1), between(2), 255];
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}
