import { createHash } from "node:crypto";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeClassNames, encodeClassNames } from "../../src/dataset/classNames.js";
import { gunzipIdx, gzippedHeader } from "../../src/dataset/gunzip.js";
import { decodeIdx, encodeIdx, readIdxHeader } from "../../src/dataset/idx.js";
import { readDigit } from "../../src/digits/picture.js";
import { mostPhotoPixels } from "../../src/digits/pixels.js";
import { mostPngPixels } from "../../src/digits/png.js";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../src/documents/checkpoint.js";
import { encodeNet } from "../../src/documents/formats/exportNet.js";
import { decodeNet, type ForeignFormat } from "../../src/documents/formats/importNet.js";
import { parameterArrays } from "../../src/documents/formats/namedArrays.js";
import { encodeSafetensors } from "../../src/documents/formats/safetensors.js";
import { decodeZip, encodeZip } from "../../src/documents/formats/zip.js";
import { decodeHistories, encodeHistories } from "../../src/documents/histories.js";
import { decodeHistory, encodeHistory, type HistoryFile } from "../../src/documents/history.js";
import {
  decodeModel,
  encodeModel,
  type ForeignNet,
  type Model,
} from "../../src/documents/model.js";
import { decodeSnapshot, encodeSnapshot, type Snapshot } from "../../src/documents/snapshot.js";
import { InputError } from "../../src/errors.js";
import { initialize } from "../../src/net/initialize.js";
import { Random } from "../../src/random.js";
import { recipes } from "../../src/settings/recipes.js";
import type { History } from "../../src/training/history.js";
import type { RunState } from "../../src/training/runState.js";
import { withOrientation } from "../bench/jpegs.js";
import { cmyk, progressive, subsampled } from "../support/jpegFiles.js";
import { headerOf, type PngParts, pngOf, wholePng } from "../support/png.js";
import { checkpointOf } from "../support/runs.js";
import { changedBytes, changedChunks, changedJson } from "./mutations.js";

/*
 * Whatever stands in a file, a parser takes it, or refuses it with an InputError on one line: it never
 * fails in another way, never takes more memory than stated, and never reaches a prototype.
 *
 * With FUZZ_SECONDS (npm run fuzz -- --seconds N) every property goes on for its share of that time,
 * on examples that were never tried before.
 */

const seconds = Number(process.env.FUZZ_SECONDS ?? 0);
const PROPERTIES = 34;
const share = (1000 * seconds) / PROPERTIES;
const effort: fc.Parameters<unknown> =
  seconds > 0
    ? {
        ...{
          numRuns: Number.POSITIVE_INFINITY,
          interruptAfterTimeLimit: share,
          maxSkipsPerRun: 1000,
        },
        ...{ seed: Date.now(), markInterruptAsFailure: false },
      }
    : { numRuns: 200 };
const timeout = share + 60_000;

interface Parser<T> {
  readonly parse: (bytes: Uint8Array) => T | Promise<T>;
  /** Bytes of memory that it may take for a file of so many bytes. */
  readonly bound: (size: number) => number;
  /** What it made of a file, as a file again; compared where `parse` took the file. */
  readonly again?: (value: T) => Uint8Array;
}

/** What the measure of memory may be wrong by, since V8 also does work of its own: 8 MB. */
const NOISE = 8 * 2 ** 20;
const utf8 = new TextDecoder();
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text));

const idx: Parser<ReturnType<typeof decodeIdx>> = {
  parse: (bytes) => decodeIdx(bytes, "a file"),
  bound: (size) => size + NOISE,
  again: encodeIdx,
};

const gzip: Parser<Uint8Array> = {
  async parse(bytes) {
    const read = async (from: number, length: number) => bytes.subarray(from, from + length);
    const packed = { name: "a file", size: bytes.length, read };
    const header = await gzippedHeader(packed, (start) => readIdxHeader(start, "a file"));
    const unpacked = new Uint8Array(header.totalBytes);
    await gunzipIdx(packed, header, unpacked);
    return unpacked;
  },
  // Gzip packs at most 1032 bytes into one; the beginning is there twice.
  bound: (size) => 2 * 1032 * size + NOISE,
};

