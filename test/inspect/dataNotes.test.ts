import { describe, expect, it } from "vitest";
import { namesOf } from "../../src/dataset/classNames.js";
import { fitSplit } from "../../src/dataset/fitSplit.js";
import { type LabelledImages, pickImages, sliceImages } from "../../src/dataset/labelledImages.js";
import { type SplitSettings, splitImages } from "../../src/dataset/split.js";
import { dataNotes } from "../../src/inspect/dataNotes.js";
import { type RecipeName, recipeNames, recipes } from "../../src/settings/recipes.js";
import { sortedByClass } from "../support/dataFolder.js";
import { mnist } from "../support/mnist.js";

type Given = Partial<SplitSettings> & { readonly scale?: number };

/** What a new run of a recipe says about its data. */
function notesOn(
  train: LabelledImages,
  test: LabelledImages,
  given: Given = {},
  recipe: RecipeName = "notebook",
  classNames = namesOf(10),
  name: string | null = "MNIST",
): string[] {
  const wanted = { ...recipes[recipe].settings, ...given };
  const settings = { ...wanted, ...fitSplit(train, wanted, given) };
  return dataNotes({
    data: { name, train, test, classNames },
    split: splitImages(train, settings),
    settings,
    wanted,
    given,
  });
}

/** The notes but for the one on the size of the validation set. */
const besidesSize = (...args: Parameters<typeof notesOn>) =>
  notesOn(...args).filter((note) => !note.startsWith("Validation takes"));

const some = async (N: number) => {
  const { train, test } = await mnist();
  return { train: sliceImages(train, 0, N), test: sliceImages(test, 0, 1000) };
};

const withPixels = (all: LabelledImages, change: (value: number) => number) => ({
  ...all,
  images: all.images.map(change),
});

/** The images of some classes. */
const ofClasses = (all: LabelledImages, wanted: (label: number) => boolean) =>
  pickImages(
    all,
    Uint32Array.from(all.labels.keys()).filter((n) => wanted(all.labels[n])),
  );

