import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileNames, type Role, smallDataSet, writeDataFolder } from "../support/dataFolder.js";
import { type CommandName, callCommand } from "../support/runCommand.js";

/*
 * What a user sees when a file, a flag or a run goes wrong. These tests run side by side, so their
 * folders lie in one that goes when all are done.
 */

const root = mkdtempSync(join(tmpdir(), "mnist-train-"));
const small = smallDataSet();
const good = join(root, "good");
const model = join(root, "model.json");
const shortRun = "--validation 6 --hidden 8 --epochs 20 --batch-size 8 --std 0.01".split(" ");

beforeAll(async () => {
  mkdirSync(good);
  writeDataFolder(small, good);
  const flags = ["--data", good, "--out", model, "--learning-rate", "0.001", ...shortRun];
  const { exitCode, stderr } = await callCommand("mnist-train", flags);
  expect(exitCode, stderr).toBe(0);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function newFolder(prefix = "case-"): string {
  return mkdtempSync(join(root, prefix));
}

/** A new folder with the small data set, some of its files replaced; null leaves one out. */
function dataFolder(changes: Partial<Record<Role, Uint8Array | null>>, prefix?: string): string {
  const folder = newFolder(prefix);
  for (const role of Object.keys(fileNames) as Role[]) {
    const bytes = changes[role] === undefined ? small[role] : changes[role];
    if (bytes !== null) writeFileSync(join(folder, fileNames[role]), bytes);
  }
  return folder;
}

/** Runs a command that must end in one line on standard error; returns it without "error: ". */
async function complaint(
  name: CommandName,
  args: readonly string[],
  expectedExitCode: number,
  cwd?: string,
): Promise<string> {
  const { exitCode, stdout, stderr } = await callCommand(name, args, cwd);
  expect(stderr.trim()).not.toContain("\n");
  expect(stderr).toMatch(/^error: .+\n$/);
  expect(stderr).not.toContain("    at ");
  expect(stdout).toBe("");
  expect(exitCode, stderr).toBe(expectedExitCode);
  return stderr.trim().slice("error: ".length);
}

/** `complaint` of mnist-train, which must leave an older model alone, and nothing beside it. */
async function trainComplaint(
  args: readonly string[],
  expectedExitCode: number,
  cwd?: string,
): Promise<string> {
  const folder = newFolder();
  const older = Uint8Array.of(0, 255, 10, 123);
  writeFileSync(join(folder, "older.json"), older);
  const out = ["--out", join(folder, "older.json")];
  const said = await complaint("mnist-train", [...out, ...args], expectedExitCode, cwd);
  expect(Uint8Array.from(readFileSync(join(folder, "older.json")))).toEqual(older);
  expect(readdirSync(folder)).toEqual(["older.json"]);
  return said;
}

/** The start of an IDX file of images. */
function imageHeader(...sizes: [number, number, number]): Uint8Array {
  const bytes = Buffer.from([0, 0, 8, 3, ...new Array<number>(12)]);
  sizes.forEach((size, i) => void bytes.writeUInt32BE(size, 4 + 4 * i));
  return bytes;
}

describe.concurrent("mnist-train ends with code 3, one line and the older model untouched", () => {
  const packedWrongly = gzipSync(small.trainLabels);
  packedWrongly[packedWrongly.length - 8] ^= 1; // the checksum

  const cases: {
    title: string;
    changes: Partial<Record<Role, Uint8Array | null>>;
    file: Role;
    says: RegExp;
    flags?: string[];
  }[] = [
    {
      title: "a file is missing",
      changes: { testLabels: null },
      file: "testLabels",
      says: /: no such file.*, expected the four IDX files.*; name the folder with --data$/,
    },
    {
      title: "a file is empty",
      changes: { trainImages: new Uint8Array(0) },
      file: "trainImages",
      says: /: the file is empty, expected IDX data; fetch it again$/,
    },
    {
      title: "a file is cut short",
      changes: { trainImages: small.trainImages.subarray(0, 400) },
      file: "trainImages",
      says: /: 400 bytes, expected 616 for sizes 30 x 4 x 5; .*cut short, fetch it again$/,
    },
    {
      title: "a file goes on behind its end",
      changes: { testImages: Buffer.concat([small.testImages, small.testImages]) },
      file: "testImages",
      says: /: 392 bytes, expected 196 .*; 196 bytes follow the last value, fetch the file again$/,
    },
    {
      title: "a file is a web page",
      changes: { trainLabels: Buffer.from("<!DOCTYPE html>\n<html>\n") },
      file: "trainLabels",
      says: /: begins with "<!DOCTYPE html>", expected IDX data; .*fetch the file again$/,
    },
    {
      title: "images and labels are swapped",
      changes: { trainImages: small.trainLabels, trainLabels: small.trainImages },
      file: "trainImages",
      says: /: magic number 2049 \(labels\), expected 2051 \(images\); are the .* files swapped\?$/,
    },
    {
      title: "sizes multiply past 2^53",
      changes: { trainImages: imageHeader(0xffffffff, 0xffffffff, 0xffffffff) },
      file: "trainImages",
      says: /multiply past 2\^53 bytes, expected sizes that fit the file; .*fetch the file again$/,
    },
    {
      title: "a small gzip file promises gigabytes",
      changes: { trainImages: gzipSync(imageHeader(4000000, 28, 28)) },
      file: "trainImages",
      says: /promises 3136000016 bytes, expected at most what \d+ bytes .*fetch it again$/,
    },
    {
      title: "a gzip file fails its checksum",
      changes: { trainLabels: packedWrongly },
      file: "trainLabels",
      says: /\(incorrect data check\), expected a whole gzip file; .*fetch it again$/,
    },
    {
      title: "there are fewer labels than images",
      changes: { trainLabels: small.testLabels },
      file: "trainLabels",
      says: /: 9 labels, expected 30 as in .*; use files of one data set$/,
    },
    {
      title: "test images have another size than training images",
      changes: { testImages: smallDataSet({ rows: 2, columns: 10 }).testImages },
      file: "testImages",
      says: /: images of 2 x 10, expected 4 x 5 as in .*; use files of one data set$/,
    },
    {
      title: "a label is outside --classes",
      changes: {},
      flags: ["--classes", "2"],
      file: "trainLabels",
      says: /: label 2 at index 2, expected 0 to 1; raise --classes, or leave it out/,
    },
  ];

  it.each(cases.map((row) => [row.title, row] as const))(
    "when %s",
    async (_, { changes, file, says, flags = [] }) => {
      const folder = dataFolder(changes);
      const said = await trainComplaint(["--data", folder, ...shortRun, ...flags], 3);
      expect(said.startsWith(join(folder, fileNames[file])), said).toBe(true);
      expect(said).toMatch(says);
    },
  );

  it("when a directory is in a file's place", async () => {
    const folder = dataFolder({ trainLabels: null });
    mkdirSync(join(folder, fileNames.trainLabels));
    expect(await trainComplaint(["--data", folder], 3)).toBe(
      `${join(folder, fileNames.trainLabels)}: a directory, expected an IDX file; ` +
        "move it out of the way",
    );
  });

  it.runIf(process.platform !== "win32")(
    "when the data folder has a line break and an escape code in its name",
    async () => {
      const folder = dataFolder({ testImages: null }, "two\nlines \u001b[31m");
      const said = await trainComplaint(["--data", folder], 3);
      expect(said).toContain("two lines  [31m");
      expect(said).not.toContain("\u001b");
    },
  );
});

describe.concurrent("mnist-train ends with code 2 and one line", () => {
  const cases: [flags: string, says: string | RegExp][] = [
    ["--batch-size 0", "--batch-size 0: expected a whole number from 1 to 65536"],
    ["--batch-size 65537", "--batch-size 65537: expected a whole number from 1 to 65536"],
    ["--learning-rate nan", "--learning-rate nan: expected a number above 0, at most 1000000"],
    ["--learning-rate 0", "--learning-rate 0: expected a number above 0, at most 1000000"],
    ["--learning-rate 1e999", "--learning-rate 1e999: expected a number above 0, at most 1000000"],
    ["--iterations 1.5", "--iterations 1.5: expected a whole number from 1 to 1000000000"],
    ["--iterations 0x10", "--iterations 0x10: expected a whole number from 1 to 1000000000"],
    ["--hidden -1", "--hidden -1: expected a whole number from 1 to 8192"],
    ["--seed -1", "--seed -1: expected a whole number from 0 to 2^53 - 1"],
    ["--classes 257", "--classes 257: expected a whole number from 1 to 256"],
    ["--recipe notebok", /^--recipe notebok: expected one of .*; did you mean notebook\?$/],
    ["--engine refrence", /^--engine refrence: expected one of .*; did you mean reference\?$/],
    ["--sampling foo", "--sampling foo: expected one of replacement, passes"],
    [
      "--batchsize 5",
      /unknown option '--batchsize' \(did you mean --batch-size\?\); see .* --help$/,
    ],
    ["--hidden", /^option '--hidden <n>' argument missing; see mnist-train --help$/],
    ["model.json", /^too many arguments.* got 1; see mnist-train --help$/],
    ["--iterations 5 --epochs 5", "--iterations 5 and --epochs 5: expected one of the two"],
    [
      "--validation 30",
      "validation 30: the data has 30 training images and at least one must be left to train on, " +
        "expected --validation 0 to 29",
    ],
    [
      "--limit 25 --validation 6",
      "limit 25: 24 of 30 training images are left after validation takes 6, " +
        "expected --limit 1 to 24",
    ],
  ];

  it.each(cases)("when told %s", async (flags, says) => {
    const said = await trainComplaint(["--data", good, ...flags.split(" ")], 2);
    if (typeof says === "string") expect(said).toBe(says);
    else expect(said).toMatch(says);
  });

  it("when told to take more images than MNIST has", async () => {
    expect(await trainComplaint(["--limit", "60001", "--validation", "0"], 2, root)).toBe(
      "limit 60001: 60000 of 60000 training images are left after validation takes 0, " +
        "expected --limit 1 to 60000",
    );
  });

  it("when model and history are to be one file", async () => {
    const folder = newFolder();
    const args = ["--data", good, "--out", "a.json", "--history", "a.json"];
    expect(await complaint("mnist-train", args, 2, folder)).toBe(
      "--history a.json: expected another file than --out a.json",
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe.concurrent("mnist-train finds out before it trains that it cannot save", () => {
  it("because the folder is missing", async () => {
    const out = join(root, "missing", "model.json");
    const said = await complaint("mnist-train", ["--data", good, "--out", out], 3);
    expect(said).toBe(
      `${out}: cannot be written (ENOENT), expected a file in a folder that exists and may be ` +
        "written to; choose another path",
    );
    expect(existsSync(join(root, "missing"))).toBe(false);
  });

  it("because a directory has that name", async () => {
    const out = newFolder();
    const said = await complaint("mnist-train", ["--data", good, "--out", out], 3);
    expect(said).toMatch(/: a directory, expected the name of a file to write/);
    expect(said.startsWith(`${out}: `)).toBe(true);
    expect(readdirSync(out)).toEqual([]);
  });

  it("because the history has no place to go", async () => {
    const history = join(root, "missing", "history.json");
    const said = await trainComplaint(["--data", good, "--history", history], 3);
    expect(said).toMatch(
      /history\.json: cannot be written \(ENOENT\), expected .*; choose another/,
    );
  });
});

describe.concurrent("mnist-train ends with code 4 when training diverges", () => {
  const diverging = ["--data", good, ...shortRun, "--learning-rate", "1e5", "--quiet"];
  const says =
    /^training diverged at iteration \d+: .+, expected a finite number; try a smaller learning rate than [\d.]+, such as --learning-rate [\d.]+$/;

  it("names the iteration, suggests a smaller learning rate, leaves the older model", async () => {
    const said = await trainComplaint(diverging, 4);
    expect(said).toMatch(says);
    const [iteration, rate, smaller] = said.match(/\d+(\.\d+)?/g)!.map(Number);
    expect(iteration).toBeGreaterThanOrEqual(1);
    expect(iteration).toBeLessThanOrEqual(60);
    expect(rate).toBeLessThanOrEqual(1e5);
    expect(smaller).toBe(0.001); // the lesson's; a tenth of 1e5 would diverge again
  });

  it("writes no model where there was none, but the history up to there", async () => {
    const folder = newFolder();
    const files = ["--out", join(folder, "model.json"), "--history", join(folder, "history.json")];
    expect(await complaint("mnist-train", [...diverging, ...files], 4)).toMatch(says);
    expect(readdirSync(folder)).toEqual(["history.json"]);
  });

  it("has the error as the last line behind the progress", async () => {
    const folder = newFolder();
    const args = [...diverging.filter((flag) => flag !== "--quiet"), "--out", "m.json"];
    const { exitCode, stderr } = await callCommand("mnist-train", args, folder);
    expect(exitCode).toBe(4);
    expect(stderr.trim().split("\n").at(-1)).toMatch(/^error: training diverged/);
    expect(stderr).not.toContain("    at ");
  });
});

/** The model as text with one field, named by its path, set to a value; undefined takes it out. */
function modelWith(path: string, value: unknown): string {
  const document = JSON.parse(readFileSync(model, "utf8"));
  const names = path.split(".");
  const last = names.pop()!;
  let parent = document;
  for (const name of names) parent = parent[name];
  expect(parent, "the model has no such field").toHaveProperty([last]);
  parent[last] = value;
  return JSON.stringify(document);
}

describe.concurrent("mnist-eval ends with code 3 and one line that names the model", () => {
  const damaged = "; the file is damaged, train the model again";
  const cases: { title: string; text: () => string; says: string | RegExp }[] = [
    {
      title: "is empty",
      text: () => "",
      says: /^not JSON \(.+\), expected a model file; name a file that mnist-train saved$/,
    },
    {
      title: "is no JSON, on several lines",
      text: () => '{\n  "format":\n  oops\n}\n',
      says: /^not JSON \(.+\), expected a model file; name a file that mnist-train saved$/,
    },
    {
      title: "is cut short",
      text: () => readFileSync(model, "utf8").slice(0, -100),
      says: /^not JSON \(.+\), expected a model file; name a file that mnist-train saved$/,
    },
    {
      title: "is JSON of another kind",
      text: () => "null",
      says:
        'format is missing, expected "mnist-train-model"; ' + "name a file that mnist-train saved",
    },
    {
      title: "has another format",
      text: () => '{"format": "layers-model", "version": 1}',
      says:
        'format is "layers-model", expected "mnist-train-model"; ' +
        "name a file that mnist-train saved",
    },
    {
      title: "has another version",
      text: () => modelWith("version", 2),
      says: "version is 2, expected 1; use the mnist-train that wrote it, or train the model again",
    },
    {
      title: "has no scale",
      text: () => modelWith("preprocessing.scale", undefined),
      says: `preprocessing.scale is missing, expected in every model file${damaged}`,
    },
    {
      title: "has an infinite scale",
      text: () => readFileSync(model, "utf8").replace('"scale": 1,', '"scale": 1e400,'),
      says: `preprocessing.scale is Infinity, expected a number above 0, at most 1000000${damaged}`,
    },
    {
      title: "has a scale of 0",
      text: () => modelWith("preprocessing.scale", 0),
      says: `preprocessing.scale is 0, expected a number above 0, at most 1000000${damaged}`,
    },
    {
      title: "has a class name that would steer a terminal",
      text: () => modelWith("classNames", ["0", "\u001b[31m1", "2"]),
      says: `classNames.1 is "\\u001b[31m1", expected text without control characters${damaged}`,
    },
    {
      title: "has half a hidden unit",
      text: () => modelWith("architecture.hiddenSize", 8.5),
      says: `architecture.hiddenSize is 8.5, expected a whole number from 1 to 8192${damaged}`,
    },
    {
      title: "has fewer numbers than its shape says",
      text: () => modelWith("parameters.W2.values", new Array(23).fill(0)),
      says: `parameters.W2.values has length 23, expected 24${damaged}`,
    },
    {
      title: "has a mean image of another length",
      text: () => modelWith("preprocessing.meanImage", new Array(21).fill(0)),
      says: `preprocessing.meanImage has length 21, expected 20${damaged}`,
    },
    {
      title: "has a shape that does not fit its architecture",
      text: () => modelWith("parameters.W1.shape", [8, 20]),
      says: `parameters.W1.shape is 8 x 20, expected 20 x 8${damaged}`,
    },
    {
      title: "has more inputs than pixels",
      text: () => modelWith("preprocessing.rows", 5),
      says: `architecture.inputSize is 20, expected 25 for images of 5 x 5${damaged}`,
    },
    {
      title: "has a string among its numbers",
      text: () => modelWith("parameters.b1.values.3", "0.1\n"),
      says: `parameters.b1.values.3 is "0.1\\n", expected number${damaged}`,
    },
    {
      title: "has a null among its numbers, as JSON.stringify writes NaN",
      text: () => modelWith("parameters.W1.values.7", Number.NaN),
      says: `parameters.W1.values.7 is null, expected number${damaged}`,
    },
    {
      title: "has a number that float32 cannot hold",
      text: () => modelWith("parameters.b2.values.2", 1e39),
      says: `parameters.b2.values.2 is 1e+39, expected a finite float32${damaged}`,
    },
    {
      title: "has a string of megabytes among its numbers",
      text: () => modelWith("parameters.b1.values", "x".repeat(3e6)),
      says: `parameters.b1.values is "${"x".repeat(39)}…, expected Array${damaged}`,
    },
  ];

  it.each(cases.map((row) => [row.title, row] as const))("which %s", async (_, { text, says }) => {
    const file = join(newFolder(), "bad.json");
    writeFileSync(file, text());
    const said = await complaint("mnist-eval", [file, "--data", good], 3);
    expect(said.startsWith(`${file}: `), said).toBe(true);
    if (typeof says === "string") expect(said).toBe(`${file}: ${says}`);
    else expect(said.slice(`${file}: `.length)).toMatch(says);
  });

  it("which is missing", async () => {
    expect(await complaint("mnist-eval", ["--data", good], 3, newFolder())).toBe(
      "model.json: cannot be read (ENOENT), expected a model file; " +
        "run mnist-train first, or check the path",
    );
  });

  it("which is a directory", async () => {
    expect(await complaint("mnist-eval", [good, "--data", good], 3)).toBe(
      `${good}: not a regular file, expected a model file; name one that mnist-train saved`,
    );
  });

  it("when it says a split that the data cannot give", async () => {
    const path = join(root, "split.json");
    writeFileSync(path, modelWith("training.validation", 999));
    const said = await complaint("mnist-eval", [path, "--data", good, "--split", "train"], 3);
    expect(said).toMatch(/split\.json: training\.validation is 999 and .*, expected a split of 30/);
  });

  it("when it was made for images of another size", async () => {
    const folder = dataFolder(smallDataSet({ rows: 5, columns: 4 }));
    expect(await complaint("mnist-eval", [model, "--data", folder], 3)).toBe(
      `${model}: a model for images of 4 x 5, expected 5 x 4 as in ${folder}; ` +
        "choose other data or another model",
    );
  });

  it("when it was made for another number of classes", async () => {
    const folder = dataFolder(smallDataSet({ classes: 7 }));
    expect(await complaint("mnist-eval", [model, "--data", folder], 3)).toMatch(
      /: a model for 3 classes, expected 7 as in the labels of .*; choose other data or another model/,
    );
  });

  it("unless it is the data that is bad, which is named then", async () => {
    const folder = dataFolder({ testImages: small.testImages.subarray(0, 50) });
    const said = await complaint("mnist-eval", [model, "--data", folder], 3);
    expect(said.startsWith(join(folder, fileNames.testImages)), said).toBe(true);
    expect(said).toMatch(/: 50 bytes, expected 196 for sizes 9 x 4 x 5; .*fetch it again$/);
  });
});

describe.concurrent("mnist-eval", () => {
  it.each<[flags: string, says: string | RegExp]>([
    ["--min-accuracy 2", "--min-accuracy 2: expected a number from 0 to 1"],
    ["--min-accuracy 97%", "--min-accuracy 97%: expected a number from 0 to 1"],
    [
      "--split tset",
      /^--split tset: expected one of test, train, validation; did you mean test\?$/,
    ],
    ["--jsn", /^unknown option '--jsn' \(did you mean --json\?\); see mnist-eval --help$/],
    ["other.json", /^too many arguments.* got 2; see mnist-eval --help$/],
  ])("ends with code 2 and one line when told %s", async (flags, says) => {
    const said = await complaint("mnist-eval", [model, "--data", good, ...flags.split(" ")], 2);
    if (typeof says === "string") expect(said).toBe(says);
    else expect(said).toMatch(says);
  });

  it("ends with code 5 below --min-accuracy, and prints the figures all the same", async () => {
    const shifted = small.testLabels.map((byte, i) => (i < 8 ? byte : (byte + 1) % 3));
    const folder = dataFolder({ testLabels: shifted });
    const args = [model, "--data", folder, "--min-accuracy", "0.9"];
    const [text, json] = await Promise.all([
      callCommand("mnist-eval", args),
      callCommand("mnist-eval", [...args, "--json"]),
    ]);
    const { accuracy, images } = JSON.parse(json.stdout);
    expect(images).toBe(9);
    expect(accuracy).toBeLessThan(0.9);
    expect(text.stdout).toContain(`accuracy        ${(100 * accuracy).toFixed(2)} %`);
    for (const { exitCode, stderr } of [text, json]) {
      expect(exitCode).toBe(5);
      expect(stderr).toBe(
        `error: accuracy ${accuracy}, expected at least 0.9 (--min-accuracy); ` +
          "train the model longer, or lower the floor\n",
      );
    }
  });

  it("ends with code 0 where --min-accuracy is reached", async () => {
    const args = [model, "--data", good, "--min-accuracy", "0.9"];
    const { exitCode, stdout, stderr } = await callCommand("mnist-eval", args);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/accuracy {8}\d/);
    expect(exitCode).toBe(0);
  });

  it("does not write over the checkpoint that it goes on from, nor a preview over the data", async () => {
    const folder = newFolder();
    const run = ["--data", good, ...shortRun, "--checkpoint", "run.json", "--quiet"];
    expect((await callCommand("mnist-train", run, folder)).exitCode).toBe(0);
    const kept = readFileSync(join(folder, "run.json"));
    const resume = ["--data", good, "--resume", "run.json", "--checkpoint", "other.json"];
    const said = await complaint("mnist-train", [...resume, "--out", "run.json"], 2, folder);
    expect(said).toMatch(/^--out run\.json: expected another file than --resume run\.json/);
    expect(readFileSync(join(folder, "run.json")).equals(kept)).toBe(true);

    const images = join(folder, fileNames.trainImages);
    writeDataFolder(small, folder);
    symlinkSync(images, join(folder, "look.png"));
    const preview = ["--data", folder, "--preview-augment", "look.png"];
    const refused = await complaint("mnist-train", [...preview, "--validation", "6"], 2, folder);
    expect(refused).toMatch(/^--preview-augment look\.png: expected another file than those of/);
    expect(readFileSync(images).equals(small.trainImages)).toBe(true);
  });
});

it("--nesterov alone is refused by the name of its flag, before any data is opened", async () => {
  const said = await trainComplaint(["--nesterov", "--data", join(root, "nowhere")], 2);
  expect(said).toBe("--nesterov with --momentum 0: expected a momentum above 0 to look ahead by");
});

describe("checkpoints that no text could hold", () => {
  it("are refused before the run", async () => {
    const flags = ["--data", good, "--checkpoint", "c.json", "--iterations", "1000000000"];
    expect(await complaint("mnist-train", [...flags, "--validation", "6"], 2, newFolder())).toMatch(
      /--checkpoint c\.json: the state of this run takes up to \d+ bytes, expected at most \d+; use /,
    );
  });
});

describe("JSON that is not as the commands write it", () => {
  it("is read after a byte order mark", async () => {
    const marked = join(newFolder(), "marked.json");
    writeFileSync(marked, `\ufeff${readFileSync(model, "utf8")}`);
    const { exitCode } = await callCommand("mnist-eval", [marked, "--data", good]);
    expect(exitCode).toBe(0);
  });

  it.each([
    ["with a mark", "\ufeff"],
    ["without one", ""],
  ])("is named where it is UTF-16, %s", async (_, mark) => {
    const wide = join(newFolder(), "wide.json");
    writeFileSync(wide, mark + readFileSync(model, "utf8"), "utf16le");
    expect(await complaint("mnist-eval", [wide, "--data", good], 3)).toMatch(
      /wide\.json: UTF-16 text, expected a model file in UTF-8; save it as UTF-8$/,
    );
  });

  it.each([
    ["mnist-eval", (file: string) => [file, "--data", good]],
    ["mnist-report", (file: string) => [file, "--data", good]],
    ["mnist-show", (file: string) => ["--history", file]],
    ["mnist-train", (file: string) => ["--resume", file, "--data", good]],
    ["mnist-predict", (file: string) => ["x.png", "--model", file]],
  ] as const)(
    "ends %s in one line where it is nothing but brackets",
    async (name, args) => {
      const file = join(newFolder(), "brackets.json");
      writeFileSync(file, "[".repeat(1e6));
      expect(await complaint(name, args(file), 3, newFolder())).toMatch(
        /brackets\.json: objects or arrays nested more than 8 deep, expected /,
      );
      writeFileSync(file, `[${"{},".repeat(1e6)}0]`);
      expect(await complaint(name, args(file), 3, newFolder())).toMatch(
        /brackets\.json: more than \d+ objects, arrays and texts in \d+ characters, expected /,
      );
    },
    30_000,
  );
});
