import { describe, expect, it } from "vitest";
import { Barrier, CONTROL_BYTES } from "../../src/engine/simd/barrier.js";

const CONTROL = 1024;

/** Both sides of one barrier, on one thread here. */
function twoSides() {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
  const control = new Int32Array(memory.buffer, CONTROL, CONTROL_BYTES / 4);
  /** What a thread does that was paused between letting others go on and waking them. */
  const wakeAll = () => {
    for (let word = 0; word < control.length; word++) Atomics.notify(control, word);
  };
  return {
    main: new Barrier(memory, CONTROL, 2),
    worker: new Barrier(memory, CONTROL, 2),
    wakeAll,
  };
}

const turns = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("the main thread at a barrier", () => {
  it("goes on when the other one has arrived", async () => {
    const { main, worker } = twoSides();
    const waiting = main.waitAsync();
    expect(waiting).not.toBeNull();
    worker.wait();
    await waiting;
    expect(main.failed).toBe(false);
  });

  it("does not wait where the other one came first", () => {
    const { main, worker } = twoSides();
    expect(worker.waitAsync()).not.toBeNull();
    expect(main.waitAsync()).toBeNull();
  });

  it("sleeps on when a call comes that was meant for the round before", async () => {
    const { main, worker, wakeAll } = twoSides();
    let wentOn = false;
    const waiting = main.waitAsync()?.then(() => {
      wentOn = true;
    });
    for (let late = 0; late < 3; late++) {
      wakeAll();
      await turns();
      expect(wentOn).toBe(false);
    }
    worker.wait();
    await waiting;
    expect(wentOn).toBe(true);
  });

  it("goes on when the other one has failed", async () => {
    const { main, worker } = twoSides();
    const waiting = main.waitAsync();
    worker.fail();
    await waiting;
    expect(main.failed).toBe(true);
  });
});
