import * as ort from "onnxruntime-web/wasm";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeOnnx } from "../../../src/documents/formats/onnx.js";
import type { UsableNet } from "../../../src/documents/model.js";
import { withEngine } from "../../../src/engine/createEngine.js";
import { argmax, tensor } from "../../../src/layers/tensor.js";
import { mnist, shortModel } from "../../support/mnist.js";

const [D, C] = [784, 10];

/*
 * ONNX Runtime, which shares no code with this project, loads what is written and answers as the net does.
 */

let model: UsableNet;

/** Σ|terms| of each score, (N, C): what a sum of float32 numbers can be wrong by is a share of it. */
function termsOf(images: Uint8Array): Float64Array {
  const { W1, b1, W2, b2 } = model.parameters;
  const { meanImage, scale } = model.preprocessing;
  const H = b1.data.length;
  const N = images.length / D;
  const terms = new Float64Array(N * C);
  const hidden = new Float64Array(H);
  for (let n = 0; n < N; n++) {
    hidden.set(b1.data.map(Math.abs));
    for (let d = 0; d < D; d++) {
      const x = Math.abs((images[n * D + d] - meanImage[d]) * scale);
      for (let h = 0; h < H; h++) hidden[h] += x * Math.abs(W1.data[d * H + h]);
    }
    for (let c = 0; c < C; c++) {
      terms[n * C + c] = Math.abs(b2.data[c]);
      for (let h = 0; h < H; h++) terms[n * C + c] += hidden[h] * Math.abs(W2.data[h * C + c]);
    }
  }
  return terms;
}

async function runOnnx(bytes: Uint8Array, images: Uint8Array) {
  const session = await ort.InferenceSession.create(bytes);
  const pixels = new ort.Tensor("float32", Float32Array.from(images), [images.length / D, D]);
  const outputs = await session.run({ pixels });
  await session.release();
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data, dims }]) => [
      name,
      { data: data as Float32Array, dims },
    ]),
  );
}

describe("a net as ONNX", () => {
  beforeAll(async () => {
    model = await shortModel();
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmPaths = `${new URL(".", import.meta.resolve("onnxruntime-web/wasm"))}`;
  });

  it("gives ONNX Runtime the scores of all 10000 test images, and the same answers", async () => {
    const { test } = await mnist();
    const { scores, ...others } = await runOnnx(encodeOnnx(model), test.images);
    expect(others).toEqual({});
    expect(scores.dims).toEqual([10000, C]);
    const ours = await withEngine("simd", model, (engine) =>
      engine.scores({ images: test.images }),
    );
    const terms = termsOf(test.images);
    let furthest = 0;
    for (let i = 0; i < terms.length; i++) {
      furthest = Math.max(furthest, Math.abs(scores.data[i] - ours[i]) / terms[i]);
    }
    expect(furthest).toBeLessThan(1e-6);
    const answers = (values: Float32Array) => argmax(tensor(values, 10000, C));
    expect(answers(scores.data)).toEqual(answers(Float32Array.from(ours)));
  });

  it("has probabilities as its one output, if wanted", async () => {
    const { test } = await mnist();
    const bytes = encodeOnnx(model, { probabilities: true });
    const { probabilities, ...others } = await runOnnx(bytes, test.images.subarray(0, 20 * D));
    expect(others).toEqual({});
    expect(probabilities.dims).toEqual([20, C]);
    for (let n = 0; n < 20; n++) {
      const sum = probabilities.data.slice(n * C, (n + 1) * C).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  it("is the same bytes for the same net", () => {
    expect(encodeOnnx(model)).toEqual(encodeOnnx(model));
    expect(Buffer.from(encodeOnnx(model)).includes('["0","1","2"')).toBe(true);
  });
});
