import type { Random } from "../../src/random.js";

export function drawn(
  digit: Uint8Array,
  page: number,
  zoom: number,
  random: Random,
  away?: number,
): Uint8Array;
