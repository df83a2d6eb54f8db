import { describe, expect, it } from "vitest";
import { flagMeant } from "../../src/cli/otherNames.js";
import { runCommand } from "../support/runCommand.js";

const flags =
  "--learning-rate --batch-size --hidden --epochs --reg --augment --no-augment --help".split(" ");

describe("flagMeant", () => {
  it.each([
    ["--lr", "--learning-rate"],
    ["--lr=0.1", "--learning-rate"],
    ["--learning_rate", "--learning-rate"],
    ["--learningRate", "--learning-rate"],
    ["--batch", "--batch-size"],
    ["--hidden-size", "--hidden"],
    ["--hidden_units=50", "--hidden"],
    ["--epoch", "--epochs"],
    ["--num-epochs", "--epochs"],
    ["--wd", "--reg"],
    ["--weight-decay", "--reg"],
    ["--bacth-size", "--batch-size"],
    ["--no-augmnt", "--no-augment"],
  ])("%s means %s", (typed, meant) => {
    expect(flagMeant(typed, flags)).toBe(meant);
  });

  it("offers no flag that the command lacks, and none for what resembles nothing", () => {
    expect(flagMeant("--lr", ["--model", "--json"])).toBeUndefined();
    expect(flagMeant("--frobnicate", flags)).toBeUndefined();
  });
});

it("a flag by another library's name is refused with ours, in one line", async () => {
  const { stderr, exitCode } = await runCommand("mnist-train", ["--lr", "0.1"]);
  expect(stderr).toBe(
    "error: unknown option '--lr' (did you mean --learning-rate?); see mnist-train --help\n",
  );
  expect(exitCode).toBe(2);
});
