import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/*
 * Tests run the engine's TypeScript, but kernels and workers from dist. The build leaves a hash of all
 * sources of the engine beside them, so that a mixture of old and new is an error.
 */

/** The file beside what was built; not part of the package. */
export const HASH_FILE = "sources.sha256";

/** SHA-256 of the names and contents of all TypeScript files in a folder. */
export function hashSources(folder: URL): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts")).sort()) {
    hash
      .update(`${file}\n`)
      .update(readFileSync(new URL(file, folder)))
      .update("\n");
  }
  return hash.digest("hex");
}

/**
 * Checks that what was built was built from these sources.
 *
 * @throws {Error} when the sources have changed since, or nothing was built
 */
export function checkFreshness(sources: URL, built: URL): void {
  const file = new URL(HASH_FILE, built);
  if (existsSync(file) && readFileSync(file, "utf8") === hashSources(sources)) return;
  throw new Error(
    `${fileURLToPath(built)}: ${existsSync(file) ? "built from other sources" : "not built"}, ` +
      `expected those of ${fileURLToPath(sources)}; run npm run build`,
  );
}
