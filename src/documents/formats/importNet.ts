import * as v from "valibot";
import { type PixelValues, pixelValuesOfMean } from "../../dataset/pixelValues.js";
import { InputError, refuse } from "../../errors.js";
import { tensor } from "../../layers/tensor.js";
import { describeRange, inRange } from "../../settings/entry.js";
import { settingsTable } from "../../settings/table.js";
import { type Damage, quoted } from "../document.js";
import type { ForeignNet } from "../model.js";
import { checkNumbers } from "../reading.js";
import * as s from "../schemas.js";
import { transposed } from "./namedArrays.js";
import { decodeNpz } from "./npz.js";
import { decodeSafetensors, parseBounded } from "./safetensors.js";
import type { StoredArray } from "./storedArray.js";

/*
 * A net that was trained elsewhere: arrays under our names or PyTorch's. Their shapes tell D, H and C.
 */

/** What a file may lack, given beside it. */
export interface GivenPreprocessing {
  /** Mean intensity 0..255, of all pixels or of each. */
  readonly mean?: number | StoredArray;
  readonly scale?: number;
}

/** A net as a file holds it. */
interface StoredNet {
  readonly name: string;
  /** Parameters, and maybe the mean image, by name. */
  readonly arrays: ReadonlyMap<string, () => StoredArray>;
  readonly scale: number | null;
  readonly classNames: readonly string[] | null;
  /** (D) from elsewhere than the arrays, for images of such a size. */
  readonly mean: Mean | null;
  readonly pixels: PixelValues | null;
  readonly deskew: boolean;
}

interface Mean {
  readonly values: Float32Array | Float64Array;
  /** (rows, columns), or (D) */
  readonly shape: readonly number[];
}

const readers = { safetensors: readSafetensors, npz: readNpz } as const;

/** The formats that a net from elsewhere may have. */
export type ForeignFormat = keyof typeof readers;

/**
 * Bytes of a safetensors or npz file to a net; nothing is known about its training.
 *
 * @param name names the bytes in errors, such as a path
 * @throws {InputError} naming what is missing or does not fit
 */
export function decodeNet(
  bytes: Uint8Array,
  format: ForeignFormat,
  name: string,
  given: GivenPreprocessing = {},
): ForeignNet {
  const stored = readers[format](bytes, name);
  const damaged: Damage = (found, expected) =>
    new InputError(`${name}: ${found}, expected ${expected}; save another net`);
  const { W1, b1, W2, b2 } = parametersOf(stored, damaged);
  const [D, H] = W1.shape;
  const [C] = b2.shape;
  const { range } = settingsTable.hidden;
  if (!inRange(H, range!)) throw damaged(`${H} hidden units`, describeRange(range!));
  if (!v.is(s.classCount, C)) throw damaged(`${C} classes`, "1 to 256");
  const classNames = stored.classNames ?? Array.from({ length: C }, (_, c) => String(c));
  if (classNames.length !== C) throw damaged(`${classNames.length} class_names`, `${C}`);
  if (!v.is(v.array(s.name), classNames)) {
    throw damaged("a class name that is empty or has control characters", "plain text");
  }
  return {
    preprocessing: preprocessingOf(stored, given, D, damaged),
    classNames,
    parameters: { W1, b1, W2, b2 },
    ...{ training: null, settings: null, figures: null, data: null },
  };
}

/** Texts of metadata list as many items as the longest side of an array has, or so many, … */
const LEAST_ITEMS = 256;
/** … of so many characters each: those of a float64, and of the name of a class. */
const [NUMBER, CLASS_NAME] = [26, 300];

function readSafetensors(bytes: Uint8Array, name: string): StoredNet {
  const { arrays, metadata } = decodeSafetensors(bytes, name);
  const sides = [...arrays.values()].flatMap(({ shape }) => shape);
  const items = sides.reduce((longest, side) => Math.max(longest, side), LEAST_ITEMS);
  const parsed = <S extends v.GenericSchema>(key: string, schema: S, expected: string) => {
    const text = metadata.get(key);
    if (text === undefined) return null;
    const most = items * (key === "class_names" ? CLASS_NAME : NUMBER);
    if (text.length > most) {
      const found = `${key} in __metadata__ has ${text.length} characters`;
      return refuse(name, found, `at most ${most} for these arrays`, "save it again");
    }
    try {
      const result = v.safeParse(schema, parseBounded(text, name));
      if (result.success) return result.output as v.InferOutput<S>;
    } catch (error) {
      if (error instanceof InputError) throw error;
      // It is not JSON, so it is not what is expected either.
    }
    return refuse(name, `${key} in __metadata__ is ${quoted(text)}`, expected, "save it again");
  };
  const size = v.pipe(v.number(), v.integer(), v.minValue(1));
  const rows = parsed("rows", size, "a number of pixels");
  const columns = parsed("columns", size, "a number of pixels");
  const mean = parsed("mean_image", v.array(v.number()), "numbers as JSON");
  const values = mean && Float64Array.from(mean);
  return {
    name,
    arrays: new Map([...arrays].map(([key, array]) => [key, () => array])),
    scale: parsed("scale", v.number(), "a number"),
    classNames: parsed("class_names", v.array(v.string()), "texts as JSON"),
    pixels: parsed("pixels", s.pixelValues, "background, least and greatest, each 0 to 255"),
    deskew: parsed("deskew", v.boolean(), "true or false") ?? false,
    mean: values && { values, shape: rows && columns ? [rows, columns] : [values.length] },
  };
}

