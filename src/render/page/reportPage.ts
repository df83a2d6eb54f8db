import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type PageNumbers, type PagePayload, packNumbers } from "./payload.js";

/** What the page is made of besides its values. */
export interface PageParts {
  /** One script, a module without imports. */
  readonly script: string;
  readonly style: string;
}

/**
 * One page that holds everything it shows, and may ask no host for anything.
 *
 * Values stand in it as JSON in which no tag can begin, and the script writes them as text: nothing in a
 * model or a file's name can become markup.
 */
export function reportPage(
  payload: PagePayload,
  numbers: PageNumbers,
  { script, style }: PageParts,
): string {
  // The parts are the build's own; this is for whoever changes what they are made of.
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) {
    throw new Error("the page's script or style holds a tag that would end it");
  }
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "style-src-attr 'unsafe-inline'", // the charts place their labels so; a style fetches nothing here
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const packed = Buffer.from(gzipSync(packNumbers(numbers), { level: 9 }));
  packed[9] = 255; // gzip names the operating system there; the page is the same on all of them
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>mnist-train report</title>
<style>${style}</style>
</head>
<body>
<div id="report"></div>
<noscript><p>This report is drawn by a script in this page, and scripts are turned off here.</p></noscript>
<script type="application/json" id="payload">${jsonWithoutTags(payload)}</script>
<script type="text/plain" id="numbers">${packed.toString("base64")}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** JSON in which no character can begin or end a tag or a comment. */
function jsonWithoutTags(value: unknown): string {
  const escapes: Record<string, string> = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" };
  return JSON.stringify(value).replace(/[<>&]/g, (character) => escapes[character]);
}
