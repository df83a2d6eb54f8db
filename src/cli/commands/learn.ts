import type { Command } from "commander";
import { closestMatch } from "leven";
import { UsageError } from "../../errors.js";
import { pieces } from "../../learn/index.js";
import { createCommand, helpList, runCommand } from "../command.js";
import { numberFlag } from "../flags.js";
import { bugs } from "./learn/bugs.js";
import { check, checkNext, nextPiece } from "./learn/check.js";
import { gradcheck } from "./learn/gradcheck.js";
import { hint } from "./learn/hint.js";
import { init } from "./learn/init.js";
import { defaultFolder, openLesson, pieceNamed } from "./learn/lessonFolder.js";
import { list } from "./learn/list.js";
import { reset } from "./learn/reset.js";
import { solution } from "./learn/solution.js";
import { trainFolder } from "./learn/train.js";
import { trainWithBug } from "./learn/trainWithBug.js";
import { watch } from "./learn/watch.js";

/** `mnist-learn`: write the layers yourself, and be told what is wrong; returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const command = createCommand(
    "mnist-learn",
    "Write the layers of the network yourself, be told what is wrong, and train MNIST with them.",
    [
      ["mnist-learn init", `make ${defaultFolder}, with a file for each piece`],
      ["mnist-learn", "check the next piece, and say what to do"],
      ["mnist-learn watch", "check it again on every save"],
      ["mnist-learn hint", "the idea, the formula, almost the code: one step a call"],
      ["mnist-learn train", "let your layers learn MNIST"],
      ["mnist-learn bugs", "finished code with one thing wrong: find it"],
      ["mnist-learn check --all --json hand-ins/*", "check a class"],
    ],
  );
  let ended: number | null = null;
  command.argument("[piece]", "the piece to check (default: the next that is not right)");
  const keep: Keep =
    (run) =>
    async (...given) => {
      ended = await run(...given);
    };
  addCommands(command, keep);
  const named = pieces.map(({ name, title }, i) => [`${i + 1} ${name}`, title] as const);
  command.addHelpText("after", () => `\n${helpList(command, "Pieces:", named)}`);
  const exitCode = await runCommand(command, argv, () => {
    const [name] = command.args;
    return name === undefined ? checkNext(openLesson()) : checkNamed(command, name);
  });
  return ended ?? exitCode;
}

/** Checks the piece of a name, which may be a mistyped command. */
function checkNamed(command: Command, name: string): Promise<number> {
  const words = command.commands.map((other) => other.name());
  const near = closestMatch(name, words, { maxDistance: 2 });
  if (near === undefined) return check([name], {});
  throw new UsageError(
    `command ${name}: expected one of ${words.join(", ")}; did you mean ${near}?`,
  );
}

/** Wraps what a command does, to keep its exit code. */
// biome-ignore lint/suspicious/noExplicitAny: commander hands over arguments and flags as they were declared
type Keep = (run: (...given: any[]) => Promise<number>) => (...given: any[]) => Promise<void>;

function addCommands(command: Command, keep: Keep): void {
  command
    .command("init [folder]")
    .description(`make a folder with a file for each piece (default: ${defaultFolder})`)
    .option(
      "--pieces <names>",
      "the pieces to write, with commas between; the others come finished",
      (text) => text.split(","),
    )
    .action(keep((folder = defaultFolder, flags) => init(folder, flags)));
  addChecks(command, keep);
  command
    .command("hint [piece]")
    .description("the next hint on a piece, by default on the next that is not right")
    .action(keep(async (name?: string) => hint(openLesson(), await pieceOrNext(name))));
  command
    .command("list")
    .description("all pieces, and which are done")
    .option("--json", "print one JSON document")
    .action(keep((flags) => list(openLesson(), flags)));
  command
    .command("reset <piece>")
    .description("put the stub of a piece, or tensor.mjs, back; the old file is kept beside it")
    .action(keep((name) => reset(openLesson(), name)));
  command
    .command("solution <piece>")
    .description("show our version of a piece that passes")
    .option("--give-up", "show it although yours does not pass")
    .action(keep((name, flags) => solution(openLesson(), pieceNamed(name), flags)));
}

/** The commands that check, and those that train. */
function addChecks(command: Command, keep: Keep): void {
  const timeLimit = [
    "--time-limit <s>",
    "seconds that the checks of a piece may take",
    numberFlag("--time-limit", { whole: false, least: 0.1, most: 3600 }),
  ] as const;
  command
    .command("check [names...]")
    .description("check pieces, or whole folders with --all")
    .option("--all", "all pieces of a lesson, or of each folder that is named")
    .option("--json", "print one JSON document")
    .option(...timeLimit)
    .action(keep((names, flags) => check(names, flags)));
  command
    .command("watch")
    .description("check a piece whenever its file is saved")
    .option("--poll", "look at the files again and again, for drives that report no changes")
    .action(keep((flags) => watch(openLesson(), flags)));
  command
    .command("gradcheck")
    .description("compare each analytic gradient with a numerical one, number by number")
    .option("--layers <whose>", "yours or ours", "yours")
    .option("--model <file>", "at the weights of a saved model")
    .option("--data <dir>", "data set of --model (default: MNIST)")
    .option("--json", "print one JSON document")
    .action(keep((flags) => gradcheck(flags)));
  command
    .command("train")
    .description("train MNIST with your layers, and save the model")
    .option("--data <dir>", "folder with the four IDX files (default: MNIST)")
    .option(
      "--iterations <n>",
      "updates of each of the two runs (default: 1000, then as many as fit a minute)",
      numberFlag("--iterations", { whole: true, least: 1, most: 1e9 }),
    )
    .option("--with-bug <name>", "with our layers and one mistake in them, to see what it costs")
    .action(
      keep(({ withBug, ...flags }) =>
        withBug === undefined
          ? trainFolder(openLesson().path, flags)
          : trainWithBug(withBug, flags),
      ),
    );
  command
    .command("bugs")
    .description("finished code with one thing wrong: find it, fix it, run this again")
    .option("--give-up", "say what is wrong, and go on to the next")
    .action(keep((flags) => bugs(openLesson(), flags)));
}

async function pieceOrNext(name?: string) {
  const lesson = openLesson();
  if (name !== undefined) return pieceNamed(name);
  return (await nextPiece(lesson))?.piece ?? lesson.pieces[lesson.pieces.length - 1];
}
