export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}
export function fitDigit(ink: Ink, rows: number, columns: number): Uint8Array | null {
  const { width, height, data } = ink;
  let [l, r, t, b] = [width, -1, height, -1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (data[y * width + x] > 20) {
        l = Math.min(l, x);
        r = Math.max(r, x);
        t = Math.min(t, y);
        b = Math.max(b, y);
      }
  if (r < 0) return null;
  const zoom = Math.min(((20 / 28) * columns) / (r - l + 1), ((20 / 28) * rows) / (b - t + 1));
  const w = Math.max(1, Math.round((r - l + 1) * zoom)),
    h = Math.max(1, Math.round((b - t + 1) * zoom));
  const small = new Float64Array(w * h);
  const sx = (r - l + 1) / w,
    sy = (b - t + 1) / h;
  let [m, mx, my] = [0, 0, 0];
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      let s = 0;
      for (let v = Math.floor(y * sy); v < Math.ceil((y + 1) * sy); v++)
        for (let u = Math.floor(x * sx); u < Math.ceil((x + 1) * sx); u++) {
          const c =
            (Math.min(u + 1, (x + 1) * sx) - Math.max(u, x * sx)) *
            (Math.min(v + 1, (y + 1) * sy) - Math.max(v, y * sy));
          s += c * (data[(t + v) * width + l + u] ?? 0);
        }
      s /= sx * sy;
      small[y * w + x] = s;
      m += s;
      mx += s * (x + 0.5);
      my += s * (y + 0.5);
    }
  const left = Math.round(columns / 2 - mx / m),
    top = Math.round(rows / 2 - my / m);
  const out = new Uint8Array(rows * columns);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      if (y + top >= 0 && y + top < rows && x + left >= 0 && x + left < columns)
        out[(y + top) * columns + x + left] = Math.round(small[y * w + x]);
  return out;
}
