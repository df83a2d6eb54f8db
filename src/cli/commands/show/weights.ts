import { exitCodes, UsageError } from "../../../errors.js";
import { strongestFirst, unitStrengths, weightsInto } from "../../../inspect/hiddenUnits.js";
import { counted } from "../../../render/numbers.js";
import { largestSize } from "../../../render/palette.js";
import { ABOVE, BELOW } from "../../../render/terminal/terminalImage.js";
import { loadWeights, type ModelFlags } from "../../io/savedFiles.js";
import { hasColours, mostImages, type SheetFlags, showSheet } from "../../io/sheetOutput.js";
import { printJson } from "../../io/terminal.js";

/**
 * Shows what hidden units look for, strongest first; returns the exit code.
 *
 * @param path a model file, a checkpoint or a snapshot
 */
export async function showWeights(path: string, flags: SheetFlags & ModelFlags): Promise<number> {
  const { parameters, rows, columns, name } = await loadWeights(path, flags);
  const strengths = unitStrengths(parameters);
  const units = flags.index ?? strongestFirst(strengths).slice(0, mostImages(flags, rows));
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
  const strongest = (count: number) =>
    largestSize(images.slice(0, count).map(({ values }) => largestSize(values)));
  const [on, off] = hasColours(flags) ? ["red", "blue"] : [ABOVE, BELOW];
  const captionOf = (count: number) =>
    `${count} of ${counted(strengths.length, "hidden unit")} of ${name}, each with its strength\n` +
    `ink on ${on} turns a unit on, on ${off} off; full strength is ${strongest(count).toPrecision(2)}`;
  const count = await showSheet({ rows, columns, kind: "signed", images }, captionOf, flags);
  if (flags.json) {
    const described = units.slice(0, count).map((unit) => ({ unit, strength: strengths[unit] }));
    printJson({ model: path, units: described, scale: strongest(count), out: flags.out ?? null });
  }
  return exitCodes.done;
}