function readNpz(bytes: Uint8Array, name: string): StoredNet {
  const arrays = decodeNpz(bytes, name);
  const scale = arrays.get("scale")?.().read() ?? null;
  if (scale !== null && scale.length !== 1) {
    refuse(name, `scale has ${scale.length} numbers`, "one", "save it as one number");
  }
  const classNames = arrays.get("class_names")?.().texts() ?? null;
  const known = arrays.get("pixels")?.().read();
  const [background, least, greatest] = known ?? [];
  const pixels = known ? { background, least, greatest } : null;
  if (known && (known.length !== 3 || !v.is(s.pixelValues, pixels))) {
    const expected = "background, least and greatest, each 0 to 255";
    refuse(name, `pixels are ${known.slice(0, 3).join(", ")}`, expected, "leave them out");
  }
  const straightens = arrays.get("deskew")?.().read() ?? [0];
  if (straightens.length !== 1 || ![0, 1].includes(straightens[0])) {
    refuse(name, `deskew is ${straightens.slice(0, 3).join(", ")}`, "0 or 1", "leave it out");
  }
  const own = ["scale", "class_names", "deskew", "pixels"];
  const others = new Map([...arrays].filter(([key]) => !own.includes(key)));
  const deskew = straightens[0] === 1;
  return {
    name,
    arrays: others,
    scale: scale?.[0] ?? null,
    classNames,
    mean: null,
    deskew,
    pixels,
  };
}

const plainNames = { W1: "W1", b1: "b1", W2: "W2", b2: "b2" };

/** The names of the parameters in a file, and whether its weights are (outputs, inputs). */
function namesIn({ name, arrays }: StoredNet): { names: typeof plainNames; torch: boolean } {
  const keys = [...arrays.keys()].filter((key) => key !== "mean_image");
  const layers = [
    ...new Set(
      keys.flatMap((key) => {
        const [, layer] = /^(?:(.*)\.)?(?:weight|bias)$/s.exec(key) ?? [];
        return layer === undefined ? [] : [layer];
      }),
    ),
  ];
  const plain = keys.filter((key) => Object.hasOwn(plainNames, key));
  const expected = "W1, b1, W2, b2, or weight and bias of two layers, as in 0.weight";
  const remedy = "save the four parameters under one set of these names";
  if (plain.length > 0 && layers.length > 0) {
    refuse(name, `both ${plain[0]} and ${quoted(layers[0])} layers`, expected, remedy);
  }
  if (plain.length === 0 && layers.length !== 2) {
    refuse(name, `${layers.length} layers`, expected, remedy);
  }
  const torch = plain.length === 0;
  const names = torch ? torchNames(layers, arrays) : plainNames;
  const wanted = Object.values(names);
  const missing = wanted.find((key) => !keys.includes(key));
  if (missing !== undefined) refuse(name, `no ${quoted(missing)}`, expected, remedy);
  const other = keys.find((key) => !wanted.includes(key));
  if (other === undefined) return { names, torch };
  return refuse(
    name,
    `${quoted(other)}, of no use in a two-layer net`,
    `only ${expected}`,
    "leave it out",
  );
}

/** Of two layers, the first one is that whose outputs the other one takes; by name if that tells nothing. */
function torchNames(layers: readonly string[], arrays: StoredNet["arrays"]): typeof plainNames {
  const [a, b] = [...layers].sort((x, y) => x.localeCompare(y, "en", { numeric: true }));
  const shape = (layer: string) => arrays.get(`${layer}.weight`)?.().shape ?? [];
  const chains = (from: string, to: string) => shape(from)[0] === shape(to)[1];
  const [first, second] = !chains(a, b) && chains(b, a) ? [b, a] : [a, b];
  return {
    W1: `${first}.weight`,
    b1: `${first}.bias`,
    W2: `${second}.weight`,
    b2: `${second}.bias`,
  };
}

