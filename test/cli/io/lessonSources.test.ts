import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { hashLesson, lessonPlaces, unusedEdits } from "../../../src/cli/io/lessonSources.js";
import { emptyFolder } from "../../support/dataFolder.js";

const root = new URL("../../../", import.meta.url);

/** A clone as far as it matters here, built. */
function clone() {
  const folder = emptyFolder();
  for (const name of ["src/layers", "src/net", "src/engine/reference.ts"]) {
    cpSync(fileURLToPath(new URL(name, root)), join(folder, name), { recursive: true });
  }
  const at = (name: string) => pathToFileURL(join(folder, name));
  const places = { src: at("src/"), checked: at("checked.json"), built: at("built.json") };
  const record = (place: URL) => writeFileSync(place, JSON.stringify(hashLesson(places.src)));
  record(places.checked);
  record(places.built);
  return {
    places,
    build: () => record(places.built),
    edit: (file: string) => appendFileSync(join(folder, file), "// Mine.\n"),
  };
}

describe("an edit of the lesson's code", () => {
  it("is not there in a fresh clone, nor in an installed package", () => {
    const { places, edit } = clone();
    expect(unusedEdits("simd", places)).toBeNull();
    expect(unusedEdits("reference", places)).toBeNull();
    edit("src/layers/relu.ts");
    rmSync(places.built); // not part of the package
    expect(unusedEdits("simd", places)).toBeNull();
    expect(unusedEdits("reference", places)).toBeNull();
  });

  it("is not used before the build, and by the fast engine not even then", () => {
    const { places, edit, build } = clone();
    edit("src/layers/relu.ts");
    expect(unusedEdits("simd", places)).toBe(
      "src/layers/relu.ts changed, but the fast engine does not use it: " +
        "run npm run build, then train with --engine reference",
    );
    expect(unusedEdits("reference", places)).toMatch(
      /^src\/layers\/relu\.ts changed since the build/,
    );
    build();
    expect(unusedEdits("simd", places)).toMatch(/does not use it: train with --engine reference$/);
    expect(unusedEdits("reference", places)).toBeNull();
    edit("src/net/sgd.ts");
    expect(unusedEdits("simd", places)).toMatch(/^src\/layers\/relu\.ts and 1 more changed/);
  });

  it("is none where only the ends of lines differ", () => {
    const { places } = clone();
    const file = new URL("layers/relu.ts", places.src);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("\n", "\r\n"));
    expect(unusedEdits("simd", places)).toBeNull();
  });
});

// After a change of these sources, and of the kernels where they compute something else now, run
// `npx vitest run lessonSources -u`.
it("the fast engine was checked against the lesson's code as it is now", async () => {
  const text = `${JSON.stringify(hashLesson(lessonPlaces.src), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(fileURLToPath(lessonPlaces.checked));
});