const png: Parser<Uint8Array> = {
  parse: (bytes) => readDigit(bytes, 28, 28, "a file"),
  // Chunks are there twice. Each packed byte unpacks to 1032 at most, and each of those holds up to 8 pixels,
  // of which each takes 40 bytes at most: 8 of the file, there four times, and what is made of them.
  bound: (size) => 2 * size + 40 * Math.min(8 * 1032 * size, mostPngPixels) + NOISE,
};

const jpeg: Parser<Uint8Array> = {
  parse: (bytes) => readDigit(bytes, 28, 28, "a file"),
  // The file is there three times. A bit of it makes 64 pixels at most, and each takes 40 bytes at most.
  bound: (size) => 4 * size + 40 * Math.min(8 * 64 * size, mostPhotoPixels) + NOISE,
};

const model: Parser<Model> = {
  parse: (bytes) => decodeModel(utf8.decode(bytes), "a file"),
  bound: (size) => 20 * size + NOISE,
  again: (value) => bytesOf(encodeModel(value)),
};

const checkpoint: Parser<Checkpoint> = {
  parse: (bytes) => decodeCheckpoint(utf8.decode(bytes), "a file"),
  bound: (size) => 20 * size + NOISE,
  again: (value) => bytesOf(encodeCheckpoint(value)),
};

const history: Parser<HistoryFile> = {
  parse: (bytes) => decodeHistory(utf8.decode(bytes), "a file"),
  bound: (size) => 20 * size + NOISE,
  again: ({ history, ...about }) => bytesOf(encodeHistory(history, { ...about })),
};

const classNames: Parser<string[]> = {
  parse: (bytes) => decodeClassNames(utf8.decode(bytes), "a file"),
  bound: (size) => 36 * size + NOISE,
  again: (names) => bytesOf(encodeClassNames(names)),
};

/** A mean image of 1 x 2, which tells the size that 2 inputs do not. */
const mean = { shape: [1, 2], read: () => Float32Array.of(33, 34) };

/** A net from elsewhere: with its own mean and scale, or with those given beside it. */
const netOf = (format: ForeignFormat): Parser<ForeignNet> => ({
  parse(bytes) {
    try {
      return decodeNet(bytes, format, "a file");
    } catch (error) {
      if (!(error instanceof InputError) || !error.message.includes("--scale")) throw error;
      return decodeNet(bytes, format, "a file", { mean, scale: 0.5 });
    }
  },
  // Deflate packs at most 1032 bytes into one; they are there twice while they are joined, once more as
  // numbers of twice their size, and once turned. Both parses count, since nothing is freed between them.
  bound: (size) => (format === "npz" ? 8 * 1032 : 36) * size + NOISE,
  again: (value) => encodeNet(value, format),
});
const histories: Parser<HistoryFile[]> = {
  parse: (bytes) => decodeHistories(utf8.decode(bytes), "a file"),
  bound: (size) => 20 * size + NOISE,
  again: (files) =>
    bytesOf(encodeHistories(files.map(({ history, ...about }) => ({ history, about })))),
};

const snapshot: Parser<Snapshot> = {
  parse: (bytes) => decodeSnapshot(utf8.decode(bytes), "a file"),
  bound: (size) => 20 * size + NOISE,
  again: (value) => bytesOf(encodeSnapshot(value)),
};

const prototypes = [Object, Array, Function, String, Number, Uint8Array].map((of) => of.prototype);
const untouched = prototypes.map((prototype) => Reflect.ownKeys(prototype).length);

/** Parses, and throws where that was no way to take or to refuse a file; returns whether it was taken. */
async function survives<T>(
  { parse, bound, again }: Parser<T>,
  bytes: Uint8Array,
): Promise<boolean> {
  const before = process.memoryUsage();
  let value: T;
  try {
    value = await parse(bytes);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).toMatch(/^a file: [^\n\r]* expected [^\n\r]*$/);
    expect(error.message.length).toBeLessThan(700);
    return false;
  } finally {
    const after = process.memoryUsage();
    const taken = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
    expect(taken, "memory taken").toBeLessThanOrEqual(bound(bytes.length));
    expect(prototypes.map((prototype) => Reflect.ownKeys(prototype).length)).toEqual(untouched);
  }
  expectPlain(value);
  if (again !== undefined) {
    const twice = again(await parse(again(value)));
    expect(Buffer.compare(twice, again(value)), "the same again").toBe(0);
  }
  return true;
}

