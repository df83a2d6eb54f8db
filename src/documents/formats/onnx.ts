import { littleEndian } from "../base64.js";
import type { UsableNet } from "../model.js";
import { field, message } from "./protobuf.js";

/*
 * A net as an ONNX model, for any runtime that takes such models. It is only written: an ONNX file can
 * hold any computation, and ours is one of them.
 *
 * The numbers of the fields are those of onnx.proto.
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

/** What runtimes since 2020 understand: the version of the file, and of the operators. */
const [IR_VERSION, OPSET] = [7, 13];
const FLOAT = 1;

/** How a net is written. */
export interface OnnxOptions {
  /** Whether the output is softmax of the scores, named "probabilities", in place of "scores". */
  readonly probabilities?: boolean;
}

/**
 * A net as ONNX: input "pixels" (N, D) float32 0..255, output "scores" (N, C), or "probabilities".
 *
 * No operator deskews: a net for deskewed images says so in the metadata, and takes images that are.
 *
 * @returns the same bytes for the same net
 */
export function encodeOnnx(
  net: UsableNet,
  { probabilities = false }: OnnxOptions = {},
): Uint8Array {
  const { preprocessing, parameters, classNames } = net;
  const { rows, columns, meanImage, scale, deskew } = preprocessing;
  const output = probabilities ? "probabilities" : "scores";
  const nodes = [
    node("Sub", ["pixels", "mean_image"], "centered"),
    node("Mul", ["centered", "scale"], "x"),
    node("Gemm", ["x", "W1", "b1"], "sums"),
    node("Relu", ["sums"], "hidden"),
    node("Gemm", ["hidden", "W2", "b2"], "scores"),
    ...(probabilities ? [node("Softmax", ["scores"], output)] : []), // over the last axis
  ];
  const initializers = [
    tensorProto("mean_image", [meanImage.length], meanImage),
    tensorProto("scale", [], Float32Array.of(scale)),
    ...Object.entries(parameters).map(([name, { shape, data }]) => tensorProto(name, shape, data)),
  ];
  const graph = message(
    ...nodes.map((proto) => field(1, proto)),
    field(2, "mnist-train"),
    ...initializers.map((proto) => field(5, proto)),
    field(11, valueInfo("pixels", rows * columns)),
    field(12, valueInfo(output, classNames.length)),
  );
  const size = { class_names: JSON.stringify(classNames), rows, columns };
  const metadata = deskew ? { ...size, deskew: "true" } : size;
  return message(
    field(1, IR_VERSION),
    field(2, "mnist-train"),
    field(7, graph),
    field(8, message(field(1, ""), field(2, OPSET))),
    ...Object.entries(metadata).map(([key, value]) =>
      field(14, message(field(1, key), field(2, String(value)))),
    ),
  );
}

function node(operator: string, inputs: readonly string[], output: string): Uint8Array {
  return message(
    ...inputs.map((input) => field(1, input)),
    field(2, output),
    field(3, output), // nodes are named after what they give
    field(4, operator),
  );
}

function tensorProto(
  name: string,
  shape: readonly number[],
  values: ArrayLike<number>,
): Uint8Array {
  const bytes = littleEndian(Float32Array.from(values));
  return message(
    ...shape.map((size) => field(1, size)),
    field(2, FLOAT),
    field(8, name),
    field(9, bytes),
  );
}

/** The type of an input or output of N rows. */
function valueInfo(name: string, columns: number): Uint8Array {
  const shape = message(field(1, message(field(2, "N"))), field(1, message(field(1, columns))));
  const tensorType = message(field(1, FLOAT), field(2, shape));
  return message(field(1, name), field(2, message(field(1, tensorType))));
}
