import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import * as api from "../src/index.js";
import { emptyFolder } from "./support/dataFolder.js";
import { type CommandName, runCommand } from "./support/runCommand.js";

/*
 * What README and docs/ name exists: files, sections, scripts, tests, flags, and the API of the examples.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

const pages = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "data/README.md",
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];

/** Every match of a pattern on every page, as "page: match". */
function foundOn(names: readonly string[], pattern: RegExp): { page: string; match: string }[] {
  return names.flatMap((page) =>
    [...read(page).matchAll(pattern)].map(([whole, part]) => ({ page, match: part ?? whole })),
  );
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading));
}

describe("README and docs", () => {
  it("the README has at most 180 lines", () => {
    expect(read("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(180);
  });

  it("no page has a figure or a sentence left to be filled in", () => {
    expect(foundOn(pages, /@@.*|\bTBD\b|\bXXX\b|\?\?\?/g)).toEqual([]);
  });

  it("every page in docs/ is listed in docs/README.md and linked from the README", () => {
    const names = pages.filter((page) => page.startsWith("docs/") && page !== "docs/README.md");
    expect(names.length).toBeGreaterThanOrEqual(7);
    for (const page of names) {
      expect(read("README.md")).toContain(`](${page})`);
      expect(read("docs/README.md")).toContain(`](${page.replace("docs/", "")})`);
    }
  });

  it("every link leads to a file, and to a section that it has", () => {
    const links = foundOn(pages, /\]\(([^)\s]+)\)/g).filter(({ match }) => !/^\w+:/.test(match));
    expect(links.length).toBeGreaterThan(50);
    const broken = links.filter(({ page, match }) => {
      const [path, anchor] = match.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("every file and folder of the project that is named exists", () => {
    const paths = /(?<![\w./-])((?:bin|build|docs|src|test)\/[\w./-]*\w)/g;
    const current = pages.filter((page) => page !== "CHANGELOG.md");
    const named = foundOn(current, paths);
    expect(named.length).toBeGreaterThan(50);
    const missing = named.filter(({ match }) => !existsSync(join(root, match)));
    expect(missing).toEqual([]);
  });

  it("every npm run names a script of package.json", () => {
    const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
    const named = foundOn(pages, /npm run ([\w:-]+)/g);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ match }) => !scripts.includes(match))).toEqual([]);
  });

  it("every vitest run names tests", () => {
    const tests = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => `test/${file}`);
    const named = foundOn(pages, /npx vitest run ([\w/ ]+)`/g).flatMap(({ page, match }) =>
      match.split(" ").map((word) => ({ page, word })),
    );
    expect(named.length).toBeGreaterThan(5);
    const none = named.filter(({ word }) => !tests.some((test) => test.includes(word)));
    expect(none).toEqual([]);
  });
});

describe("the commands in README, guide and others", () => {
  const names = [
    "mnist-train",
    "mnist-eval",
    "mnist-export",
    "mnist-import",
    "mnist-predict",
    "mnist-play",
    "mnist-report",
    "mnist-show",
  ] as const;
  const flags = new Map<string, string[]>();
  const flagPattern = /(?<![\w-])--[a-z][a-z-]*/g;

  beforeAll(async () => {
    for (const name of names) {
      const { stdout } = await runCommand(name, ["--help-all"]);
      flags.set(name, stdout.match(flagPattern) ?? []);
    }
  });

  /** Whether a command has a flag, or the switch that --no-NAME turns off. */
  const has = (name: string, flag: string) =>
    flags.get(name)?.some((known) => known === flag || known === flag.replace("--no-", "--"));

  it("use only flags that --help-all lists", () => {
    const lines = foundOn(
      pages,
      /((?:npx )?mnist-(?:train|eval|export|import|play|predict|report|show) [^`\n]*)/g,
    );
    const used = lines.flatMap(({ page, match }) => {
      const [, name] = /(mnist-\w+)/.exec(match) ?? [];
      const given = match.replace(/#.*/, "").match(flagPattern) ?? [];
      return given.map((flag) => ({ page, name: name as CommandName, flag }));
    });
    expect(used.length).toBeGreaterThan(60);
    expect(used.filter(({ name, flag }) => !has(name, flag))).toEqual([]);
  });

  it("and so do the flags that the guide names by themselves", () => {
    const alone = foundOn(["docs/guide.md"], /`(--[a-z-]+)/g);
    expect(alone.length).toBeGreaterThan(20);
    const unknown = alone.filter(({ match }) => !names.some((name) => has(name, match)));
    expect(unknown).toEqual([]);
  });
});

describe("docs/api.md", () => {
  it("names only what the package exports", () => {
    const cells = foundOn(["docs/api.md"], /^\| ((?:`\w+`(?:, )?)+) \|/gm);
    const named = cells.flatMap(({ match }) => match.match(/\w+/g) ?? []);
    expect(named.length).toBeGreaterThan(40);
    const known = [...Object.keys(api), "RangeError"];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("names every value that the package exports", () => {
    const named = new Set(read("docs/api.md").match(/\w+/g));
    expect(Object.keys(api).filter((name) => !named.has(name))).toEqual([]);
  });

  const examples = read("docs/api.md")
    .split(/^## /m)
    .flatMap((section) => {
      const [, code] = /^```ts\n(.*?)^```$/ms.exec(section) ?? [];
      return code === undefined ? [] : [{ title: section.split("\n")[0], code }];
    });

  /** A folder in which the package is installed, with a model in it. */
  function installed(): string {
    const folder = emptyFolder();
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/mnist-train"), "dir");
    cpSync(join(root, "test/documents/fixtures/model-notebook.json"), join(folder, "model.json"));
    return folder;
  }

  it("has examples", () => {
    expect(examples.length).toBeGreaterThanOrEqual(7);
  });

  for (const { title, code } of examples) {
    it(`the example of ${title} runs, and prints something finite`, () => {
      const output = execFileSync(process.execPath, ["--input-type=module"], {
        cwd: installed(),
        input: code,
        encoding: "utf8",
        stdio: ["pipe", "pipe", "pipe"],
      });
      expect(output).not.toBe("");
      expect(output).not.toMatch(/NaN|Infinity|undefined/);
    });
  }
});