/** Expects objects that no text has given another prototype. */
function expectPlain(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(value));
  for (const inner of Object.values(value)) expectPlain(inner);
}

const idxFiles = [
  encodeIdx({ values: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [1, 2, 3] }),
  encodeIdx({ values: Uint8Array.of(7, 0, 9), shape: [3] }),
  encodeIdx({ values: Int16Array.of(-1, 2), shape: [2, 1] }),
  encodeIdx({ values: Float64Array.of(0.5), shape: [] }),
];
const gzipFiles = idxFiles.flatMap((file) => [gzipSync(file), gzipSync(file, { level: 0 })]);

/** A cross on paper, in pictures of several kinds. */
const [SIDE, MOST] = [9, { 1: 1, 2: 3, 4: 15, 8: 255, 16: 65535 }];
const cross = Array.from({ length: SIDE * SIDE }, (_, i) => {
  const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
  return x > 0 && y > 0 && x < 8 && y < 8 && (x === 4 || y === 4) ? 1 : 0;
});
const crossOf = (parts: Omit<PngParts, "width" | "height" | "samples">, ...channels: number[]) =>
  pngOf({
    ...{ width: SIDE, height: SIDE, ...parts },
    samples: cross.flatMap((v) => [v, ...channels].map((share) => share * MOST[parts.depth])),
  });
const pngFiles = [
  crossOf({ depth: 8, colourType: 0 }),
  crossOf({ depth: 8, colourType: 0, interlaced: true }),
  crossOf({ depth: 1, colourType: 0 }),
  crossOf({ depth: 16, colourType: 2, clear: [0, 1, 0, 2, 0, 3] }, 0, 0),
  crossOf({ depth: 2, colourType: 3, palette: [255, 255, 255, 0, 0, 0, 1, 2, 3, 0, 0, 0] }),
  crossOf({ depth: 8, colourType: 6, interlaced: true }, 0, 0, 1),
];

const jpegFiles = [progressive, cmyk, subsampled, withOrientation(subsampled, 6)].map((file) =>
  Uint8Array.from(file),
);

const size = { inputSize: 2, hiddenSize: 2, classCount: 3, std: 0.1 };
const parameters = initialize(size, Random.fromSeed(1));

const settings = { ...recipes.notebook.settings, hidden: 2 };
const modelFile = encodeModel({
  preprocessing: {
    rows: 1,
    columns: 2,
    scale: settings.scale,
    meanImage: Float32Array.of(0.5, 33),
  },
  classNames: ["0", "1", "2"],
  training: { recipe: "notebook", seed: 1, engine: "simd" },
  settings,
  figures: {
    ...{ iterations: 2, interrupted: false, bestEpoch: null, earlyStop: null, loss: 1, penalty: 0 },
    ...{ trainingAccuracy: 1, validationAccuracy: null, leastMargin: 0.5 },
  },
  data: checkpointData(),
  parameters,
});

function checkpointData(): Checkpoint["data"] {
  const state = { parameters } as unknown as RunState;
  return checkpointOf(state).data;
}

const checkpointFile = encodeCheckpoint({
  ...{ recipe: "notebook", seed: 1, engine: "simd", classCount: 3, rows: 1, columns: 2 },
  settings: { ...recipes.notebook.settings, hidden: 2, sampling: "passes", keepBest: true },
  data: checkpointData(),
  state: {
    ...{
      iteration: 2,
      measured: true,
      penalty: 0.01,
      parameters,
      velocity: parameters,
      average: parameters,
    },
    sampler: { random: [1, 2, 3, 4], order: Uint32Array.of(2, 0, 1), position: 1 },
    best: { epoch: 1, accuracy: 0.5, parameters },
    history: shortHistory(),
  },
});

