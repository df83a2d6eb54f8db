import { describe, expect, it } from "vitest";
import { fitDigit, type Ink } from "../../src/digits/fitDigit.js";
import { digitOnPaper } from "../../src/digits/paper.js";
import { Random } from "../../src/random.js";
import { mnist } from "../support/mnist.js";

/** The papers of `node test/bench/predict.js`: shaded, in shadow, ruled, framed. */
type Paper = (ink: Uint8Array, side: number, random: Random) => Uint8Array;
const { papers }: { papers: Record<string, Paper> } = await import("../bench/papers.js" as string);

const SIDE = 160;

/** A training image four times as large on an empty page. */
async function drawing(n: number): Promise<Uint8Array> {
  const { images } = (await mnist()).train;
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const x = Math.floor(((i % SIDE) - 24) / 4);
    const y = Math.floor((Math.floor(i / SIDE) - 24) / 4);
    return x >= 0 && x < 28 && y >= 0 && y < 28 ? images[n * 784 + y * 28 + x] : 0;
  });
}

const fitted = (ink: Ink | null) => fitDigit(ink!, 28, 28)!;
const pictureOf = (data: ArrayLike<number>) => ({ width: SIDE, height: SIDE, data });

/** How alike two images are: the cosine of the angle between them. */
function likeness(a: Uint8Array, b: Uint8Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += value * b[i];
    aa += value * value;
    bb += b[i] * b[i];
  });
  return ab / Math.sqrt(aa * bb);
}

describe("digitOnPaper finds the digit, and nothing else", () => {
  it.each(Object.keys(papers))("with %s", async (paper) => {
    const random = Random.fromSeed(1);
    const found: number[] = [];
    for (let n = 0; n < 10; n++) {
      const ink = await drawing(n);
      const picture = papers[paper](ink, SIDE, random);
      const clean = fitted(pictureOf(ink));
      found.push(likeness(fitted(digitOnPaper([pictureOf(picture)])), clean));
    }
    expect(Math.min(...found)).toBeGreaterThan(0.8); // one pixel to the side gives about 0.87
    expect(found.reduce((sum, value) => sum + value) / 10).toBeGreaterThan(0.94);
  });

  const lined = ["squared paper", "ruled paper", "frame inside", "frame at the edge"];
  it.each([...lined, "paper on a desk", "holes in the margin"])(
    "light on dark, with %s",
    async (paper) => {
      const ink = await drawing(7);
      const picture = papers[paper](ink, SIDE, Random.fromSeed(2)).map((v) => 255 - v);
      const found = fitted(digitOnPaper([pictureOf(picture)]));
      expect(likeness(found, fitted(pictureOf(ink)))).toBeGreaterThan(0.8);
    },
  );

  it("beside a blot in a corner, but with a stroke of its own near by", async () => {
    const ink = await drawing(3);
    const marked = ink.slice();
    for (let y = 40; y < 52; y++) marked.fill(255, y * SIDE + 122, y * SIDE + 134);
    const near = fitted(digitOnPaper([pictureOf(marked.map((v) => 255 - v))]));
    expect(likeness(near, fitted(pictureOf(marked)))).toBeGreaterThan(0.95);
    const blotted = ink.slice();
    for (let y = 8; y < 20; y++) blotted.fill(255, y * SIDE + 8, y * SIDE + 20);
    const found = digitOnPaper([pictureOf(blotted.map((v) => 255 - v))])!;
    expect(likeness(fitted(found), fitted(pictureOf(ink)))).toBeGreaterThan(0.95);
    expect(found.digits).toBe(1);
  });

  it("beside specks and a thumb at the edge", async () => {
    const ink = await drawing(3);
    const dirty = ink.slice();
    dirty.fill(255, 20 * SIDE + 30, 20 * SIDE + 33);
    for (let y = 120; y < SIDE; y++) dirty.fill(200, y * SIDE + 130, y * SIDE + 160);
    const found = digitOnPaper([pictureOf(dirty.map((v) => 255 - v))]);
    expect(likeness(fitted(found), fitted(pictureOf(ink)))).toBeGreaterThan(0.99);
  });
});

describe("digitOnPaper", () => {
  it("finds nothing on paper without ink, whatever the light", () => {
    const none = new Uint8Array(SIDE * SIDE);
    for (const paper of ["vignette", "hand's shadow"]) {
      const picture = papers[paper](none, SIDE, Random.fromSeed(1));
      expect(digitOnPaper([pictureOf(picture)]), paper).toBeNull();
    }
  });
});
