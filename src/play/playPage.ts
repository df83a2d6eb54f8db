import { heldBytes, htmlPage } from "../render/page/htmlPage.js";
import { type PageImages, packImages } from "./digits.js";

/** The code of the page, from the build. */
export interface PlayParts {
  /** One script, a module without imports. */
  readonly script: string;
  readonly style: string;
  /** The script of the worker in which a net learns, a classic one. */
  readonly worker: string;
  /** The file kernels-single.wasm. */
  readonly kernels: Uint8Array;
}

/** A page in which a net learns, with its images; it makes no network requests. */
export function playPage(images: PageImages, { worker, kernels, ...parts }: PlayParts): string {
  return htmlPage({
    title: "Watch a network learn",
    root: "play",
    noscript: "This page trains a network in JavaScript, which is turned off here.",
    held: [
      heldBytes("images", packImages(images)),
      heldBytes("kernels", kernels),
      heldBytes("worker", new TextEncoder().encode(worker)),
    ],
    ...parts,
    // The worker begins as a Blob, since a file cannot be fetched from disk; the kernels are WebAssembly.
    allows: { scripts: "'wasm-unsafe-eval'", directives: ["worker-src blob:"] },
  });
}
