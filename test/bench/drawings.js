/*
 * Digits drawn on pages: how large, where, with which pen. Ink is 0 none to 255 full.
 */

/** A digit of 28 x 28 enlarged smoothly, somewhere on a square page, a share of its room away from the edges. */
export function drawn(digit, page, zoom, random, away = 0) {
  const most = page - 28 * zoom;
  const place = () => most * (away + (1 - 2 * away) * random.uniform());
  return placed(digit, page, page, zoom, place(), place());
}

/** A digit enlarged smoothly on a page, with its corner at a place. */
export function placed(digit, width, height, zoom, left, top) {
  const at = (x, y) => (x < 0 || y < 0 || x > 27 || y > 27 ? 0 : digit[y * 28 + x]);
  const between = (a, b, share) => a + (b - a) * share;
  const ink = new Uint8Array(width * height);
  for (let py = Math.max(0, Math.floor(top)); py < Math.min(height, top + 29 * zoom); py++) {
    for (let px = Math.max(0, Math.floor(left)); px < Math.min(width, left + 29 * zoom); px++) {
      const x = (px + 0.5 - left) / zoom - 0.5;
      const y = (py + 0.5 - top) / zoom - 0.5;
      const [u, v] = [Math.floor(x), Math.floor(y)];
      const upper = between(at(u, v), at(u + 1, v), x - u);
      const lower = between(at(u, v + 1), at(u + 1, v + 1), x - u);
      ink[py * width + px] = Math.round(between(upper, lower, y - v));
    }
  }
  return ink;
}

/** Strokes with so many pixels taken off on every side, or added for a negative number. */
export function thinned(ink, page, by) {
  const extreme = by > 0 ? Math.min : Math.max;
  let from = ink;
  for (let round = 0; round < Math.abs(by); round++) {
    const before = from;
    from = before.map((v, i) =>
      extreme(
        v,
        before[i - 1] ?? 0,
        before[i + 1] ?? 0,
        before[i - page] ?? 0,
        before[i + page] ?? 0,
      ),
    );
  }
  return from;
}

/** Several digits on one line or two, apart from each other; returns the ink and the lines of their places. */
export function drawnLines(digits, width, height, random) {
  const rows = random.uniform() < 0.5 ? 1 : 2;
  const first = Math.ceil(digits.length / rows);
  const lines = [digits.slice(0, first), digits.slice(first)].filter(({ length }) => length > 0);
  const ink = new Uint8Array(width * height);
  lines.forEach((line, row) => {
    const high = height / lines.length;
    const wide = width / line.length;
    const zoom = (Math.min(high, wide) / 28) * (0.75 + 0.15 * random.uniform());
    const top = (high - 28 * zoom) * (0.3 + 0.4 * random.uniform());
    line.forEach((digit, n) => {
      const left = (wide - 28 * zoom) * (0.3 + 0.4 * random.uniform());
      const up = 28 * zoom * 0.1 * (2 * random.uniform() - 1); // no line is straight
      const one = placed(digit, width, height, zoom, n * wide + left, row * high + top + up);
      one.forEach((value, i) => {
        if (value > ink[i]) ink[i] = value;
      });
    });
  });
  return { ink, lines: lines.map(({ length }) => length) };
}
