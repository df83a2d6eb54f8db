import { ENTRY, ROW } from "./plan";

/**
 * to = start + Σ coefficient · row over a list of entries: the hot loop. Both products of the first
 * layer and two of the second have this form.
 *
 * Five sums stay in registers. Each entry costs five loads, five multiplications and five
 * additions; the additions of one entry are independent.
 *
 * @param to    f32 (WIDTH)
 * @param start f32 (WIDTH), the first term; the others follow in the order of the list
 * @param list  first entry
 * @param end   end of the last entry
 * @param rows  base address of the entries' offsets
 */
// @ts-expect-error: decorator
@inline
export function combineRows(to: usize, start: usize, list: usize, end: usize, rows: usize): void {
  let s0 = v128.load(start, 0);
  let s1 = v128.load(start, 16);
  let s2 = v128.load(start, 32);
  let s3 = v128.load(start, 48);
  let s4 = v128.load(start, 64);
  let e = list;
  if (e < end) {
    // 2 % faster with its condition at the end
    do {
      const row = rows + load<u32>(e);
      const c = v128.load32_splat(e, 4);
      s0 = f32x4.add(s0, f32x4.mul(c, v128.load(row, 0)));
      s1 = f32x4.add(s1, f32x4.mul(c, v128.load(row, 16)));
      s2 = f32x4.add(s2, f32x4.mul(c, v128.load(row, 32)));
      s3 = f32x4.add(s3, f32x4.mul(c, v128.load(row, 48)));
      s4 = f32x4.add(s4, f32x4.mul(c, v128.load(row, 64)));
      e += ENTRY;
    } while (e < end);
  }
  v128.store(to, s0, 0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
  v128.store(to, s4, 64);
}

/** to += factor · from over a row. */
// @ts-expect-error: decorator
@inline
export function addScaledRow(to: usize, factor: f32, from: usize): void {
  const f = f32x4.splat(factor);
  for (let i: u32 = 0; i < ROW; i += 16) {
    v128.store(to + i, f32x4.add(v128.load(to + i), f32x4.mul(f, v128.load(from + i))));
  }
}

/** to = 0 over a row. */
// @ts-expect-error: decorator
@inline
export function clearRow(to: usize): void {
  memory.fill(to, 0, ROW);
}
