import { unzip } from "../../render/page/app/report.js";
import { type PageImages, unpackImages } from "../digits.js";

/** What the page brings. */
export interface Held {
  readonly images: PageImages;
  /** The file kernels-single.wasm. */
  readonly kernels: Uint8Array<ArrayBuffer>;
  /** The address of the worker's script. */
  readonly worker: string;
}

/** Reads what the page holds. */
export async function readHeld(): Promise<Held> {
  const bytes = (id: string) => unzip(document.getElementById(id)?.textContent ?? "");
  const script = new Blob([await bytes("worker")], { type: "text/javascript" });
  return {
    images: unpackImages(await bytes("images")),
    kernels: await bytes("kernels"),
    worker: URL.createObjectURL(script),
  };
}
