import { refuse } from "../errors.js";
import { type FileToRead, readFileWhole, textOf } from "./files.js";
import type { ForeignFormat, GivenPreprocessing } from "./formats/importNet.js";
import { type AnyModel, decodeModel } from "./model.js";

/** A model file, in the words of errors. */
export const modelFile: FileToRead = { expected: "a model file", command: "mnist-train" };

/**
 * Reads a model that mnist-train saved, or a net from elsewhere as .safetensors or .npz.
 *
 * @param given what a net from elsewhere may lack
 * @throws {InputError} when the file cannot be read, is no model, or lacks something
 */
export async function readModel(path: string, given: GivenPreprocessing = {}): Promise<AnyModel> {
  return decodeAnyModel(await readFileWhole(path, modelFile), path, given);
}

/** The same for a file that was read. */
export async function decodeAnyModel(
  bytes: Uint8Array,
  path: string,
  given: GivenPreprocessing,
): Promise<AnyModel> {
  const format = formatOf(bytes, path);
  if (format === "onnx") {
    const remedy = "ONNX is only written, so name the model that it was made from";
    refuse(path, "an ONNX file", "a model file, .safetensors or .npz", remedy);
  }
  if (format !== "json") {
    const { decodeNet } = await import("./formats/importNet.js");
    return decodeNet(bytes, format, path, given);
  }
  const model = decodeModel(textOf(bytes, path, modelFile), path);
  const flag = given.mean !== undefined ? "mean" : given.scale !== undefined ? "scale" : null;
  if (flag !== null) refuse(path, `has a ${flag}`, `no --${flag}`, "leave the flag out");
  return model;
}

/** What a file seems to be, by its content, and by its name where the content does not tell. */
function formatOf(bytes: Uint8Array, path: string): ForeignFormat | "json" | "onnx" {
  const [, ending] = /\.(safetensors|npz|onnx)$/i.exec(path) ?? [];
  const known = ending?.toLowerCase() as ForeignFormat | "onnx" | undefined;
  const start = String.fromCharCode(...bytes.subarray(0, 100));
  if (start.startsWith("PK")) return "npz";
  // The length of a header of less than 2^48 bytes, then the header; a text has no bytes of 0.
  if (bytes[6] === 0 && bytes[7] === 0 && bytes[8] === "{".charCodeAt(0)) return "safetensors";
  if (/^\s*\{/.test(start)) return "json";
  // Field 1, the version, as a number; field 2, the producer, as a text.
  return known ?? (bytes[0] === 0x08 && bytes[2] === 0x12 ? "onnx" : "json");
}
