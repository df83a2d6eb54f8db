import { copyFileSync } from "node:fs";
import { defineConfig } from "rolldown";

/*
 * What tsc does not make of src/: the script of the report's page, for browsers.
 */
export default defineConfig([
  {
    input: "src/page/main.tsx",
    platform: "browser",
    transform: { target: "es2022" },
    output: { file: "dist/report/page.js", format: "esm", minify: true, codeSplitting: false },
    plugins: [
      {
        name: "style",
        writeBundle: () => copyFileSync("src/page/page.css", "dist/report/page.css"),
      },
    ],
  },
]);
