import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeIdx } from "../../src/dataset/idx.js";
import { unpackImages } from "../../src/play/digits.js";
import { emptyFolder, type Role, writeDataFolder } from "../support/dataFolder.js";
import { mnist } from "../support/mnist.js";
import { callCommand } from "../support/runCommand.js";

/** A data folder with a few images of some size. */
function smallData(rows: number, columns: number, classes = 10): string {
  const images = (count: number) =>
    encodeIdx({ values: new Uint8Array(count * rows * columns), shape: [count, rows, columns] });
  const labels = (count: number) =>
    encodeIdx({
      values: Uint8Array.from({ length: count }, (_, n) => n % classes),
      shape: [count],
    });
  const files: Record<Role, Uint8Array> = {
    trainImages: images(30),
    trainLabels: labels(30),
    testImages: images(20),
    testLabels: labels(20),
  };
  return writeDataFolder(files, emptyFolder());
}

describe("mnist-play", () => {
  /** The page of the first test. */
  let written: Buffer | null = null;

  it("writes one page under 4 MB with 20000 images to train on and 1000 to test on", async () => {
    const folder = emptyFolder();
    const { exitCode, stdout, stderr } = await callCommand("mnist-play", [], folder);
    expect(stderr).toBe("saved play.html: 3.0 MB, open it in a browser\n");
    expect([exitCode, stdout]).toEqual([0, ""]);
    const path = join(folder, "play.html");
    expect(statSync(path).size).toBeLessThan(4_000_000);
    written = readFileSync(path);
    const html = written.toString();
    const [, packed] = /id="images">([^<]*)</.exec(html)!;
    const { train, test } = unpackImages(new Uint8Array(gunzipSync(Buffer.from(packed, "base64"))));
    expect([train.labels.length, test.labels.length]).toEqual([20000, 1000]);
    const first = (await mnist()).test.images.subarray(0, 784000);
    expect(Buffer.compare(test.images, first)).toBe(0);
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html)!;
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+' 'wasm-unsafe-eval'; /);
    expect(policy).toMatch(/; worker-src blob:$/);
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)[^"\s]*\.(js|css|png|woff)/);
  });

  it("writes the same bytes each time", async () => {
    const page = async () => {
      const folder = emptyFolder();
      await callCommand("mnist-play", ["--quiet"], folder);
      return readFileSync(join(folder, "play.html"));
    };
    const first = written ?? (await page());
    expect((await page()).equals(first)).toBe(true);
  });

  it("takes other images of the size of MNIST, and refuses others in one line", async () => {
    const folder = emptyFolder();
    const fits = await callCommand("mnist-play", ["a.html", "--data", smallData(28, 28)], folder);
    expect(fits.exitCode, fits.stderr).toBe(0);
    for (const [data, words] of [
      [smallData(9, 9), /images of 9 x 9 pixels in 10 classes, expected 28 x 28 pixels/],
      [smallData(28, 28, 12), /in 12 classes, expected 28 x 28 pixels, at most 10 classes/],
    ] as const) {
      const { exitCode, stderr } = await callCommand(
        "mnist-play",
        ["b.html", "--data", data],
        folder,
      );
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(words);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    }
    expect(existsSync(join(folder, "b.html"))).toBe(false);
  });

  it("refuses a page that is no page, or a file of the data", async () => {
    const folder = emptyFolder();
    const wrong = await callCommand("mnist-play", ["play.png"], folder);
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/play.png: expected a file name that ends in .html or .htm/),
    ]);
    const output = await callCommand("mnist-play", ["-"], folder);
    expect(output.exitCode).toBe(2);
    writeFileSync(join(folder, "there"), "");
    const below = await callCommand("mnist-play", ["there/play.html"], folder);
    expect(below.exitCode).toBe(3);
  });
});
