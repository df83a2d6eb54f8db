import type { Preprocessing } from "../../../dataset/preprocessing.js";
import { tensor } from "../../../layers/tensor.js";
import { TwoLayerNet } from "../../../net/twoLayerNet.js";
import { type PagePayload, unpackNumbers } from "../payload.js";

/** A net and images for it, as the parts of a page show them; a live page makes one of every frame. */
export interface ShownNet {
  readonly payload: Pick<
    PagePayload,
    | ("rows" | "columns" | "classNames" | "hiddenSize" | "images" | "confusion")
    | ("learningRate" | "batchSize" | "data" | "noPad" | "leastMargin")
  >;
  /** What its images are, such as "Image"; "Test image" by default. */
  readonly noun?: string;
  /** (D) each, intensity 0..255, as the net takes them, in the order of payload.images */
  readonly images: readonly Uint8Array[];
  readonly preprocessing: Preprocessing;
  /** The net, or the reason why the page holds none. */
  readonly net: TwoLayerNet | string;
}

/** What the report shows. */
export interface Report extends ShownNet {
  readonly payload: PagePayload;
  /** (moments, units, D) weights on the way, in 8 bits; see `weightsOf` */
  readonly pictures: Uint8Array;
}

/** Reads the values and numbers in the page itself. */
export async function readReport(): Promise<Report> {
  const text = (id: string) => document.getElementById(id)?.textContent ?? "";
  const payload: PagePayload = JSON.parse(text("payload"));
  const { meanImage, parameters, images, pictures } = unpackNumbers(await unzip(text("numbers")));
  const { rows, columns, hiddenSize: H, scale, deskew, pixels, classNames } = payload;
  const D = rows * columns;
  const C = classNames.length;
  let at = 0;
  const next = (...shape: number[]) => {
    const size = shape.reduce((product, d) => product * d, 1);
    at += size;
    return tensor(parameters.subarray(at - size, at), ...shape);
  };
  return {
    payload,
    images: payload.images.map((_, n) => images.subarray(n * D, (n + 1) * D)),
    pictures,
    preprocessing: { rows, columns, scale, meanImage, deskew, pixels },
    net:
      payload.noWeights ??
      new TwoLayerNet({ W1: next(D, H), b1: next(H), W2: next(H, C), b2: next(C) }),
  };
}

/** Base64 of gzip to bytes. */
export async function unzip(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
