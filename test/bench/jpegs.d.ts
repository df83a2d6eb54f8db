interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}
export function encodeJpeg(picture: Picture, quality: number): Uint8Array;
export function withOrientation(
  file: Uint8Array,
  orientation: number,
  isLittle?: boolean,
): Uint8Array;
export function stored(picture: Picture, orientation: number): Picture;
