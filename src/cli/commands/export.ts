import { extname } from "node:path";
import { writeFileWhole } from "../../documents/files.js";
import { type ExportFormat, encodeNet, exportFormats } from "../../documents/formats/exportNet.js";
import { type Layout, layoutNames } from "../../documents/formats/namedArrays.js";
import { exitCodes, UsageError } from "../../errors.js";
import { createCommand, runCommand } from "../command.js";
import { oneOf } from "../flags.js";
import { addModelFlags, loadModel, type ModelFlags, modelArgument } from "../io/savedFiles.js";
import { note, terminalWidth, wrapped } from "../io/terminal.js";

interface Flags extends ModelFlags {
  readonly format?: ExportFormat;
  readonly layout?: Layout;
  readonly probabilities?: true;
  readonly quiet?: true;
}

/** What no array and no operator of these formats says. */
const DESKEW_NOTE =
  "note: the net takes deskewed images, and the file does not deskew: make digits upright first, as " +
  "docs/model-file.md describes. Nets trained with --no-deskew take images as they are.";

/** `mnist-export`: writes a model in the format of another tool; returns the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const command = createCommand("mnist-export", "Write a model for other tools to load.", [
    ["mnist-export model.json m.onnx", "ONNX: pixels in, scores out"],
    ["mnist-export model.json m.safetensors", "W1, b1, W2, b2, mean_image"],
    ["mnist-export model.json m.npz", "the same for numpy.load"],
    ["… m.onnx --probabilities", "softmax of the scores"],
    ["… m.safetensors --layout torch", "for PyTorch's load_state_dict"],
  ]);
  command
    .inputArgument("<model>", modelArgument)
    .outputArgument("<file>", "the file to write: .onnx, .safetensors or .npz", "export")
    .optionsGroup("Output:")
    .option("--format <name>", `${exportFormats.join(", ")} (default: by the ending)`, (text) =>
      oneOf("--format", text, exportFormats),
    )
    .option(
      "--layout <name>",
      "plain: W1 (D, H), b1, W2, b2; torch: 0.weight (H, D), 0.bias, … (default: plain)",
      (text) => oneOf("--layout", text, layoutNames),
    )
    .option("--probabilities", "in ONNX, put out probabilities in place of scores")
    .option("--quiet", "print errors only");
  addModelFlags(command);
  return runCommand(command, argv, () => {
    const [model, file] = command.processedArgs;
    return run(model, file, command.opts());
  });
}

async function run(path: string, file: string, flags: Flags): Promise<number> {
  const format = flags.format ?? formatOf(file);
  const model = await loadModel(path, flags);
  const bytes = encodeNet(model, format, flags);
  await writeFileWhole(file, bytes);
  if (!flags.quiet) {
    note(`saved ${file}: ${format}, ${bytes.length} bytes`);
    if (model.preprocessing.deskew) note(wrapped(DESKEW_NOTE, terminalWidth(process.stderr)));
  }
  return exitCodes.done;
}

/** The format that the ending of a file name stands for. */
function formatOf(file: string): ExportFormat {
  const ending = extname(file).slice(1).toLowerCase();
  const format = exportFormats.find((name) => name === ending);
  if (format !== undefined) return format;
  const endings = exportFormats.map((name) => `.${name}`).join(", ");
  throw new UsageError(`the file ${file}: expected a name that ends in ${endings}, or --format`);
}
