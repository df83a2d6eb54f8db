import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cos, exp, log, power, sin } from "../src/math.js";

/** How many of its own last places a result is away from another. */
function lastPlaces(found: number, expected: number): number {
  if (Object.is(found, expected)) return 0;
  const place = Math.max(2 ** (Math.floor(Math.log2(Math.abs(expected))) - 52), 5e-324);
  return Math.abs(found - expected) / place;
}

describe("exp and log", () => {
  it("exp is within 2 units in the last place of the platform's", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 709.7, noNaN: true }), (x) => {
        expect(lastPlaces(exp(x), Math.exp(x))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 5000 },
    );
  });

  it("log is within 2 units in the last place of the platform's", () => {
    const positive = fc.double({ min: 0, minExcluded: true, noNaN: true });
    const nearOne = fc.double({ min: 0.5, max: 2, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(positive, nearOne), (x) => {
        expect(lastPlaces(log(x), Math.log(x))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 5000 },
    );
  });

  it("exp and log are exact where the answer is", () => {
    expect(exp(0)).toBe(1);
    expect(log(1)).toBe(0);
    expect(log(2 ** 40)).toBeCloseTo(40 * Math.LN2, 12);
  });

  it("exp and log keep the limits", () => {
    expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(exp(-746)).toBe(0);
    expect(exp(-745)).toBe(5e-324);
    expect(exp(709.78)).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(exp(710)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(Number.NaN)).toBeNaN();
    expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(log(-1)).toBeNaN();
    expect(log(Number.NaN)).toBeNaN();
  });

  it("log undoes exp", () => {
    fc.assert(
      fc.property(fc.double({ min: -300, max: 300, noNaN: true }), (x) => {
        expect(Math.abs(log(exp(x)) - x)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(x)));
      }),
    );
  });

  it("these bits never change, on any machine", () => {
    const bits = (x: number) => new DataView(Float64Array.of(x).buffer).getBigUint64(0, true);
    const all = [-20, -1.5, -0.1, 0.3, 1, 7.25].map((x) => bits(exp(x)));
    const logs = [1e-10, 0.1, 0.7, 1.3, 3, 12345].map((x) => bits(log(x)));
    expect([...all, ...logs].map((b) => b.toString(16))).toMatchInlineSnapshot(`
      [
        "3e21b48655f37267",
        "3fcc8f87724b5c1d",
        "3fecf46d99d52b3a",
        "3ff599058c8c1a96",
        "4005bf0a8b14576a",
        "4096006b5d53e8d9",
        "c037069e2aa2aa5b",
        "c0026bb1bbb55515",
        "bfd6d3c324e13f50",
        "3fd0ca937be1b9dc",
        "3ff193ea7aad030a",
        "4022d78e26ae18e8",
      ]
    `);
  });
});

describe("power", () => {
  it("is repeated multiplication", () => {
    expect(power(0.99, 0)).toBe(1);
    expect(power(3, 7)).toBe(2187);
    expect(power(0.99, 40)).toBeCloseTo(0.99 ** 40, 14);
  });
});

describe("sin and cos", () => {
  it("are within 1e-15 of the platform's from -pi to pi", () => {
    fc.assert(
      fc.property(fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }), (x) => {
        expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThan(2e-15);
        expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(2e-15);
      }),
      { numRuns: 2000 },
    );
    expect(sin(0)).toBe(0);
    expect(cos(0)).toBe(1);
  });
});
