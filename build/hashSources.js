/*
 * Leaves hashes of the sources beside what was built from them, the last step of `npm run build`: of the fast
 * engine, see src/engine/simd/freshness.ts; and of the lesson's code, see src/cli/io/lessonSources.ts.
 */
import { writeFileSync } from "node:fs";
import { hashLesson, lessonPlaces } from "../dist/cli/io/lessonSources.js";
import { HASH_FILE, hashSources } from "../dist/engine/simd/freshness.js";

const sources = new URL("../src/engine/simd/", import.meta.url);
writeFileSync(new URL(`../dist/engine/simd/${HASH_FILE}`, import.meta.url), hashSources(sources));
writeFileSync(lessonPlaces.built, JSON.stringify(hashLesson(lessonPlaces.src)));
