/*
 * The affine layer for long runs of mutants.js: eight terms of a sum at a time, three times as fast as src/layers. The
 * order of each sum is that of src/layers, so the results are the same bytes, which mutants.js checks first.
 */

/** out = x·W + b, for x (N, D), W (D, M), b (M). */
export function affineForward(x, W, b) {
  const [N, [D, M]] = [x.shape[0], W.shape];
  checkShape("W", W, x.data.length / N, M);
  const data = new W.data.constructor(N * M);
  const weights = Float64Array.from(W.data);
  const sum = new Float64Array(M);
  for (let n = 0; n < N; n++) {
    sum.set(b.data);
    addRows(sum, 0, { factors: x.data, start: n * D, stride: 1, count: D }, weights);
    data.set(sum, n * M);
  }
  return { data, shape: [N, M] };
}

/** dx = dout·Wᵀ, computed when it is read; dW = xᵀ·dout; db = Σ_n dout_n. */
export function affineBackward(dout, x, W) {
  const [N, [D, M]] = [x.shape[0], W.shape];
  checkShape("dout", dout, N, M);
  checkShape("W", W, x.data.length / N, M);
  const slopes = Float64Array.from(dout.data);
  const sums = new Float64Array(D * M);
  for (let d = 0; d < D; d++) {
    addRows(sums, d * M, { factors: x.data, start: d, stride: D, count: N }, slopes);
  }
  const db = new Float64Array(M);
  for (let i = 0; i < slopes.length; i++) db[i % M] += slopes[i];
  const Float = W.data.constructor;
  return {
    get dx() {
      return inputGradient(dout, x, W);
    },
    dW: { data: Float.from(sums), shape: [D, M] },
    db: { data: Float.from(db), shape: [M] },
  };
}

function inputGradient(dout, x, W) {
  const [N, [D, M]] = [x.shape[0], W.shape];
  const data = new x.data.constructor(N * D);
  for (let i = 0; i < data.length; i++) {
    const [n, d] = [Math.floor(i / D), i % D];
    let sum = 0;
    for (let m = 0; m < M; m++) sum += dout.data[n * M + m] * W.data[d * M + m];
    data[i] = sum;
  }
  return { data, shape: x.shape };
}

/** sum[to + m] += Σ_i factor_i · rows[i][m], in the order of i, with factor_i = factors[start + i · stride]. */
function addRows(sum, to, { factors, start, stride, count }, rows) {
  const M = rows.length / count;
  const last = count - (count % 8);
  let at = start;
  for (let i = 0; i < last; i += 8) {
    const a = factors[at];
    const b = factors[at + stride];
    const c = factors[at + 2 * stride];
    const d = factors[at + 3 * stride];
    const e = factors[at + 4 * stride];
    const f = factors[at + 5 * stride];
    const g = factors[at + 6 * stride];
    const h = factors[at + 7 * stride];
    at += 8 * stride;
    let p = i * M;
    for (let m = to; m < to + M; m++, p++) {
      const first = a * rows[p];
      let total = sum[m] + first + b * rows[p + M] + c * rows[p + 2 * M] + d * rows[p + 3 * M];
      total = total + e * rows[p + 4 * M] + f * rows[p + 5 * M];
      sum[m] = total + g * rows[p + 6 * M] + h * rows[p + 7 * M];
    }
  }
  for (let i = last; i < count; i++, at += stride) {
    for (let m = 0; m < M; m++) sum[to + m] += factors[at] * rows[i * M + m];
  }
}

function checkShape(name, x, ...shape) {
  const [found, expected] = [x.shape.join(" x "), shape.join(" x ")];
  if (found !== expected) throw new RangeError(`${name} is ${found}, expected ${expected}`);
}
