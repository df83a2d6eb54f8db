import { describe, expect, it } from "vitest";
import { dropoutForward } from "../../src/layers/dropout.js";
import { type Tensor, tensor, zeros, zerosLike } from "../../src/layers/tensor.js";
import { initialize } from "../../src/net/initialize.js";
import { parameterNames, TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { Random } from "../../src/random.js";
import { dot, expectGradient, gaussians, seeded } from "../support/gradientCheck.js";
import { mnist } from "../support/mnist.js";

/** A float64 net whose hidden sums stay away from the ReLU's kink on the given images. */
function smoothNet(x: Tensor, D: number, H: number, C: number): TwoLayerNet {
  for (let seed = 1; ; seed++) {
    const random = seeded(seed);
    const parameters = {
      W1: gaussians(random, D, H),
      b1: gaussians(random, H),
      W2: gaussians(random, H, C),
      b2: gaussians(random, C),
    };
    const sums = hiddenSums(x, parameters.W1, parameters.b1);
    if (sums.every((sum) => Math.abs(sum) > 0.05)) return new TwoLayerNet(parameters);
  }
}

function hiddenSums(x: Tensor, W1: Tensor, b1: Tensor): number[] {
  const [D, H] = W1.shape;
  return Array.from({ length: x.shape[0] * H }, (_, i) => {
    const [n, h] = [Math.floor(i / H), i % H];
    let sum = b1.data[h];
    for (let d = 0; d < D; d++) sum += x.data[n * D + d] * W1.data[d * H + h];
    return sum;
  });
}

describe("TwoLayerNet", () => {
  it("scores are max(0, x·W1 + b1)·W2 + b2, worked out by hand", () => {
    const net = new TwoLayerNet({
      W1: tensor(Float32Array.of(1, -1, 2, 1), 2, 2),
      b1: tensor(Float32Array.of(0, 1), 2),
      W2: tensor(Float32Array.of(1, 2, 3, -1, 0, 1), 2, 3),
      b2: tensor(Float32Array.of(0.5, 0, -0.5), 3),
    });
    // hidden: (1 + 4, -1 + 2 + 1) = (5, 2); and (-3, 3 + 1), of which the ReLU leaves (0, 4)
    const x = tensor(Float32Array.of(1, 2, -3, 0), 2, 2);
    expect([...net.scores(x).data]).toEqual([3.5, 10, 16.5, -3.5, 0, 3.5]);
    expect([...net.predict(x)]).toEqual([2, 2]);
  });

  it.each([
    { N: 1, D: 3, H: 2, C: 2, reg: 0 },
    { N: 3, D: 7, H: 5, C: 4, reg: 0.3 },
    { N: 5, D: 4, H: 3, C: 10, reg: 5 },
  ])("gradients match the numerical ones for every parameter, %o", ({ N, D, H, C, reg }) => {
    const x = gaussians(seeded(11), N, D);
    const labels = Uint8Array.from({ length: N }, (_, n) => (2 * n + 1) % C);
    const net = smoothNet(x, D, H, C);
    const { gradients } = net.lossAndGradients(x, labels, reg);
    for (const name of parameterNames) {
      const f = () => net.lossAndGradients(x, labels, reg).loss;
      expectGradient(name, gradients[name], net.parameters[name], f);
    }
  });

  it("the L2 term adds reg/2 times the squared weights, and leaves the biases out", () => {
    const x = gaussians(seeded(11), 2, 3);
    const net = smoothNet(x, 3, 2, 2);
    const squares = (t: Tensor) => [...t.data].reduce((sum, w) => sum + w * w, 0);
    const { W1, W2 } = net.parameters;
    const without = net.lossAndGradients(x, [0, 1], 0);
    const withTerm = net.lossAndGradients(x, [0, 1], 0.4);
    expect(withTerm.loss - without.loss).toBeCloseTo(0.2 * (squares(W1) + squares(W2)), 12);
    expect(withTerm.gradients.b1).toEqual(without.gradients.b1);
    expect(withTerm.gradients.b2).toEqual(without.gradients.b2);
  });

  it("lossAndGradients gives the same whatever came before, and leaves what it is given alone", () => {
    const x = gaussians(seeded(11), 3, 4);
    const net = smoothNet(x, 4, 3, 2);
    const before = structuredClone({ x, parameters: net.parameters });
    const once = net.lossAndGradients(x, [0, 1, 1], 0.1);
    net.lossAndGradients(gaussians(seeded(12), 3, 4), [1, 1, 0], 1);
    expect(net.lossAndGradients(x, [0, 1, 1], 0.1)).toEqual(once);
    expect({ x, parameters: net.parameters }).toEqual(before);
  });

  it("gradients match the numerical ones with dropout and label smoothing too", () => {
    const x = gaussians(seeded(11), 4, 5);
    const net = smoothNet(x, 5, 6, 3);
    const more = { labelSmoothing: 0.1, dropout: { share: 0.4, key: 5 } };
    const loss = () => net.lossAndGradients(x, [0, 1, 2, 1], 0.2, more);
    const { gradients } = loss();
    for (const name of parameterNames) {
      expectGradient(name, gradients[name], net.parameters[name], () => loss().loss);
    }
  });

  it("inputGradient matches the numerical gradient of a weighted sum of scores", () => {
    const x = gaussians(seeded(11), 3, 4);
    const net = smoothNet(x, 4, 5, 3);
    const dscores = gaussians(seeded(12), 3, 3);
    const dx = net.inputGradient(x, dscores);
    expectGradient("dx", dx, x, () => dot(dscores, net.scores(x)));
  });

  it("forward gives the activations and the scores, and what dropout leaves of the former", () => {
    const x = gaussians(seeded(11), 3, 4);
    const net = smoothNet(x, 4, 5, 3);
    const { hidden, kept, scores } = net.forward(x);
    const sums = hiddenSums(x, net.parameters.W1, net.parameters.b1);
    hidden.data.forEach((h, i) => {
      expect(h).toBeCloseTo(Math.max(0, sums[i]), 12);
    });
    expect(kept).toBe(hidden);
    expect(net.scores(x)).toEqual(scores);
    const dropout = { share: 0.5, key: 1 };
    expect(net.forward(x, dropout).kept).toEqual(dropoutForward(hidden, dropout));
  });

  it("the first loss on MNIST is near ln 10, since an untrained net knows nothing", async () => {
    const { train } = await mnist();
    const count = 200;
    const x = tensor(Float32Array.from(train.images.subarray(0, count * 784)), count, 28, 28);
    const size = { inputSize: 784, hiddenSize: 200, classCount: 10, std: 1e-4 };
    const net = new TwoLayerNet(initialize(size, Random.fromSeed(1)));
    const { loss } = net.lossAndGradients(x, train.labels.subarray(0, count), 0.2);
    expect(Math.abs(loss - Math.LN10)).toBeLessThan(0.01);
  });

  it("predict takes the first of equal scores", () => {
    const net = new TwoLayerNet({
      W1: zeros(2, 1),
      b1: zeros(1),
      W2: zeros(1, 3),
      b2: tensor(Float32Array.of(-2, -1, -1), 3),
    });
    expect([...net.predict(zeros(2, 2))]).toEqual([1, 1]);
  });

  it("refuses parameters that do not make a net, and images that do not fit it", () => {
    const parameters = { W1: zeros(4, 3), b1: zeros(3), W2: zeros(3, 2), b2: zeros(2) };
    expect(() => new TwoLayerNet({ ...parameters, b1: zeros(4) })).toThrow("b1 is 4, expected 3");
    expect(() => new TwoLayerNet({ ...parameters, W2: zeros(2, 2) })).toThrow(
      "W2 is 2 x 2, expected 3 x 2",
    );
    expect(() => new TwoLayerNet(parameters).scores(zeros(1, 5))).toThrow(RangeError);
  });
});

describe("initialize", () => {
  const size = { inputSize: 784, hiddenSize: 50, classCount: 10, std: 0.01 };

  it("weights have the standard deviation asked for, biases are 0", () => {
    const { W1, b1, b2 } = initialize(size, seeded());
    const squares = [...W1.data].reduce((sum, w) => sum + w * w, 0);
    expect(Math.sqrt(squares / W1.data.length)).toBeCloseTo(0.01, 3);
    expect([...b1.data, ...b2.data].every((b) => b === 0)).toBe(true);
  });

  it("the same seed gives the same weights, in either precision", () => {
    const narrow = initialize(size, seeded(3));
    const wide = initialize({ ...size, precision: "float64" }, seeded(3));
    expect(initialize(size, seeded(3))).toEqual(narrow);
    expect(initialize(size, seeded(4))).not.toEqual(narrow);
    expect(Float32Array.from(wide.W2.data)).toEqual(narrow.W2.data);
    expect(zerosLike(wide.W1, 1).data).toBeInstanceOf(Float64Array);
  });
});