function parametersOf(stored: StoredNet, damaged: Damage): ForeignNet["parameters"] {
  const { names, torch } = namesIn(stored);
  const arrayOf = (key: keyof typeof plainNames) => stored.arrays.get(names[key])!();
  const shapeOf = (key: "W1" | "W2") => {
    const { shape } = arrayOf(key);
    const wanted = torch ? "(outputs, inputs)" : "(inputs, outputs)";
    if (shape.length !== 2 || shape.includes(0)) throw damaged(shaped(names[key], shape), wanted);
    return torch ? [shape[1], shape[0]] : shape;
  };
  const [D, H] = shapeOf("W1");
  const C = shapeOf("W2")[1];
  const read = (key: keyof typeof plainNames, ...expected: number[]) => {
    const { shape, read } = arrayOf(key);
    const turned = torch && expected.length === 2;
    const wanted = turned ? expected.toReversed() : expected;
    if (shape.join() !== wanted.join()) {
      throw damaged(shaped(names[key], shape), `${wanted.join(" x ")} beside the others`);
    }
    const numbers = read();
    const values = turned ? transposed(numbers, expected[1], expected[0]) : numbers;
    const length = expected.reduce((product, size) => product * size, 1);
    const floats = values instanceof Float32Array ? values : Float32Array.from(values);
    return tensor(checkNumbers(names[key], floats, length, damaged, values), ...expected);
  };
  return { W1: read("W1", D, H), b1: read("b1", H), W2: read("W2", H, C), b2: read("b2", C) };
}

function shaped(key: string, shape: readonly number[]): string {
  return `${quoted(key)} of shape ${quoted(shape.join(" x "))}`;
}

function preprocessingOf(
  { name, arrays, ...stored }: StoredNet,
  given: GivenPreprocessing,
  D: number,
  damaged: Damage,
): ForeignNet["preprocessing"] {
  const array = arrays.get("mean_image")?.();
  const inFile: Mean | null = array ? { shape: array.shape, values: array.read() } : stored.mean;
  checkSources(name, [
    {
      what: "mean_image",
      flag: "--mean",
      inFile: inFile !== null,
      given: given.mean !== undefined,
    },
    {
      what: "scale",
      flag: "--scale",
      inFile: stored.scale !== null,
      given: given.scale !== undefined,
    },
  ]);
  const scale = stored.scale ?? given.scale!;
  const { range } = settingsTable.scale;
  if (!inRange(scale, range!)) throw damaged(`scale is ${scale}`, describeRange(range!));
  const { shape, values } = inFile ?? meanFrom(given.mean!, D);
  if (shape.length < 1 || shape.length > 2) {
    throw damaged(shaped("mean_image", shape), "rows x columns");
  }
  const meanImage = values instanceof Float32Array ? values : Float32Array.from(values);
  checkNumbers("mean_image", meanImage, D, damaged, values);
  const side = Math.round(Math.sqrt(D));
  const [rows, columns] = shape.length === 2 ? shape : [side, side];
  if (rows * columns !== D) {
    throw damaged(`${D} inputs, of no square image`, "a mean_image of shape rows x columns");
  }
  const pixels = stored.pixels ?? pixelValuesOfMean(meanImage, rows, columns);
  return { rows, columns, scale, meanImage, ...(stored.deskew && { deskew: true }), pixels };
}

/** Checks that each number comes from one place: the file or its flag. */
function checkSources(
  name: string,
  sources: readonly { what: string; flag: string; inFile: boolean; given: boolean }[],
): void {
  const twice = sources.find(({ inFile, given }) => inFile && given);
  if (twice !== undefined) {
    refuse(name, `has a ${twice.what}`, `no ${twice.flag}`, "leave the flag out");
  }
  const missing = sources.filter(({ inFile, given }) => !inFile && !given);
  if (missing.length === 0) return;
  const [what, flags] = [missing.map(({ what }) => what), missing.map(({ flag }) => flag)];
  const remedy = `add ${flags.join(" and ")} with what the net was trained with`;
  refuse(
    name,
    `no ${what.join(" and no ")}`,
    `${missing.length > 1 ? "them" : "it"} in the file, or ${flags.join(" and ")}`,
    remedy,
  );
}

function meanFrom(mean: number | StoredArray, D: number): Mean {
  if (typeof mean !== "number") return { shape: mean.shape, values: mean.read() };
  return { shape: [D], values: new Float64Array(D).fill(mean) };
}
