import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/random.js";
import {
  type PageNumbers,
  type PagePayload,
  packNumbers,
  unpackNumbers,
} from "../../../src/render/page/payload.js";
import { MOST_BYTES, reportPage, reportPageThatFits } from "../../../src/render/page/reportPage.js";

const numbers: PageNumbers = {
  meanImage: Float32Array.of(0.5, -1),
  parameters: Float32Array.of(1.5, 2.25, 3e-20),
  images: Uint8Array.of(1, 2, 255),
  pictures: Uint8Array.of(128, 3),
};
const parts = { script: 'document.title = "</b>"', style: "body { margin: 0 }" };

/** A page with names from outside. */
function page(classNames: string[], model = "model.json") {
  return reportPage({ model, classNames } as unknown as PagePayload, numbers, parts);
}

const between = (text: string, from: string, to: string) =>
  text.slice(text.indexOf(from) + from.length).split(to)[0];

describe("reportPage", () => {
  it("lets no name end its element or begin another", () => {
    const evil = [
      "</script><script>alert(1)</script>",
      "<!--",
      "<img src=x onerror=alert(1)>",
      "&lt;",
    ];
    const html = page(evil, "</title><b>");
    const json = between(html, 'id="payload">', "</script>");
    expect(json).not.toMatch(/[<>&]/);
    expect(JSON.parse(json)).toEqual({ model: "</title><b>", classNames: evil });
    expect(html.match(/<script/g)).toHaveLength(3);
    expect(html).not.toContain("<img");
  });

  it("allows its own script and style by their hashes, and nothing from anywhere", () => {
    const html = page(["0"]);
    const policy = between(html, 'Content-Security-Policy" content="', '">');
    const hash = (text: string) => createHash("sha256").update(text).digest("base64");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${hash(parts.script)}'`);
    expect(policy).toContain(`style-src 'sha256-${hash(parts.style)}'`);
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    const script = between(html, '<script type="module">', "</script>");
    expect(hash(script)).toBe(hash(parts.script));
  });

  it("holds its numbers, bit for bit, and is the same each time", () => {
    const html = page(["0"]);
    const packed = Buffer.from(between(html, 'id="numbers">', "</script>"), "base64");
    expect(unpackNumbers(new Uint8Array(gunzipSync(packed)))).toEqual(numbers);
    expect(page(["0"])).toBe(html);
  });

  it("refuses a script or style that would end its own element", () => {
    const wrong = (part: object) => () =>
      reportPage({} as PagePayload, numbers, { ...parts, ...part });
    expect(wrong({ script: "'</SCRIPT>'" })).toThrow("would end it");
    expect(wrong({ script: "'<!-- <script>'" })).toThrow("would end it");
    expect(wrong({ style: "</style>" })).toThrow("would end it");
  });

  it("leaves the weights out where they would exceed 4 MB, and says so", () => {
    const random = Random.fromSeed(1);
    const large = {
      ...numbers,
      parameters: Float32Array.from({ length: 1_000_000 }, () => random.uniform()),
    };
    const payload = { model: "model.json", noWeights: null } as unknown as PagePayload;
    expect(reportPage(payload, large, parts).length).toBeGreaterThan(MOST_BYTES);
    const html = reportPageThatFits(payload, large, parts);
    expect(html.length).toBeLessThan(10_000);
    const { noWeights } = JSON.parse(between(html, 'id="payload">', "</script>"));
    expect(noWeights).toMatch(/^The 1000000 weights .* 4 MB is the most/);
    expect(reportPageThatFits(payload, numbers, parts)).toBe(reportPage(payload, numbers, parts));
  });

  it("numbers without weights come back as none", () => {
    const none = { ...numbers, parameters: new Float32Array() };
    expect(unpackNumbers(packNumbers(none))).toEqual(none);
  });
});
