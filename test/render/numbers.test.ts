import { expect, it } from "vitest";
import {
  counted,
  duration,
  fourDecimals,
  lossInParts,
  lossText,
  ofAnySize,
  percent,
  short,
} from "../../src/render/numbers.js";

it("percent has two decimals unless another number is asked for", () => {
  expect([0.97618, 1, 0].map((share) => percent(share))).toEqual(["97.62 %", "100.00 %", "0.00 %"]);
  expect(percent(0.9996, 0)).toBe("100 %");
});

it("fourDecimals is a dash where there is no number", () => {
  expect([0.5, 2.302585, null].map(fourDecimals)).toEqual(["0.5000", "2.3026", "-"]);
});

it("a loss takes at most eight characters, however large", () => {
  const losses = [0, 2.302585, 999.9999, 999.99999, 1000, 4.241328172925066e37, 3.4e38];
  const texts = losses.map(lossText);
  expect(texts.slice(0, 3)).toEqual(["0.0000", "2.3026", "999.9999"]);
  expect(texts.slice(4)).toEqual(["1.00e3", "4.24e37", "3.40e38"]);
  for (const text of texts) expect(text.length).toBeLessThanOrEqual(9);
});

it("a loss in parts names each, and no L2 where there is none", () => {
  expect(lossInParts(0.13, 0.05)).toBe("data loss 0.0800 + L2 0.0500");
  expect(lossInParts(0.13, 0)).toBe("data loss 0.1300");
  expect(lossInParts(0.13, null)).toBe("loss with L2 0.1300");
});

it("short keeps the first digits and drops trailing zeros", () => {
  expect([0.12345, 40, 0.00002, 1234].map((value) => short(value))).toEqual([
    "0.123",
    "40",
    "0.00002",
    "1230",
  ]);
  expect(short(0.12345, 2)).toBe("0.12");
});

it("ofAnySize tells a small number from 0, in at most 8 characters", () => {
  const values = [0, -0, 0.98765, -0.8246, 12.5, -1234.5, 0.00099, -1.23e-7, 3e20, Number.NaN];
  expect(values.map(ofAnySize)).toEqual(
    "0 0 0.9877 -0.8246 12.5000 -1235 9.9e-4 -1.2e-7 3.0e+20 NaN".split(" "),
  );
  for (const value of [-99.9999, -999_999, -9.99e-38, 0.001]) {
    expect(ofAnySize(value).length).toBeLessThanOrEqual(8);
  }
});

it("duration is in seconds, from 100 of them on in minutes", () => {
  expect([0.512, 7.9, 99, 100, 402].map(duration)).toEqual([
    "0.51 s",
    "7.9 s",
    "99 s",
    "1.7 min",
    "6.7 min",
  ]);
});

it("counted has the plural for all but one", () => {
  expect([0, 1, 2].map((n) => counted(n, "image"))).toEqual(["0 images", "1 image", "2 images"]);
});
