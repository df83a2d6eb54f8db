import { type Random, shuffle } from "../random.js";

/** Which images are to train on and which to test on, by their indices. */
export interface TrainAndTest {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Draws test images from a data set that has none, the same share of each class, and leaves the rest in random order.
 *
 * A class with two images or more gets at least one in each part; a single one is to train on.
 *
 * @param labels (N)
 * @param share  of the images to test on, above 0 and below 1
 */
export function drawTestImages(labels: Uint8Array, share: number, random: Random): TrainAndTest {
  const order = Uint32Array.from(labels, (_, n) => n);
  shuffle(order, random);
  const counts = new Uint32Array(256);
  for (const label of labels) counts[label]++;
  const wanted = counts.map((count) =>
    Math.min(count - Math.min(count, 1), Math.max(1, Math.round(share * count))),
  );
  const isTest = new Uint8Array(labels.length);
  for (const n of order) {
    if (wanted[labels[n]] === 0) continue;
    wanted[labels[n]]--;
    isTest[n] = 1;
  }
  return {
    train: order.filter((n) => isTest[n] === 0),
    test: order.filter((n) => isTest[n] === 1),
  };
}
