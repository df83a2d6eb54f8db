import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { defineConfig } from "rolldown";
import { lessonModules } from "./build/lessonModules.js";

/*
 * What tsc does not make of src/, or not to the end: the script of the report's page, for browsers; and
 * render/svg/charts.js with the parts of echarts that it draws with, in the place of what tsc wrote, so that
 * a user need not install 62 MB of it. The types stay those of tsc.
 */

/** The terms under which others' code goes into a bundle, as they ask. */
function licences(...files) {
  return files
    .map((file) => readFileSync(`node_modules/${file}`, "utf8").replaceAll("*/", "* /"))
    .map((text) => `/*!\n${text}*/\n`)
    .join("");
}
const charting = ["echarts/NOTICE", "echarts/LICENSE", "zrender/LICENSE"];

const reportStyles = ["page", "picture"].map((name) => `src/render/page/app/${name}.css`);
const stylesOf = (files) => files.map((file) => readFileSync(file, "utf8")).join("\n");

/** What V8 tells about memory, which browsers do not: there, nothing is too large to try. */
const withoutHeap = {
  name: "heap",
  resolveId: (id) => (id === "node:v8" ? "\0heap" : null),
  load: (id) =>
    id === "\0heap"
      ? "export const getHeapStatistics = () => ({ heap_size_limit: Infinity, used_heap_size: 0 });"
      : null,
};

const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));

/** The commands, by the names of their files. */
const commands = readdirSync("src/cli/commands")
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replace(".ts", ""))
  .filter((name) => readdirSync("bin").includes(`mnist-${name}.js`));

/** What a bundle of commands must know of the modules in it: where they were, and that charts are a bundle. */
const movedModules = {
  name: "moved modules",
  resolveId: (id) =>
    id.endsWith("render/svg/charts.js")
      ? { id: "../../render/svg/charts.js", external: true }
      : null,
  transform(code, id) {
    if (!code.includes("import.meta.url")) return null;
    const compiled = relative("src/cli/commands", id).replace(/\.ts$/, ".js");
    const place = `new URL(${JSON.stringify(compiled)}, import.meta.url).href`;
    return code.replaceAll("import.meta.url", place);
  },
};

export default defineConfig([
  {
    // Fewer files to find and to parse: a command starts in two thirds of the time.
    input: Object.fromEntries(commands.map((name) => [name, `src/cli/commands/${name}.ts`])),
    platform: "node",
    external: [/^node:/, ...Object.keys(dependencies)],
    transform: { target: "es2022" },
    output: {
      dir: "dist/cli/commands",
      format: "esm",
      chunkFileNames: "[name].chunk.js",
    },
    plugins: [movedModules],
  },
  {
    input: "src/browser.ts",
    platform: "browser",
    transform: { target: "es2022" },
    output: {
      file: "dist/browser.bundle.js",
      format: "esm",
      minify: true,
      codeSplitting: false,
      banner: licences("valibot/LICENSE.md"),
    },
    plugins: [withoutHeap],
  },
  {
    input: "src/render/page/app/main.tsx",
    platform: "browser",
    transform: { target: "es2022", define: { "process.env.NODE_ENV": '"production"' } },
    output: {
      file: "dist/render/page/page.js",
      format: "esm",
      minify: true,
      codeSplitting: false,
      banner: licences("preact/LICENSE"),
    },
    plugins: [
      {
        name: "style",
        writeBundle: () => writeFileSync("dist/render/page/page.css", stylesOf(reportStyles)),
      },
    ],
  },
  {
    input: "src/play/app/main.tsx",
    platform: "browser",
    transform: { target: "es2022", define: { "process.env.NODE_ENV": '"production"' } },
    output: {
      file: "dist/play/page.js",
      format: "esm",
      minify: true,
      codeSplitting: false,
      banner: licences("preact/LICENSE", "valibot/LICENSE.md"),
    },
    plugins: [
      lessonModules,
      withoutHeap,
      {
        name: "style",
        writeBundle() {
          const styles = [...reportStyles, "src/play/app/play.css"];
          writeFileSync("dist/play/page.css", stylesOf(styles));
        },
      },
    ],
  },
  {
    input: "src/play/app/worker.ts",
    platform: "browser",
    transform: { target: "es2022" },
    output: {
      file: "dist/play/worker.js",
      format: "iife",
      minify: true,
      codeSplitting: false,
    },
    plugins: [lessonModules],
  },
  {
    input: "src/render/svg/charts.ts",
    platform: "node",
    transform: { target: "es2022", define: { "process.env.NODE_ENV": '"production"' } },
    output: {
      file: "dist/render/svg/charts.js",
      format: "esm",
      minify: true,
      codeSplitting: false,
      banner: licences(...charting),
    },
    plugins: [
      {
        name: "font",
        writeBundle() {
          mkdirSync("dist/render/svg/fonts", { recursive: true });
          const from = "node_modules/dejavu-fonts-ttf";
          copyFileSync(`${from}/ttf/DejaVuSans.ttf`, "dist/render/svg/fonts/DejaVuSans.ttf");
          copyFileSync(`${from}/LICENSE`, "dist/render/svg/fonts/LICENSE");
        },
      },
    ],
  },
]);
