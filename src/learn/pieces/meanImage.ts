import type { Random } from "../../random.js";
import type { Inputs, Piece } from "../piece.js";

/** Random images of 2 x 3 pixels, bright enough that sums of bytes overflow. */
function caseOf(random: Random, N: number, validation: number, limit: number): Inputs {
  const images = Uint8Array.from({ length: N * 6 }, () => 60 + random.below(196));
  for (let i = 5; i < images.length; i += 6) images[i] = random.below(3); // a dark corner
  const labels = Uint8Array.from({ length: N }, () => random.below(10));
  return { images, labels, rows: 2, columns: 3, validation, limit, scale: 1 / 255 };
}

/** Images as the functions take them. */
const imagesOf = ({ images, labels, rows, columns }: Inputs) => ({ images, labels, rows, columns });

export const meanImage: Piece = {
  name: "mean-image",
  title: "The mean image and centering",
  helpers: [],
  functions: [
    {
      name: "meanImage",
      parameters: "all",
      doc: `
The mean of all images, pixel by pixel.

An example by hand, two images of 1 x 2 pixels: [10 250] and [20 250], mean [15 250].

@param {Images} all N images of D = rows · columns pixels
@returns {Float32Array} [D] mean intensity, 0 to 255`,
      todo: "add up each pixel over all images, then divide by their number",
      body: `
  const D = all.rows * all.columns;
  const N = all.labels.length;
  const sum = new Float64Array(D); // bytes would overflow at 255
  for (let n = 0; n < N; n++) {
    for (let d = 0; d < D; d++) sum[d] += all.images[n * D + d];
  }
  return Float32Array.from(sum, (total) => total / N);`,
    },
    {
      name: "splitImages",
      parameters: "all, settings",
      doc: `
Divides the images: the last \`validation\` of them to validate on, the first \`limit\` of the others to
train on (all of the others where limit is null). The mean image is that of the training images alone:
validation stands for images that nobody has seen.

An example by hand: the images [10 250], [20 250], [99 0], validation = 1, limit = null.
Training takes the first two, validation the last, and the mean image is [15 250].

@param {Images} all
@param {{ validation: number, limit: number | null }} settings
@returns {{ train: Images, validation: Images, meanImage: Float32Array }}`,
      todo: "cut images and labels with subarray, and take the mean image of the training images",
      body: `
  const D = all.rows * all.columns;
  const rest = all.labels.length - settings.validation;
  const slice = (/** @type {number} */ from, /** @type {number} */ to) => ({
    images: all.images.subarray(from * D, to * D),
    labels: all.labels.subarray(from, to),
    rows: all.rows,
    columns: all.columns,
  });
  const train = slice(0, settings.limit ?? rest);
  return { train, validation: slice(rest, rest + settings.validation), meanImage: meanImage(train) };`,
    },
    {
      name: "preprocess",
      parameters: "images, preprocessing",
      doc: `
Images as a net takes them: (pixel - mean) · scale.

An example by hand: images = [10 250], mean = [15 250], scale = 2: [-10 0].

@param {ArrayLike<number>} images [N, D] pixels, 0 to 255, row by row
@param {{ meanImage: Float32Array, scale: number }} preprocessing
@returns {Float32Array} [N, D] row by row`,
      todo: "make the result with new Float32Array(images.length) and fill it",
      body: `
  const { meanImage: mean, scale } = preprocessing;
  const D = mean.length;
  const x = new Float32Array(images.length);
  for (let i = 0; i < x.length; i++) x[i] = (images[i] - mean[i % D]) * scale;
  return x;`,
    },
  ],
  hints: [
    "Add up in an array of floating-point numbers: a Uint8Array wraps at 256. What does the mean " +
      "of the validation images have no business in?",
    "mean[d] = 1/N Σ_n images[n * D + d], over the training images alone; " +
      "x[i] = (images[i] - mean[i % D]) · scale.",
    "const sum = new Float64Array(D); for each n, d: sum[d] += all.images[n * D + d]; return " +
      "Float32Array.from(sum, (total) => total / N). In splitImages, train is images.subarray(0, " +
      "rest * D) with labels.subarray(0, rest), or limit for rest.",
  ],
  why: "Sums of bytes are whole numbers, exact in 64 bits. subarray copies nothing: MNIST takes 47 MB.",
  outputs: [
    { name: "meanImage", from: "meanImage", kind: "list" },
    { name: "train.images", from: "splitImages", field: "train.images", kind: "list" },
    { name: "train.labels", from: "splitImages", field: "train.labels", kind: "list" },
    { name: "validation.images", from: "splitImages", field: "validation.images", kind: "list" },
    { name: "validation.labels", from: "splitImages", field: "validation.labels", kind: "list" },
    { name: "split.meanImage", from: "splitImages", field: "meanImage", kind: "list" },
    { name: "x", from: "preprocess", kind: "list" },
  ],
  compared: "numbers",
  byHand: {
    inputs: {
      images: Uint8Array.of(10, 250, 20, 250, 99, 0),
      labels: Uint8Array.of(1, 2, 3),
      rows: 1,
      columns: 2,
      validation: 1,
      limit: 2,
      scale: 2,
    },
    expected: {
      meanImage: [43, 500 / 3],
      "train.images": [10, 250, 20, 250],
      "train.labels": [1, 2],
      "validation.images": [99, 0],
      "validation.labels": [3],
      "split.meanImage": [15, 250],
      x: [-66, 500 / 3, -46, 500 / 3, 112, -1000 / 3],
    },
  },
  cases: (random) => [caseOf(random, 11, 4, 0), caseOf(random, 13, 5, 6)],
  call(f, inputs) {
    const all = imagesOf(inputs);
    const settings = { validation: inputs.validation, limit: inputs.limit || null };
    return {
      meanImage: f.meanImage(all),
      splitImages: f.splitImages(all, settings),
      preprocess: f.preprocess(inputs.images, {
        meanImage: ownMean(inputs),
        scale: inputs.scale,
      }),
    };
  },
  tolerance: 1e-6,
  mutants: [
    {
      name: "mean-in-bytes",
      words:
        "You add up in bytes, which wrap at 256, so that the mean comes out near 0 and nothing is " +
        "centered. Add up in a Float64Array.",
      source: {
        seen: "the printed notebook of the lesson, whose mean image is summed in 8-bit integers",
      },
      edits: [["const sum = new Float64Array(D);", "const sum = new Uint8Array(D);"]],
    },
    {
      name: "mean-with-validation",
      words:
        "Your split takes the mean of all images, validation included. Validation stands for images " +
        "that nobody has seen, so the mean is that of the training images alone.",
      source: {
        seen: "stats.stackexchange.com, question 185582; CS231n calls it a common pitfall",
      },
      edits: [["meanImage: meanImage(train) };", "meanImage: meanImage(all) };"]],
    },
    {
      name: "mean-one-number",
      words:
        "You take one mean over all pixels. Each pixel has a mean of its own: corners are dark, the " +
        "middle is bright.",
      source: {
        seen: "github.com/PythonOT/POT, pull request 840: np.mean(X) without axis, subtracted from every feature",
      },
      edits: [
        [
          "sum[d] += all.images[n * D + d];",
          "for (let e = 0; e < D; e++) sum[d] += all.images[n * D + e] / D;",
        ],
      ],
    },
    {
      name: "mean-divided-by-pixels",
      words: "You divide the sums by the number of pixels. The mean is over images: divide by N.",
      source: {
        seen: "github.com/tml-epfl/sam-low-rank-features, issue 1: the mean over features where that over examples is meant",
      },
      edits: [["(total) => total / N", "(total) => total / D"]],
    },
    {
      name: "mean-rounded",
      words:
        "You round the mean to whole numbers. It is a fraction as a rule; keep it in a Float32Array.",
      source: { seen: "github.com/NVIDIA/DIGITS, issue 1752: a mean image kept in whole numbers" },
      edits: [
        [
          "Float32Array.from(sum, (total) => total / N)",
          "Float32Array.from(sum, (total) => Math.floor(total / N))",
        ],
      ],
    },
    {
      name: "centering-in-bytes",
      words:
        "You subtract in bytes, where 10 - 15 is 251. Pixels minus their mean are negative half of the " +
        "time: use a Float32Array.",
      source: {
        seen: "stackoverflow.com, question 41857454: subtracting the mean of a data set overflows",
      },
      edits: [
        [
          "x[i] = (images[i] - mean[i % D]) * scale",
          "x[i] = ((images[i] - mean[i % D]) & 255) * scale",
        ],
      ],
    },
    {
      name: "centering-after-scaling",
      words:
        "You scale the pixel and subtract the mean as it is. Both are intensities: subtract first, then " +
        "scale the difference.",
      source: {
        seen: "github.com/BVLC/caffe, issue 2373: scaled pixels minus a mean of 0 to 255; one class for all images",
      },
      edits: [["(images[i] - mean[i % D]) * scale", "images[i] * scale - mean[i % D]"]],
    },
    {
      name: "centering-left-out",
      words: "You scale the pixels and do not subtract the mean.",
      source: {
        seen: "github.com/soda-inria/nanotabicl, issue 2: data whose mean was not subtracted",
      },
      edits: [["(images[i] - mean[i % D]) * scale", "images[i] * scale"]],
    },
    {
      name: "split-from-the-start",
      words:
        "You train on the first images, and validate on the first ones as well. Validation takes the " +
        "last images, which training never sees.",
      source: {
        seen: "github.com/dhruvramani/C2AE-Multilabel-Classification, issue 7: both slices begin at 0",
      },
      edits: [
        [
          "validation: slice(rest, rest + settings.validation)",
          "validation: slice(0, settings.validation)",
        ],
      ],
    },
    {
      name: "split-labels-not-cut",
      words:
        "You cut the images and leave the labels whole. They go together: label n belongs to image n.",
      source: {
        seen: "github.com/p2irc/deepplantphenomics, pull request 19: more images than labels after a selection",
      },
      edits: [["labels: all.labels.subarray(from, to)", "labels: all.labels"]],
    },
    {
      name: "split-limit-ignored",
      words: "You ignore limit. Where it is a number, training takes only so many images.",
      source: {
        seen: "github.com/huggingface/alignment-handbook, pull request 80: max_train_samples, which nothing reads",
      },
      edits: [["slice(0, settings.limit ?? rest)", "slice(0, rest)"]],
    },
  ],
};

/** The mean image of the inputs, for the part of the piece that is given one. */
function ownMean({ images, labels }: Inputs): Float32Array {
  const [pixels, N] = [images as Uint8Array, (labels as Uint8Array).length];
  const D = pixels.length / N;
  const mean = new Float32Array(D);
  for (let i = 0; i < pixels.length; i++) mean[i % D] += pixels[i] / N;
  return mean;
}
