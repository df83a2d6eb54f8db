import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { FileCommand } from "../../../src/cli/io/files.js";
import { InputError, UsageError } from "../../../src/errors.js";
import { writeDataFolder } from "../../support/dataFolder.js";

const folder = mkdtempSync(join(tmpdir(), "mnist-train-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string) => join(folder, name);
writeFileSync(inFolder("model.json"), "{}");
symlinkSync("model.json", inFolder("link.json"));
mkdirSync(inFolder("folder.svg"));

/** Checks the files of a command line; paths are inside the folder. */
function check(...argv: string[]) {
  const command = new FileCommand("command")
    .inputArgument("[model]", "what it reads", inFolder("model.json"))
    .inputArgument("[more...]", "what else it reads")
    .input("--history <file>", "what it may read")
    .output("--out <file>", "what it writes", "json", { default: inFolder("out.json") })
    .output("--plot <file>", "a picture", "picture", { partial: true })
    .output("--page <file>", "a page", "html", { when: ({ silent }) => !silent })
    .output("--log <file>", "what it writes back", "json", { replaces: "history" })
    .option("--data <dir>")
    .option("--silent")
    .exitOverride()
    .action(() => {});
  command.parse(
    argv.map((word) => (word.startsWith("-") ? word : inFolder(word))),
    { from: "user" },
  );
  return { command, openData: command.checkFiles() };
}

describe("the files of a command", () => {
  it("are accepted where all of them differ", () => {
    check();
    check("other.json", "third.json", "--plot", "a.SVG", "--page", "a.htm", "--history", "h.json");
  });

  it("have names that say what they hold", () => {
    expect(() => check("--plot", "a.gif")).toThrow(UsageError);
    expect(() => check("--plot", "a.gif")).toThrow(/a\.gif: expected .* ends in \.svg or \.png$/);
    expect(() => check("--page", "a")).toThrow(/a: expected a file name that ends in \.html/);
  });

  it("are not standard output, which carries results", () => {
    const command = new FileCommand("command")
      .output("--out <file>", "what it writes", "picture")
      .exitOverride()
      .action(() => {});
    command.parse(["--out", "-"], { from: "user" });
    expect(() => command.checkFiles()).toThrow(UsageError);
    expect(() => command.checkFiles()).toThrow(/^--out -: expected the name of a file, .* \.\/-/);
  });

  it("can be written where an interrupted run saves them, too", () => {
    const name = `${"a".repeat(250)}.svg`;
    expect(() => check("--page", `${"a".repeat(250)}.html`)).not.toThrow();
    expect(() => check("--plot", name)).toThrow(
      /a\.partial\.svg: cannot be written \(ENAMETOOLONG/,
    );
  });

  it("can be written", () => {
    expect(() => check("--plot", "folder.svg")).toThrow(InputError);
    expect(() => check("--plot", "folder.svg")).toThrow(/folder\.svg: a directory, expected/);
    expect(() => check("--plot", "none/a.svg")).toThrow(/a\.svg: cannot be written \(ENOENT\)/);
  });

  it.each([
    [["--out", "model.json"], /^--out \S+: expected another file than the model \S+model\.json$/],
    [["--out", "link.json"], /link\.json: expected another file than the model/],
    [["a.json", "b.json", "c.json", "--out", "c.json"], /than the more \S+c\.json$/],
    [["--history", "h.json", "--out", "h.json"], /^--out .* than --history \S+h\.json$/],
    [["out.json"], /^--out \S+out\.json: expected another file than the model/],
  ])("are not written over those that are read: %j", (argv, says) => {
    expect(() => check(...argv)).toThrow(UsageError);
    expect(() => check(...argv)).toThrow(says);
  });

  it.each([
    [["--page", "a.html", "--log", "a.html"], /^--log .* than --page \S+a\.html$/],
    [["--log", "out.json"], /^--log .* than --out \S+out\.json$/],
    [
      ["--plot", "a.svg", "--log", "a.partial.svg"],
      /saved as \S+a\.partial\.svg by an interrupted/,
    ],
    [["a.partial.svg", "--plot", "a.svg"], /^--plot .*saved as .* than the model/],
  ])("are not written over each other, nor where an interrupted run saves: %j", (argv, says) => {
    expect(() => check(...argv)).toThrow(says);
  });

  it("may replace the one input that they are declared to replace, and do by default", () => {
    check("--history", "h.json", "--log", "h.json");
    const { command } = check("--history", "h.json");
    expect(command.opts().log).toBe(inFolder("h.json"));
    expect(() => check("--history", "out.json")).toThrow(/^--out .* than --history/);
    expect(() => check("--history", "none/h.json")).toThrow(/cannot be written/);
  });

  it("are not files of the data set, which is known once it is opened", async () => {
    const data = writeDataFolder();
    const labels = join(data, "t10k-labels-idx1-ubyte");
    symlinkSync(labels, inFolder("labels.svg"));
    symlinkSync(data, inFolder("data"));
    const refused = expect(check("--data", "data", "--plot", "labels.svg").openData()).rejects;
    await refused.toThrow(/^--plot \S+labels\.svg: expected another file than those of the data$/);
    const { train } = await check("--data", "data").openData();
    expect(train.labels).toHaveLength(30);
  });

  it("are not checked where other flags say that they are not written", () => {
    expect(() => check("--page", "none/a.html")).toThrow(/cannot be written/);
    check("--silent", "--page", "none/a.html");
  });
});
