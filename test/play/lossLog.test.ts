import { describe, expect, it } from "vitest";
import { LossLog } from "../../src/play/app/lossLog.js";

describe("the losses that the live page keeps", () => {
  it("are those of every update of a run of usual length", () => {
    const log = new LossLog();
    log.add([3, 2]);
    log.add(Float32Array.of(1));
    expect([log.values, log.each, log.length, log.last]).toEqual([[3, 2, 1], 1, 3, 1]);
  });

  it("become means of several updates in longer ones, and stay in bounds", () => {
    const log = new LossLog();
    for (let i = 0; i < 100_000; i++) log.add([i]);
    expect(log.values.length).toBeLessThan(20_000);
    expect(log.each).toBe(8);
    expect(log.values.slice(0, 3)).toEqual([3.5, 11.5, 19.5]);
    expect([log.length, log.last]).toEqual([100_000, 99_999]);
  });
});
