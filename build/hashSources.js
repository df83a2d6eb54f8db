/*
 * Leaves a hash of the sources of the fast engine beside what was built from them: the last step of
 * `npm run build`. See src/engine/simd/freshness.ts.
 */
import { writeFileSync } from "node:fs";
import { HASH_FILE, hashSources } from "../dist/engine/simd/freshness.js";

const sources = new URL("../src/engine/simd/", import.meta.url);
writeFileSync(new URL(`../dist/engine/simd/${HASH_FILE}`, import.meta.url), hashSources(sources));