function shortHistory(): History {
  return {
    start: { loss: 2.3, penalty: 0.01, trainingAccuracy: 0.1, validationAccuracy: null },
    loss: [2.3, 2.2],
    validation: [{ iteration: 1, accuracy: 0.25 }],
    epochs: [
      {
        ...{ epoch: 1, iteration: 2, learningRate: 0.1, penalty: 0.01, trainingAccuracy: 1 },
        validationAccuracy: null,
      },
    ],
  };
}

const historyFile = encodeHistory(shortHistory(), {
  ...{ recipe: "notebook", seed: 1, engine: "simd", seconds: 8.1, parametersSha256: null },
  ...{ settings: recipes.notebook.settings, figures: decodeModel(modelFile).figures },
  failure: { iteration: 3, found: "loss NaN" },
  evidence: {
    ...{ trainingImages: 3, classCount: 10, mostFrequent: { training: 0.4, validation: null } },
    ...{ unseen: 0, inputLength: 1800, nearestMean: 0.8, deadUnits: 1, alike: false },
    step: { loss: 2.3, rate: 0.5, after: 2.2, pull: null },
  },
  data: checkpointData(),
});

const historiesFile = encodeHistories(
  [1, 2].map((seed) => ({ history: shortHistory(), about: { seed } })),
);

/** The same two of ten thousands of numbers, to see that memory stays in proportion. */
const large = initialize({ ...size, inputSize: 784, hiddenSize: 200 }, Random.fromSeed(1));
const largeModel = encodeModel({
  ...decodeModel(modelFile),
  preprocessing: { rows: 28, columns: 28, scale: settings.scale, meanImage: new Float32Array(784) },
  parameters: large,
});
const largeHistory = encodeHistory(
  { ...shortHistory(), loss: Array.from({ length: 100_000 }, (_, i) => 1 / (i + 3)) },
  {},
);
const decoded = decodeCheckpoint(checkpointFile);
const largeCheckpoint = encodeCheckpoint({
  ...decoded,
  ...{ rows: 28, columns: 28, settings: { ...decoded.settings, hidden: 200 } },
  state: { ...decoded.state, parameters: large, velocity: large, average: large, best: null },
});

const { state, ...begun } = decoded;
const snapshotFile = encodeSnapshot({ ...begun, iteration: 2, parameters: state.parameters });

/** A checkpoint's text as whoever lies with care would write it: with a checksum that is right. */
function withChecksum(text: string): string {
  const rest = text.replace(/"sha256":"[0-9a-f]{64}",\s*/, "");
  const [head, ...others] = rest.split('"run":');
  const body = `"run":${others.join('"run":')}\n`;
  const sha256 = createHash("sha256").update(body).digest("hex");
  return `${head.trimEnd()}"sha256":"${sha256}",\n${body}`;
}

const foreign = decodeNet(encodeNet(decodeModel(modelFile), "npz"), "npz", "a file");
const layouts = ["plain", "torch"] as const;
const safetensorsFiles = [
  ...layouts.map((layout) => encodeNet(foreign, "safetensors", { layout })),
  encodeSafetensors(parameterArrays(foreign, "torch"), {}),
];
/** Stored, and deflated as numpy.savez_compressed does. */
const npzFiles = layouts.flatMap((layout) => {
  const stored = encodeNet(foreign, "npz", { layout });
  return [stored, deflated(stored)];
});

/** An archive with its entries deflated, whose headers are those of the stored one. */
function deflated(stored: Uint8Array): Uint8Array {
  return encodeZip(
    [...decodeZip(stored, "a file", 1e6)].map(([name, unpack]) => [name, unpack()] as const),
    deflateRawSync,
  );
}

const parsers = [
  ["a net as safetensors", netOf("safetensors") as Parser<unknown>, safetensorsFiles],
  ["a net as npz", netOf("npz") as Parser<unknown>, npzFiles],
  ["an IDX file", idx as Parser<unknown>, idxFiles],
  ["a gzipped IDX file", gzip as Parser<unknown>, gzipFiles],
  ["a picture", png as Parser<unknown>, pngFiles],
  ["a photo", jpeg as Parser<unknown>, jpegFiles],
  ["a model", model as Parser<unknown>, [bytesOf(modelFile)]],
  ["a checkpoint", checkpoint as Parser<unknown>, [bytesOf(checkpointFile)]],
  ["a history", history as Parser<unknown>, [bytesOf(historyFile)]],
  ["histories of several runs", histories as Parser<unknown>, [bytesOf(historiesFile)]],
  ["a snapshot", snapshot as Parser<unknown>, [bytesOf(snapshotFile)]],
] as const;

