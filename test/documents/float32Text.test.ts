import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { float32Text } from "../../src/documents/float32Text.js";

/** Every float32 that is finite, each bit pattern as likely. */
const anyFloat32 = fc
  .integer({ min: 0, max: 0xffffffff })
  .map((bits) => new Float32Array(Uint32Array.of(bits).buffer)[0])
  .filter(Number.isFinite);

describe("float32Text", () => {
  it("reads back to the same float32, down to the sign of zero", () => {
    fc.assert(
      fc.property(anyFloat32, (value) => {
        expect(Math.fround(JSON.parse(float32Text(value)))).toBe(value);
      }),
      { numRuns: 20_000 },
    );
    expect(Object.is(JSON.parse(float32Text(-0)), -0)).toBe(true);
  });

  it("is the shortest: with one digit less it would be another float32", () => {
    fc.assert(
      fc.property(anyFloat32, (value) => {
        const digits = float32Text(value)
          .replace(/e.*/, "")
          .replace(/^[-0.]+|\./g, "");
        const count = digits.replace(/0+$/, "").length;
        if (count > 1) expect(Math.fround(Number(value.toPrecision(count - 1)))).not.toBe(value);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    [0.1, "0.1"],
    [1 / 3, "0.33333334"],
    [16777216, "16777216"],
    [1e-45, "1e-45"],
    [3.4028234663852886e38, "3.4028235e+38"],
    [-33.318421, "-33.31842"],
  ])("%d is written %s", (value, text) => {
    expect(float32Text(Math.fround(value))).toBe(text);
  });
});
