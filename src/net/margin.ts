/** So many other classes count as rivals, those with the highest scores. */
const RIVALS = 4;

/**
 * How clearly a net prefers one class: its highest score minus the mean of the next four, over the length of x.
 *
 * A score is nearly proportional to the strength of the input, so noise and blots have high scores and still low
 * margins. What is unlike all classes has a low one too, whatever the probability, which compares classes only.
 *
 * @param scores (C)
 * @param x      (D) what the net was given
 * @returns      0 or more; 0 for an input of length 0, or with one class
 */
export function marginOf(scores: ArrayLike<number>, x: ArrayLike<number>): number {
  const [best, ...others] = Array.from(scores).sort((a, b) => b - a);
  const rivals = others.slice(0, RIVALS);
  let square = 0;
  for (let i = 0; i < x.length; i++) square += x[i] * x[i];
  if (rivals.length === 0 || square === 0) return 0;
  let lead = 0;
  for (const score of rivals) lead += (best - score) / rivals.length;
  return lead / Math.sqrt(square);
}
