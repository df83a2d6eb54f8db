import { exitCodes, UsageError } from "../../../errors.js";
import { unitStrengths, weightsInto } from "../../../inspect/hiddenUnits.js";
import { largestSize } from "../../../render/palette.js";
import type { Sheet } from "../../../render/terminal/imageSheet.js";
import { ABOVE, BELOW } from "../../../render/terminal/terminalImage.js";
import { loadModel } from "../../io/savedFiles.js";
import {
  extent,
  hasColours,
  mostImages,
  type SheetFlags,
  showSheet,
} from "../../io/sheetOutput.js";
import { counted, printJson } from "../../io/terminal.js";

/** Shows what hidden units of a model look for, strongest first; returns the exit code. */
export async function showWeights(path: string, flags: SheetFlags): Promise<number> {
  const { parameters, preprocessing } = await loadModel(path);
  const { rows, columns } = preprocessing;
  const strengths = unitStrengths(parameters);
  const units = flags.index ?? strongestFirst(strengths).slice(0, mostImages(flags));
  const astray = units.find((unit) => unit >= strengths.length);
  if (astray !== undefined) {
    throw new UsageError(
      `--index ${astray}: no hidden unit of ${path}, expected 0 to ${strengths.length - 1}`,
    );
  }

  const images = units.map((unit) => ({
    values: weightsInto(parameters.W1, unit),
    title: [[`unit ${unit}`, strengths[unit].toPrecision(3)]] as const,
  }));
  const sheet: Sheet = { caption: "", rows, columns, kind: "signed", images };
  const { across, count } = extent(sheet, flags);
  const shown = units.slice(0, count);
  const scale = largestSize(images.slice(0, count).map(({ values }) => largestSize(values)));
  const [on, off] = hasColours(flags) ? ["red", "blue"] : [ABOVE.trim(), BELOW.trim()];
  const caption =
    `${shown.length} of ${counted(strengths.length, "hidden unit")} of ${path}, each with its strength\n` +
    `ink on ${on} turns a unit on, on ${off} off; full strength is ${scale.toPrecision(2)}`;
  await showSheet({ ...sheet, caption, images: images.slice(0, count) }, across, flags);
  if (flags.json) {
    const described = shown.map((unit) => ({ unit, strength: strengths[unit] }));
    printJson({ model: path, units: described, scale, out: flags.out ?? null });
  }
  return exitCodes.done;
}

function strongestFirst(strengths: Float64Array): number[] {
  return Array.from(strengths, (_, unit) => unit).sort((a, b) => strengths[b] - strengths[a]);
}