describe.each(parsers)("%s", (_, parser, files) => {
  it("that is as it should be is taken, and cut anywhere is refused", async () => {
    for (const file of files) {
      expect(await survives(parser, file)).toBe(true);
      const end = file.at(-1) === 10 ? file.length - 1 : file.length; // a line's end is no loss
      for (let length = 0; length < end; length++) {
        expect(await survives(parser, file.subarray(0, length)), `${length} bytes of it`).toBe(
          false,
        );
      }
    }
  });

  it(
    "of any bytes at all is taken or refused",
    async () => {
      const bytes = fc.uint8Array({ maxLength: 300 });
      await fc.assert(
        fc.asyncProperty(bytes, async (any) => void (await survives(parser, any))),
        effort,
      );
    },
    timeout,
  );

  it(
    "with one change to its bytes is taken or refused",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          changedBytes(files),
          async (changed) => void (await survives(parser, changed)),
        ),
        effort,
      );
    },
    timeout,
  );
});

describe("a file of megabytes takes memory in proportion", () => {
  it.each([
    ["a model", model as Parser<unknown>, largeModel],
    ["a checkpoint", checkpoint as Parser<unknown>, largeCheckpoint],
    ["a history", history as Parser<unknown>, largeHistory],
  ])("%s", async (_, parser, text) => {
    expect(text.length).toBeGreaterThan(1.5e6);
    expect(await survives(parser, bytesOf(text))).toBe(true);
  });
});

