import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { writeResults } from "../../../src/cli/io/rescue.js";
import { InputError } from "../../../src/errors.js";
import { emptyFolder } from "../../support/dataFolder.js";

/*
 * Results that cannot be saved where they should be, after hours of training.
 */

afterEach(() => vi.restoreAllMocks());

const inFolder = (path: string) => {
  vi.spyOn(process, "cwd").mockReturnValue(path);
};

it("results are written where they should be", async () => {
  const folder = emptyFolder();
  const [a, b] = [join(folder, "a.json"), join(folder, "b.svg")];
  await writeResults([
    { what: "model", path: a, content: () => "model" },
    { what: "plot", path: b, content: async () => Uint8Array.of(104, 105) },
  ]);
  expect([readFileSync(a, "utf8"), readFileSync(b, "utf8")]).toEqual(["model", "hi"]);
});

it("a model whose folder is gone goes to the working folder, replaces nothing, and others follow", async () => {
  const [folder, working] = [emptyFolder(), emptyFolder()];
  inFolder(working);
  writeFileSync(join(working, "model.rescued.json"), "an older one");
  const writing = writeResults([
    { what: "model", path: join(folder, "gone", "m.json"), content: () => "new" },
    { what: "history", path: join(folder, "h.json"), content: () => "losses" },
  ]);
  await expect(writing).rejects.toThrow(InputError);
  const place = join(working, "model.rescued-2.json");
  await expect(writing).rejects.toThrow(
    /m\.json: cannot be written \(ENOENT\), expected .*; the model is saved as \S+-2\.json instead$/,
  );
  await expect(writing).rejects.toThrow(place);
  expect(readFileSync(place, "utf8")).toBe("new");
  expect(readFileSync(join(working, "model.rescued.json"), "utf8")).toBe("an older one");
  expect(readFileSync(join(folder, "h.json"), "utf8")).toBe("losses");
});

it("where the working folder takes no file either, the home folder does", async () => {
  const [folder, home] = [emptyFolder(), emptyFolder()];
  vi.stubEnv("HOME", home);
  vi.stubEnv("USERPROFILE", home);
  vi.spyOn(process, "cwd").mockImplementation(() => {
    throw new Error("ENOENT: no such file or directory, uv_cwd");
  });
  const path = join(folder, "gone", "m.json");
  const writing = writeResults([{ what: "model", path, content: () => "new" }]);
  await expect(writing).rejects.toThrow(join(home, "model.rescued.json"));
  expect(readdirSync(home)).toEqual(["model.rescued.json"]);
  vi.unstubAllEnvs();
});
