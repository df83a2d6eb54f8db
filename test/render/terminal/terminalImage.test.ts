import { describe, expect, it } from "vitest";
import {
  darkPalette,
  inkColour,
  inkNumber,
  lightPalette,
  type Rgb,
  ramps,
  signedColour,
  signedNumber,
} from "../../../src/render/palette.js";
import {
  asciiLines,
  halfBlockLines,
  type Paint,
  type PixelColour,
} from "../../../src/render/terminal/terminalImage.js";

describe("colours of numbers", () => {
  it("go from paper to ink, and stay there beyond", () => {
    expect(inkColour(0, lightPalette)).toEqual(lightPalette.paper);
    expect(inkColour(255, lightPalette)).toEqual(lightPalette.ink);
    expect(inkColour(300, darkPalette)).toEqual(darkPalette.ink);
  });

  it("are blue below 0, red above, paper at 0 and where all is 0", () => {
    expect(signedColour(-2, 2, lightPalette)).toEqual(lightPalette.negative);
    expect(signedColour(2, 2, lightPalette)).toEqual(lightPalette.positive);
    expect(signedColour(0, 2, lightPalette)).toEqual(lightPalette.paper);
    expect(signedColour(0, 0, lightPalette)).toEqual(lightPalette.paper);
  });
});

describe("an image as lines of text", () => {
  const colours: Rgb[] = [0, 1, 2, 3, 4, 5].map((n) => [n, n, n]);
  const first = (colour: PixelColour) => (typeof colour === "number" ? colour : colour[0]);
  const paint: Paint = (text, colour, background) => `${first(colour)}${text}${first(background)}`;

  it("has two pixels in a character, the upper one in its colour, the lower one behind", () => {
    expect(halfBlockLines(colours.slice(0, 4), 2, 2, paint)).toEqual(["0▀21▀3"]);
  });

  it("fills the last line's lower half where rows are odd", () => {
    expect(halfBlockLines(colours, 3, 2, paint)).toEqual(["0▀21▀3", "4▀45▀5"]);
  });

  it("is darker in plain characters where there is more ink", () => {
    expect(asciiLines([0, 0.5, 1, 0, 0.5, 1], 2, 3, "ink")).toEqual([" +@"]);
    expect(asciiLines([0.5, 0.2, 2], 3, 1, "ink")).toEqual([":", "@"]);
  });

  it("has the sign of each number in plain characters, by its strength, and nothing where it is weak", () => {
    const strengths = [-1, -0.3, -0.1, 0, 0.1, 0.3, 1];
    expect(asciiLines(strengths, 1, 7, "signed")).toEqual(["=-   +#"]);
    expect(asciiLines([0.5, -0.5, 2], 3, 1, "signed")).toEqual([" ", "#"]);
  });
});

describe("the colours of a terminal that has few", () => {
  it("are the grays for ink, reds above 0, blues below", () => {
    const { 256: many } = ramps;
    const all = Array.from({ length: 256 }, (_, i) => i);
    expect(new Set(all.map((i) => inkNumber(i, many)))).toEqual(
      new Set(Array.from({ length: 24 }, (_, i) => 232 + i)),
    );
    const signed = (sign: number) =>
      new Set(all.map((i) => signedNumber((sign * i) / 255, 1, many)));
    expect([...signed(1)]).toEqual([232, 52, 88, 124, 160, 196]);
    expect([...signed(-1)]).toEqual([232, 17, 18, 19, 20, 21, 27, 33]);
    expect(signedNumber(0, 0, many)).toBe(232);
  });

  it("get brighter along each ramp", () => {
    for (const { ink, positive, negative } of Object.values(ramps)) {
      for (const ramp of [ink, positive, negative]) {
        const bright = ramp.map(luminance);
        expect(bright).toEqual(bright.toSorted((a, b) => a - b));
      }
    }
  });

  it("are legible as lines on black and on white", () => {
    for (const number of Object.values(ramps).flatMap(({ lines }) => lines)) {
      const bright = luminance(number) + 0.05;
      expect(Math.min(1.05 / bright, bright / 0.05), `colour ${number}`).toBeGreaterThan(3.5);
    }
  });
});

/** The first 16 colours as xterm has them. */
const xterm: Rgb[] = [
  ...[[0, 0, 0] as const, [205, 0, 0] as const, [0, 205, 0] as const, [205, 205, 0] as const],
  ...[[0, 0, 238] as const, [205, 0, 205] as const, [0, 205, 205] as const],
  ...[[229, 229, 229] as const, [127, 127, 127] as const, [255, 0, 0] as const],
  ...[[0, 255, 0] as const, [255, 255, 0] as const, [92, 92, 255] as const],
  ...[[255, 0, 255] as const, [0, 255, 255] as const, [255, 255, 255] as const],
];

/** The relative luminance of WCAG of a colour of xterm's palette. */
function luminance(number: number): number {
  const cube = [0, 95, 135, 175, 215, 255];
  const at = number - 16;
  const rgb =
    number < 16
      ? xterm[number]
      : number < 232
        ? [cube[Math.floor(at / 36)], cube[Math.floor(at / 6) % 6], cube[at % 6]]
        : Array(3).fill(8 + 10 * (number - 232));
  const [r, g, b] = rgb.map((c) =>
    c <= 10 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