describe("a document with one thing changed is taken or refused", () => {
  it(
    "a model",
    async () => {
      await fc.assert(
        fc.asyncProperty(changedJson(JSON.parse(modelFile)), async (text) => {
          await survives(model, bytesOf(text));
        }),
        effort,
      );
    },
    timeout,
  );

  it(
    "a history",
    async () => {
      await fc.assert(
        fc.asyncProperty(changedJson(JSON.parse(historyFile)), async (text) => {
          await survives(history, bytesOf(text));
        }),
        effort,
      );
    },
    timeout,
  );

  it(
    "histories of several runs, and a snapshot",
    async () => {
      await fc.assert(
        fc.asyncProperty(changedJson(JSON.parse(historiesFile)), async (text) => {
          await survives(histories, bytesOf(text));
        }),
        effort,
      );
      await fc.assert(
        fc.asyncProperty(changedJson(JSON.parse(snapshotFile)), async (text) => {
          await survives(snapshot, bytesOf(text));
        }),
        effort,
      );
    },
    timeout,
  );

  it(
    "a checkpoint whose checksum is right",
    async () => {
      const document = JSON.parse(checkpointFile);
      expect(await survives(checkpoint, bytesOf(withChecksum(JSON.stringify(document))))).toBe(
        true,
      );
      let taken = 0;
      await fc.assert(
        fc.asyncProperty(changedJson(document), async (text) => {
          if (await survives(checkpoint, bytesOf(withChecksum(text)))) taken++;
        }),
        effort,
      );
      expect(taken, "some changes do no harm, so the checksum was right").toBeGreaterThan(0);
    },
    timeout,
  );

  it(
    "a safetensors header",
    async () => {
      const file = Buffer.from(safetensorsFiles[0]);
      const end = 8 + Number(file.readBigUInt64LE());
      let taken = 0;
      await fc.assert(
        fc.asyncProperty(changedJson(JSON.parse(file.toString("utf8", 8, end))), async (header) => {
          const length = Buffer.alloc(8);
          length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
          const changed = Buffer.concat([length, Buffer.from(header), file.subarray(end)]);
          if (await survives(netOf("safetensors"), changed)) taken++;
        }),
        effort,
      );
      expect(taken, "some changes do no harm").toBeGreaterThan(0);
    },
    timeout,
  );

  it(
    "an array of an npz file whose checksums are right",
    async () => {
      const arrays = [...decodeZip(npzFiles[0], "a file", 1e6)].map(([name, unpack]) => ({
        name,
        data: unpack(),
      }));
      let taken = 0;
      await fc.assert(
        fc.asyncProperty(
          fc
            .nat(arrays.length - 1)
            .chain((which) => changedBytes([arrays[which].data]).map((data) => ({ which, data }))),
          fc.boolean(),
          async ({ which, data }, packed) => {
            const files = arrays.map(
              (array, i) => [array.name, i === which ? data : array.data] as const,
            );
            const bytes = encodeZip(files, packed ? deflateRawSync : undefined);
            if (await survives(netOf("npz"), bytes)) taken++;
          },
        ),
        effort,
      );
      expect(taken, "some changes do no harm, so the checksums were right").toBeGreaterThan(0);
    },
    timeout,
  );

  it(
    "class names, with one change or of any bytes",
    async () => {
      const files = [bytesOf("T-shirt/top\nhöhe\n靴\n")];
      expect(await survives(classNames, files[0])).toBe(true);
      const any = fc.uint8Array({ maxLength: 300 });
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(any, changedBytes(files)),
          async (bytes) => void (await survives(classNames, bytes)),
        ),
        effort,
      );
    },
    timeout,
  );

  it(
    "an npz file that unpacks to much more than it is",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(3_000_000), async (length) => {
          const bomb = encodeZip([["W1.npy", new Uint8Array(length)]], deflateRawSync);
          await survives(netOf("npz"), bomb);
        }),
        { ...effort, numRuns: seconds > 0 ? effort.numRuns : 30 },
      );
    },
    timeout,
  );

  it(
    "gzip around an IDX file that lies",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          changedBytes(idxFiles),
          async (changed) => void (await survives(gzip, gzipSync(changed))),
        ),
        effort,
      );
    },
    timeout,
  );

  it(
    "gzip that unpacks to much more than it is, behind any header",
    async () => {
      const shape = fc.array(fc.nat(70000), { maxLength: 3 });
      const zeros = fc.nat(3_000_000);
      await fc.assert(
        fc.asyncProperty(shape, zeros, async (sizes, length) => {
          const header = encodeIdx({ values: new Uint8Array(0), shape: [...sizes, 0] });
          header[3]--;
          const start = header.subarray(0, header.length - 4);
          await survives(gzip, gzipSync(Buffer.concat([start, Buffer.alloc(length)])));
        }),
        { ...effort, numRuns: seconds > 0 ? effort.numRuns : 30 },
      );
    },
    timeout,
  );

  it(
    "a picture whose checksums are right",
    async () => {
      let taken = 0;
      await fc.assert(
        fc.asyncProperty(changedChunks(pngFiles), async (chunks) => {
          if (await survives(png, wholePng(chunks))) taken++;
        }),
        effort,
      );
      expect(taken, "some changes do no harm, so the checksums were right").toBeGreaterThan(0);
    },
    timeout,
  );

  it(
    "a picture that unpacks to much more than it is, behind any header",
    async () => {
      const side = fc.oneof(fc.nat(100), fc.nat(10_000), fc.nat(2 ** 32 - 1));
      const kind = fc.constantFrom<readonly [depth: number, colourType: number]>(
        ...([
          [1, 0],
          [8, 0],
          [16, 6],
          [1, 3],
          [8, 2],
        ] as const),
      );
      await fc.assert(
        fc.asyncProperty(
          side,
          side,
          kind,
          fc.boolean(),
          fc.nat(3_000_000),
          async (w, h, kind, even, length) => {
            const chunks: [string, Uint8Array][] = [
              ["IHDR", headerOf(w, h, ...kind, even)],
              ["PLTE", Uint8Array.of(255, 255, 255)],
              ["iCCP", Buffer.concat([Buffer.from("x\0\0"), deflateSync(Buffer.alloc(length))])],
              ["IDAT", deflateSync(Buffer.alloc(length))],
              ["IEND", new Uint8Array(0)],
            ];
            await survives(png, wholePng(chunks));
          },
        ),
        { ...effort, numRuns: seconds > 0 ? effort.numRuns : 30 },
      );
    },
    timeout,
  );
});
