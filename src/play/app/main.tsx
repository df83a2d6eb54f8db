import { render } from "preact";
import { App } from "./App.js";
import { readHeld } from "./held.js";
import { Lab } from "./lab.js";

/*
 * The script of the page in which a network learns. It makes no network requests: images, kernels and the
 * script of the worker are in the page itself.
 */

const root = document.getElementById("play")!;

try {
  render(<App lab={new Lab(await readHeld())} />, root);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  render(<p class="empty">This page cannot be shown here: {reason}</p>, root);
}
