/*
 * Whether the order of a file has to do with its classes, as where a folder for each class was converted.
 */

/**
 * The least share of images that would have to change class for a part to have the classes of the whole
 * file: less does little harm. The last sixth of MNIST is at 0.01, that of a file sorted by class at 0.8.
 */
const APART = 0.2;
/**
 * Chance takes n images further than √(SURE / n) above their expected distance once in a million: ½ ln 10^6.
 *
 * Source: C. McDiarmid, "On the method of bounded differences" (1989)
 */
const SURE = 6.9;
/** So many standard deviations too few changes of class are not chance either. */
const FEW = 4;

/** A part of a file that a split takes. */
export interface Part {
  readonly place: "first" | "last";
  /** Index of its first image. */
  readonly from: number;
  /** Index after its last image. */
  readonly to: number;
}

/** The parts of a file, in its order, that have other classes than the whole, and not by chance. */
export function partsApart(
  labels: Uint8Array,
  { validation, limit }: { readonly validation: number; readonly limit: number | null },
): Part[] {
  const N = labels.length;
  const parts: Part[] = [
    { place: "last", from: N - validation, to: N },
    { place: "first", from: 0, to: limit ?? 0 },
  ];
  return parts.filter((part) => isApart(labels, part));
}

/**
 * Whether a part of a file has other classes than the whole, and not by chance.
 *
 * Chance is ruled out where the part is further from the whole than random draws are, or, in files too
 * small to tell by that, where images of a class follow each other more often than in random order.
 *
 * @param labels (N) of the whole file, in its order
 */
function isApart(labels: Uint8Array, { from, to }: Part): boolean {
  const n = to - from;
  if (n <= 0 || from < 0 || to > labels.length) return false; // splitImages refuses what is no part
  const whole = countClasses(labels);
  const part = countClasses(labels.subarray(from, to));
  let distance = 0; // total variation, 0..1
  let expected = 0; // at most, of n images drawn at random
  whole.forEach((count, c) => {
    const share = count / labels.length;
    distance += Math.abs(part[c] / n - share) / 2;
    expected += Math.sqrt((share * (1 - share)) / n) / 2;
  });
  if (distance < APART) return false;
  const left = Math.sqrt(1 - n / labels.length); // chance has less room where most images are taken
  return distance > left * (expected + Math.sqrt(SURE / n)) || isGrouped(labels, whole);
}

/**
 * Whether the class changes from one image to the next less often than in random order.
 *
 * Source: A. Wald and J. Wolfowitz, "On a test whether two samples are from the same population" (1940);
 * for more than two classes A. M. Mood, "The distribution theory of runs" (1940)
 */
function isGrouped(labels: Uint8Array, counts: Float64Array): boolean {
  const N = labels.length;
  let runs = 1;
  for (let n = 1; n < N; n++) if (labels[n] !== labels[n - 1]) runs++;
  let [squares, cubes] = [0, 0];
  for (const count of counts) {
    squares += count * count;
    cubes += count * count * count;
  }
  const mean = 1 + (N * N - squares) / N;
  const variance =
    (squares * (squares + N * (N + 1)) - 2 * N * cubes - N * N * N) / (N * N * (N - 1));
  return mean - runs >= FEW * Math.sqrt(variance) && mean > runs;
}

/** How many images each class has, (256), since labels are bytes. */
export function countClasses(labels: Uint8Array): Float64Array {
  const counts = new Float64Array(256);
  for (let n = 0; n < labels.length; n++) counts[labels[n]]++;
  return counts;
}
