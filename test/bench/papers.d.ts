import type { Random } from "../../src/random.js";

type Photo<T> = (ink: Uint8Array, side: number, random: Random) => T;
export const papers: Record<string, Photo<Uint8Array>>;
export const coloured: Record<
  string,
  Photo<{ readonly channels: number; readonly data: Uint8Array }>
>;
