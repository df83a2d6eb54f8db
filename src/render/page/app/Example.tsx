import { exampleDigit, readsDigits } from "./exampleDigit.js";
import { PixelImage } from "./PixelImage.js";
import type { ShownNet } from "./report.js";
import { imageOf, type Stroke } from "./strokes.js";

/** What the pad shows before one draws. */
export interface Example {
  /** What it is, in words. */
  readonly name: string;
  /** (rows, columns) intensity 0..255 */
  readonly image: Uint8Array;
  /** How it was drawn; null for a test image. */
  readonly strokes: readonly Stroke[] | null;
}

/** A drawn digit for a model that reads digits, else a test image that it answers right; null if there is none. */
export function exampleOf(
  payload: Pick<ShownNet["payload"], "rows" | "columns" | "classNames" | "images">,
  images: ShownNet["images"],
): Example | null {
  const { rows, columns, classNames, images: answers } = payload;
  if (readsDigits(classNames)) {
    const image = imageOf(exampleDigit, rows, columns);
    return image && { name: "The example", image, strokes: exampleDigit };
  }
  const sure = answers.findIndex((at) => at.label === at.prediction && at.probability > 0.9);
  const n = Math.max(0, sure);
  if (images.length === 0) return null;
  return { name: `The example, test image ${answers[n].index},`, image: images[n], strokes: null };
}

interface OnPadProps {
  readonly example: Example;
  readonly shape: { readonly rows: number; readonly columns: number };
}

/** The example over the empty pad, which gets the pointer. */
export function ExampleOnPad({ example: { strokes, image }, shape }: OnPadProps) {
  return (
    <div class="example">
      {strokes === null ? (
        <PixelImage shape={shape} values={image} kind="ink" size={280} label="The example" />
      ) : (
        <svg class="pad" viewBox="0 0 280 280" aria-hidden="true">
          {strokes.map((stroke, n) => (
            <polyline key={n} points={stroke.map(({ x, y }) => `${x},${y}`).join(" ")} />
          ))}
        </svg>
      )}
      <span class="badge">Example: draw your own here</span>
    </div>
  );
}
