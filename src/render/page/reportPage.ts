import { heldBytes, heldJson, htmlPage } from "./htmlPage.js";
import { type PageNumbers, type PagePayload, packNumbers } from "./payload.js";
import type { Shaping } from "./shaping.js";

/** The most bytes of a page: mail and phones still accept that. */
export const MOST_BYTES = 4_000_000;

/** The code of the page. */
export interface PageParts {
  /** One script, a module without imports. */
  readonly script: string;
  readonly style: string;
}

/** Shares of their room that pictures of hidden units on the way may take, if the page is too large. */
const SHARES = [1, 0.5, 0.25, 0.1];

/**
 * The report page; with fewer pictures of hidden units on the way, or without weights and with the reason,
 * where they would exceed `MOST_BYTES`.
 *
 * @param shapingIn the pictures in a share of their room; null if there are none
 */
export function reportPageThatFits(
  payload: PagePayload,
  numbers: PageNumbers,
  parts: PageParts,
  shapingIn: ((share: number) => Shaping) | null = null,
): string {
  const withShaping = (shaped: Shaping | undefined): [PagePayload, PageNumbers] =>
    shaped === undefined
      ? [payload, numbers]
      : [
          { ...payload, shaping: shaped.shaping },
          { ...numbers, pictures: shaped.pictures },
        ];
  const shares = shapingIn === null ? [0] : SHARES;
  let bytes = 0;
  for (const share of shares) {
    const page = reportPage(...withShaping(shapingIn?.(share)), parts);
    bytes = Buffer.byteLength(page);
    if (bytes <= MOST_BYTES) return page;
  }
  const [shown, others] = withShaping(shapingIn?.(1));
  const noWeights =
    `The ${numbers.parameters.length} weights of this model would make a page of ` +
    `${(bytes / 1e6).toFixed(2)} MB; 4 MB is the most, so this part is left out.`;
  const none = new Float32Array();
  return reportPage(
    { ...shown, noWeights },
    { ...others, meanImage: none, parameters: none },
    parts,
  );
}

/**
 * One page that holds everything it shows and makes no network requests.
 *
 * The values are JSON in which no tag can begin, and the script writes them as text: nothing in a model
 * or a file name can become markup.
 *
 * @throws {Error} when the script or the style would end its own element
 */
export function reportPage(payload: PagePayload, numbers: PageNumbers, parts: PageParts): string {
  return htmlPage({
    title: "mnist-train report",
    root: "report",
    noscript: "This report needs JavaScript, which is turned off here.",
    held: [heldJson("payload", payload), heldBytes("numbers", packNumbers(numbers))],
    ...parts,
  });
}
