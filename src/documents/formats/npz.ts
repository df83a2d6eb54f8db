import { refuse } from "../../errors.js";
import { mostParameters, type UsableNet } from "../model.js";
import { type Layout, meanArray, parameterArrays } from "./namedArrays.js";
import { decodeNpy, encodeNpy, encodeNpyTexts, type NpyArray } from "./npy.js";
import { decodeZip, encodeZip } from "./zip.js";

/*
 * Arrays in NumPy's format .npz: a zip archive with an .npy file for each.
 */

/** The most bytes of an array: as many numbers as a model file can hold, in float64. */
const MOST_BYTES = 8 * mostParameters;

/** A net as an .npz file, which `numpy.load` takes without pickles; the same net gives the same bytes. */
export function encodeNpz(net: UsableNet, layout: Layout): Uint8Array {
  const { scale, deskew, pixels } = net.preprocessing;
  const vector = (name: string, shape: number[], ...values: number[]) => ({
    ...{ name, shape, values: Float64Array.from(values) },
  });
  const arrays = [...parameterArrays(net, layout), meanArray(net), vector("scale", [], scale)];
  if (deskew) arrays.push(vector("deskew", [], 1));
  if (pixels) {
    arrays.push(vector("pixels", [3], pixels.background, pixels.least, pixels.greatest));
  }
  return encodeZip([
    ...arrays.map((array) => [`${array.name}.npy`, encodeNpy(array)] as const),
    ["class_names.npy", encodeNpyTexts(net.classNames)],
  ]);
}

/**
 * The arrays of an .npz file by name, each unpacked when it is asked for.
 *
 * @param name names the bytes in errors, such as a path
 * @throws {InputError} when it is no such file
 */
export function decodeNpz(bytes: Uint8Array, name: string): Map<string, () => NpyArray> {
  const arrays = new Map<string, () => NpyArray>();
  for (const [file, unpack] of decodeZip(bytes, name, MOST_BYTES)) {
    if (/(^|\/)data\.pkl$/.test(file)) {
      const remedy = "save the state_dict with safetensors.torch.save_file";
      refuse(name, "a PyTorch file, which is a pickle", ".npy files in the archive", remedy);
    }
    const key = file.replace(/\.npy$/, "");
    arrays.set(key, () => decodeNpy(unpack(), name, key));
  }
  return arrays;
}
