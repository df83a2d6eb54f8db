import { type Command, Option } from "commander";
import { asTaken } from "../../../dataset/deskew.js";
import { writeFileWhole } from "../../../documents/files.js";
import type { AnyModel } from "../../../documents/model.js";
import { exitCodes, UsageError } from "../../../errors.js";
import {
  type Answered,
  answerAfterStep,
  type BackwardPass,
  backwardThrough,
  unitsBySlope,
  weightChange,
} from "../../../inspect/backward.js";
import { passThrough } from "../../../inspect/explain.js";
import { weightsInto } from "../../../inspect/hiddenUnits.js";
import type { FloatArray } from "../../../layers/tensor.js";
import { TwoLayerNet } from "../../../net/twoLayerNet.js";
import type { BackwardView } from "../../../render/backwardView.js";
import { backwardSvg } from "../../../render/svg/backwardSvg.js";
import { backwardText } from "../../../render/terminal/backwardText.js";
import { whole } from "../../../settings/entry.js";
import { settingsTable } from "../../../settings/table.js";
import { numberFlag } from "../../flags.js";
import type { OpenData } from "../../io/files.js";
import { pictureOf } from "../../io/pictures.js";
import { loadModel } from "../../io/savedFiles.js";
import { note, print, printJson, styleFor, terminalWidth, wrapped } from "../../io/terminal.js";
import { chooseOneImage, type ImageFlags } from "./images.js";

/** Flags of the way back. */
export interface BackwardFlags extends ImageFlags {
  readonly unit?: number;
  readonly learningRate?: number;
}

/** Adds the flags of the way back to a command. */
export function addBackwardFlags(command: Command): void {
  const { hidden, learningRate } = settingsTable;
  command
    .addOption(
      new Option(
        "--backward",
        "show the backward pass of one image, and what a step of SGD would change (default model: model.json)",
      ).implies({ model: "model.json" }),
    )
    .option(
      "--unit <n>",
      "with --backward: the hidden unit to show (default: the one that changes most)",
      numberFlag("--unit", whole(0, hidden.range!.most)),
    )
    .option(
      "--learning-rate <x>",
      "with --backward: that of the step (default: that of the model's run)",
      numberFlag("--learning-rate", learningRate.range!),
    );
}

/** Lines of a screen that does not tell how many it has. */
const LINES = 24;

/** Shows the way back of one image through a model, and the step that follows; returns the exit code. */
export async function showBackward(
  path: string,
  flags: BackwardFlags,
  openData: OpenData,
): Promise<number> {
  const model = await loadModel(path, flags);
  const net = new TwoLayerNet(model.parameters);
  const { unit: asked, index: images = [], split, out, json } = flags;
  if (images.length > 1) {
    throw new UsageError(`--index ${images.join(",")}: expected one image with --backward`);
  }
  if (asked !== undefined && asked >= net.hiddenSize) {
    throw new UsageError(
      `--unit ${asked}: no hidden unit of ${path}, expected 0 to ${net.hiddenSize - 1}`,
    );
  }
  const learningRate = flags.learningRate ?? model.settings?.learningRate;
  if (learningRate === undefined) {
    throw new UsageError(
      `--backward: ${path} does not say with which learning rate it was trained, expected ` +
        "--learning-rate",
    );
  }
  const data = await openData();
  const { index, label, pixels } = await chooseOneImage(path, model, data, flags);
  const taken = asTaken(pixels, model.preprocessing);
  const backward = backwardThrough(net, passThrough(net, taken, model.preprocessing), label);
  const view = viewOf(net, model, backward, { unit: asked, learningRate });
  const [labelled, answered] = [label, backward.prediction].map((c) => model.classNames[c]);
  const caption =
    `backward pass of ${split} image ${index} of ${data.name ?? data.directory} in ${path}: ` +
    `label ${labelled}, answered ${answered}`;
  if (out !== undefined)
    await writeFileWhole(out, await pictureOf(out, backwardSvg(caption, view)));
  if (json) {
    const where = { model: path, data: data.name, split, index };
    printJson({ ...where, ...numbersOf(view), out: out ?? null });
  } else if (out !== undefined) {
    note(`saved ${out}: ${caption}`);
  } else {
    const room = { width: terminalWidth(process.stdout), height: process.stdout.rows || LINES };
    note(wrapped(caption, room.width));
    print(backwardText(view, room, styleFor(process.stdout)));
  }
  return exitCodes.done;
}

function viewOf(
  net: TwoLayerNet,
  { settings, classNames, preprocessing }: AnyModel,
  backward: BackwardPass,
  { unit: asked, learningRate }: { readonly unit?: number; readonly learningRate: number },
): BackwardView {
  const batchSize = settings?.batchSize ?? null;
  const { passed, stopped } = unitsBySlope(backward);
  const unit = asked ?? [...passed, ...stopped][0];
  return {
    backward,
    after: answerAfterStep(net, backward, learningRate),
    afterShare:
      batchSize === null ? null : answerAfterStep(net, backward, learningRate / batchSize),
    learningRate,
    batchSize,
    classNames,
    passed,
    stopped,
    unit,
    change: weightChange(backward, unit, learningRate),
    rows: preprocessing.rows,
    columns: preprocessing.columns,
  };
}

/** Everything that a view shows, as plain values; of dW1, the column of the chosen unit. */
function numbersOf({ backward, after, afterShare, learningRate, batchSize, unit }: BackwardView) {
  const { label, gradients } = backward;
  const C = backward.dscores.length;
  const rows = (data: FloatArray) =>
    Array.from({ length: data.length / C }, (_, h) =>
      Array.from(data.subarray(h * C, (h + 1) * C)),
    );
  const answered = ({ loss, probabilities, prediction }: Answered) => ({
    loss,
    prediction,
    probabilities: Array.from(probabilities),
  });
  return {
    label,
    ...answered(backward),
    dscores: Array.from(backward.dscores),
    hidden: Array.from(backward.hidden),
    dhidden: Array.from(backward.dhidden),
    dsums: Array.from(backward.dsums),
    dW2: rows(gradients.W2.data),
    db2: Array.from(gradients.b2.data),
    db1: Array.from(gradients.b1.data),
    unit,
    dW1OfUnit: Array.from(weightsInto(gradients.W1, unit)),
    learningRate,
    after: answered(after),
    batchSize,
    afterShare: afterShare && answered(afterShare),
  };
}
