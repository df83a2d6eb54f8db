import { UsageError } from "../../errors.js";
import { float32ArrayText } from "../float32Text.js";
import type { UsableNet } from "../model.js";
import { type Layout, meanArray, parameterArrays } from "./namedArrays.js";
import { encodeNpz } from "./npz.js";
import { encodeOnnx, type OnnxOptions } from "./onnx.js";
import { encodeSafetensors } from "./safetensors.js";

/*
 * A net in the formats of others.
 */

export const exportFormats = ["onnx", "safetensors", "npz"] as const;

/** The formats that a net is written in. */
export type ExportFormat = (typeof exportFormats)[number];

/** How a net is written; each of them has no effect on some formats, and is refused there. */
export interface ExportOptions extends OnnxOptions {
  /** Of safetensors and npz; "plain" by default. */
  readonly layout?: Layout;
}

/**
 * A net in another format; the same net gives the same bytes.
 *
 * @throws {UsageError} when an option has no effect on the format
 */
export function encodeNet(
  net: UsableNet,
  format: ExportFormat,
  { layout, probabilities }: ExportOptions = {},
): Uint8Array {
  if (format === "onnx") {
    if (layout !== undefined) idle("layout", format, "safetensors or npz");
    return encodeOnnx(net, { probabilities });
  }
  if (probabilities) idle("probabilities", format, "onnx");
  return format === "npz"
    ? encodeNpz(net, layout ?? "plain")
    : safetensorsOf(net, layout ?? "plain");
}

function idle(option: string, format: ExportFormat, expected: string): never {
  throw new UsageError(`--${option} has no effect on ${format}, expected ${expected}`);
}

/**
 * A net as safetensors. PyTorch's `load_state_dict` refuses arrays that are not its own, so in its layout
 * the mean image is a text beside the scale.
 */
function safetensorsOf(net: UsableNet, layout: Layout): Uint8Array {
  const { rows, columns, scale, meanImage, deskew, pixels } = net.preprocessing;
  const metadata = {
    format: "pt",
    scale: String(scale),
    rows: String(rows),
    columns: String(columns),
    class_names: JSON.stringify(net.classNames),
    ...(deskew && { deskew: "true" }),
    ...(pixels && { pixels: JSON.stringify(pixels) }),
  };
  const arrays = parameterArrays(net, layout);
  return layout === "torch"
    ? encodeSafetensors(arrays, { ...metadata, mean_image: float32ArrayText(meanImage) })
    : encodeSafetensors([...arrays, meanArray(net)], metadata);
}
