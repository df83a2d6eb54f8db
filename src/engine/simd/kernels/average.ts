/**
 * average = keep · average + (1 - keep) · parameters, over a block of numbers.
 *
 * @param count how many, a multiple of four
 */
export function average(to: usize, from: usize, count: u32, keep: f32): void {
  const kept = f32x4.splat(keep);
  const rest = f32x4.splat(1 - keep);
  for (let i: usize = 0; i < 4 * count; i += 16) {
    const sum = f32x4.add(f32x4.mul(kept, v128.load(to + i)), f32x4.mul(rest, v128.load(from + i)));
    v128.store(to + i, sum);
  }
}
