import { describe, expect, it } from "vitest";
import {
  darkPalette,
  inkColour,
  lightPalette,
  type Rgb,
  signedColour,
} from "../../../src/render/palette.js";
import { asciiLines, halfBlockLines } from "../../../src/render/terminal/terminalImage.js";

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
  const paint = (text: string, [colour]: Rgb, [background]: Rgb) => `${colour}${text}${background}`;

  it("has two pixels in a character, the upper one in its colour, the lower one behind", () => {
    expect(halfBlockLines(colours.slice(0, 4), 2, 2, paint)).toEqual(["0▀21▀3"]);
  });

  it("fills the last line's lower half where rows are odd", () => {
    expect(halfBlockLines(colours, 3, 2, paint)).toEqual(["0▀21▀3", "4▀45▀5"]);
  });

  it("is darker in plain characters where numbers are larger, with others below 0", () => {
    expect(asciiLines([0, 1, -1, 0, 1, -1], 2, 3)).toEqual([" @&"]);
    expect(asciiLines([0.5, -0.5, 2], 3, 1)).toEqual([" ", "@"]);
    expect(asciiLines([0.5, 0.5], 1, 2)).toEqual(["++"]);
  });
});