describe("dataNotes", () => {
  it("has nothing to say about MNIST, whatever the recipe", async () => {
    const { train, test } = await mnist();
    for (const recipe of recipeNames) expect(notesOn(train, test, {}, recipe)).toEqual([]);
    expect(notesOn(train, test, { validation: 500, limit: 2000 })).toEqual([]);
  });

  it("says how many images validation takes where that is not the recipe's number", async () => {
    const { train, test } = await some(400);
    expect(notesOn(train, test)).toEqual([
      "Validation takes 66 of the 400 images, a sixth; --validation sets another number.",
    ]);
    expect(notesOn(train, test, { validation: 50 })).toEqual([]);
    expect(notesOn(train, test, {}, "overfit")).toContain(
      "Trains on all 334 images that are left, fewer than the recipe's 1000.",
    );
    const { train: five } = await some(5);
    expect(notesOn(five, test)[0]).toBe(
      "No validation images: a sixth of 5 images is less than one.",
    );
  });

  it("names the classes at the end of a sorted file, and what is done about it", async () => {
    const { train, test } = await some(3000);
    const sorted = sortedByClass(train);
    expect(besidesSize(sorted, test)).toEqual([
      "The training file is ordered by class: the last 500 images are of classes 8 and 9 only. So " +
        "training and validation images are drawn from the whole file by a shuffle; --split end takes " +
        "them as they stand.",
    ]);
    expect(notesOn(sorted, test, { limit: 100 }, "fast")).toEqual([
      "The training file is ordered by class: the first 100 images are of class 0 only. So training " +
        "images are drawn from the whole file by a shuffle; --split end takes them as they stand.",
    ]);
    expect(besidesSize(sorted, test, { split: "shuffled" })).toEqual([]);
  });

  it("names the classes that --split end keeps from training and from validation", async () => {
    const { train, test } = await some(3000);
    const sorted = sortedByClass(train);
    expect(notesOn(sorted, test, { split: "end", validation: 100 })).toEqual([
      "The training file is ordered by class: the last 100 images are of class 9 only. --split " +
        "shuffled draws training and validation images from the whole file.",
      "No validation image is of classes 0 to 8: validation accuracy says nothing about them.",
    ]);
    expect(notesOn(sorted, test, { split: "end", validation: 330 })).toContain(
      "No training image is of class 9, only validation and test images are: it cannot be learned.",
    );
  });

  it("names the classes that only training, only validation or only the test images have", async () => {
    const { train, test } = await some(3000);
    const known = ofClasses(train, (c) => c !== 7);
    expect(besidesSize(known, test)).toEqual([
      "No training image is of class 7, only test images are: it cannot be learned.",
    ]);
    expect(
      besidesSize(
        train,
        ofClasses(test, (c) => ![1, 3, 4, 5, 9].includes(c)),
      ),
    ).toEqual([
      "No test image is of classes 1, 3 to 5 and 9: test accuracy says nothing about them.",
    ]);
    const labels = train.labels.map((c, n) => (n < 2500 && c === 2 ? 3 : c));
    const small = ofClasses(test, (c) => c !== 2);
    expect(besidesSize({ ...train, labels }, small)).toEqual([
      "No training image is of class 2, only validation images are: it cannot be learned.",
    ]);
    const three = ofClasses(train, (c) => c === 3);
    expect(
      besidesSize(
        three,
        ofClasses(test, (c) => c === 3),
      ),
    ).toEqual(["All training images are of class 3: there is nothing to tell apart."]);
    const scattered = { ...train, labels: train.labels.map((c) => 3 * c) };
    const notes = besidesSize(scattered, { ...test, labels: test.labels.map(() => 0) });
    expect(notes).toEqual([
      "No test image is of 9 classes: test accuracy says nothing about them.",
    ]);
  });

  it("says which --scale fits pixels of another range, under each recipe", async () => {
    const { train, test } = await some(60);
    const says = (change: (value: number) => number, given: Given, recipe: RecipeName) =>
      notesOn(withPixels(train, change), withPixels(test, change), given, recipe).filter((note) =>
        note.includes("pixel"),
      );
    const to16 = (value: number) => Math.round((value * 16) / 255);
    expect(says(to16, {}, "notebook")).toEqual([
      "The brightest training pixel is 16 of 255: --scale 15.94 makes pixels as large as those of MNIST.",
    ]);
    expect(says(to16, {}, "fast")[0]).toContain("--scale 0.0625 makes");
    expect(says((value) => Number(value > 127), {}, "notebook")[0]).toContain("--scale 255 makes");
    expect(says((value) => Number(value > 127), {}, "fast")[0]).toContain("--scale 1 makes");
    expect(says(to16, { scale: 16 }, "notebook")).toEqual([]);
    expect(says((value) => 255 - value, {}, "notebook")).toEqual([]);
    expect(says((value) => (value > 127 ? 255 : 0), {}, "notebook")).toEqual([]);
    expect(says(() => 0, {}, "notebook")).toEqual([
      "All training pixels are 0: there is nothing to learn from.",
    ]);
    const mixed = notesOn(withPixels(train, to16), test);
    expect(mixed).toContain(
      "The brightest pixel of the training images is 16, the test images are brighter: convert both " +
        "files in the same way.",
    );
  });

  it("says that a recipe deskews images that may not be digits, unless a flag says what to do", async () => {
    const { train, test } = await some(60);
    const says = (recipe: RecipeName, given: Given, name: string | null) =>
      notesOn(train, test, given, recipe, namesOf(10), name).filter((note) =>
        note.includes("deskew"),
      );
    expect(says("fast", {}, null)).toEqual([
      "The recipe deskews images, which suits handwriting; --no-deskew keeps slants that tell classes apart.",
    ]);
    expect(says("fast", {}, "MNIST")).toEqual([]);
    expect(says("notebook", {}, null)).toEqual([]);
    expect(says("fast", { deskew: true }, null)).toEqual([]);
    expect(says("fast", { deskew: false }, null)).toEqual([]);
  });

  it("calls classes by their names, where they have some", async () => {
    const { train, test } = await some(3000);
    const known = ofClasses(train, (label) => label < 8);
    const names = namesOf(10, ["zero", "one"]).map((name, c) => (c < 8 ? name : `a ${name}`));
    expect(notesOn(known, test, {}, "notebook", names).slice(1)).toEqual([
      "No training image is of classes a 8 and a 9, only test images are: they cannot be learned.",
    ]);
  });
});
