import { afterEach, describe, expect, it, vi } from "vitest";
import { showLoading } from "../../../src/cli/io/loading.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** What is shown of a data set of 100 bytes, of which ten are read every so many milliseconds. */
function shown({ isTTY = true, quiet = false, pause = 200 } = {}): string[] {
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.stubEnv("NO_COLOR", "").stubEnv("TERM", "xterm");
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const before = process.stderr.isTTY;
  process.stderr.isTTY = isTTY;
  try {
    const loading = showLoading(quiet);
    for (let read = 10; read <= 100; read += 10) {
      vi.advanceTimersByTime(pause);
      loading.show(read, 100);
    }
    loading.stop();
  } finally {
    process.stderr.isTTY = before;
  }
  return write.mock.calls.map(([text]) => String(text));
}

describe("the progress of loading", () => {
  it("comes after half a second, and its line is cleared at the end", () => {
    const texts = shown();
    expect(texts[0]).toContain("reading images, 30 %");
    expect(texts.at(-2)).toContain("reading images, 100 %");
    expect(texts.at(-1)).toBe("\r\x1b[K");
    expect(texts.every((text) => text.startsWith("\r") && !text.includes("\n"))).toBe(true);
  });

  it("is not shown at all if loading is quick", () => {
    expect(shown({ pause: 40 })).toEqual([]);
  });

  it("is shown ten times a second at most", () => {
    expect(shown({ pause: 60 })).toHaveLength(2); // at 540 ms, and the end: 600 ms is too soon
  });

  it("is for terminals, and not for --quiet", () => {
    expect(shown({ isTTY: false })).toEqual([]);
    expect(shown({ quiet: true })).toEqual([]);
  });
});
