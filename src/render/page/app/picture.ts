import { useCallback, useEffect, useState } from "preact/hooks";
import type { PixelValues } from "../../../dataset/pixelValues.js";
import { digitOf } from "../../../digits/digitImages.js";
import { mostPhotoPixels, type Pixels, pixelsOf } from "../../../digits/pixels.js";

/*
 * A picture that is dropped, pasted, chosen or photographed: decoded by the browser, then read by the code that
 * mnist-predict uses.
 */

/** A picture for the pad. */
export interface PadPicture {
  /** (rows, columns) intensity 0..255; null without a picture. */
  readonly image: Uint8Array | null;
  /** What was read, or why it was not; empty without a picture. */
  readonly said: string;
  /** Reads a picture's file. */
  readonly take: (file: File) => void;
  /** Takes the picture away. */
  readonly clear: () => void;
}

/** The size of images for a net, and their intensities. */
interface ImageKind {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: PixelValues;
}

const none = { image: null, said: "" };

/** The picture that was taken last, from the clipboard as well. */
export function usePicture({ rows, columns, pixels }: ImageKind): PadPicture {
  const [read, setRead] = useState<Pick<PadPicture, "image" | "said">>(none);
  const take = useCallback(
    async (file: File) => {
      try {
        const decoded = await pixelsIn(file);
        const { image, digits } = digitOf(decoded, rows, columns, file.name, pixels);
        const several = `${digits} digits, read as one: crop it to one of them, or use mnist-predict --many.`;
        setRead({ image, said: `${file.name}${digits > 1 ? `: ${several}` : ""}` });
      } catch (error) {
        setRead({ image: null, said: (error as Error).message });
      }
    },
    [rows, columns, pixels],
  );
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      const file = pictureAmong(clipboardData?.files);
      if (file !== undefined) take(file);
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  }, [take]);
  return { ...read, take, clear: () => setRead(none) };
}

/** The first picture among files; undefined if there is none. */
export function pictureAmong(files: Iterable<File> | null | undefined): File | undefined {
  return [...(files ?? [])].find(({ type }) => type.startsWith("image/"));
}

/** The pixels of a file, the right way up. */
async function pixelsIn(file: File): Promise<Pixels> {
  const bitmap = await createImageBitmap(file, {
    imageOrientation: "from-image",
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  }).catch(() => {
    throw new Error(`${file.name}: not a picture that this browser can read; try a PNG or JPEG.`);
  });
  const { width, height } = bitmap;
  if (width * height > mostPhotoPixels) {
    bitmap.close();
    throw new Error(`${file.name}: ${width} x ${height} pixels; use a smaller picture.`);
  }
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("This browser has no canvas to read pictures with.");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return pixelsOf(width, height, context.getImageData(0, 0, width, height).data, 4);
}
