import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** A page that holds everything it shows. */
export interface HtmlPage {
  readonly title: string;
  /** The element that the script fills. */
  readonly root: string;
  /** Without JavaScript. */
  readonly noscript: string;
  /** Elements that the script reads. */
  readonly held: readonly string[];
  /** One script, a module without imports. */
  readonly script: string;
  readonly style: string;
  /** What the policy allows besides: sources of scripts, and directives. */
  readonly allows?: { readonly scripts: string; readonly directives: readonly string[] };
}

/**
 * A page that makes no network requests; its policy forbids them.
 *
 * @throws {Error} when the script or the style would end its own element
 */
export function htmlPage({ title, root, noscript, held, script, style, allows }: HtmlPage): string {
  // The parts come from the build; this check guards changes to it.
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) {
    throw new Error("the page's script or style holds a tag that would end it");
  }
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = [
    "default-src 'none'",
    ["script-src", hash(script), ...(allows === undefined ? [] : [allows.scripts])].join(" "),
    `style-src ${hash(style)}`,
    "style-src-attr 'unsafe-inline'", // the charts place labels with it; styles cannot fetch here
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    ...(allows?.directives ?? []),
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<div id="${root}"></div>
<noscript><p>${noscript}</p></noscript>
${held.join("\n")}
<script type="module">${script}</script>
</body>
</html>
`;
}

/** An element that holds values as JSON, in which no character can begin or end a tag or a comment. */
export function heldJson(id: string, value: unknown): string {
  const escapes: Record<string, string> = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" };
  const json = JSON.stringify(value).replace(/[<>&]/g, (character) => escapes[character]);
  return `<script type="application/json" id="${id}">${json}</script>`;
}

/** An element that holds bytes: base64 of gzip. */
export function heldBytes(id: string, bytes: Uint8Array): string {
  const packed = Buffer.from(gzipSync(bytes, { level: 9 }));
  packed[9] = 255; // gzip's byte for the operating system; the page must not depend on it
  return `<script type="text/plain" id="${id}">${packed.toString("base64")}</script>`;
}
