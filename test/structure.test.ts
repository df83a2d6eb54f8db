import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/*
 * What never happens, checked by reading the source: see docs/architecture.md, "What never happens".
 */

const src = fileURLToPath(new URL("../src", import.meta.url));

interface Source {
  /** Path inside src, such as "layers/affine.ts". */
  readonly file: string;
  /** Packages and built-in modules that it imports. */
  readonly packages: string[];
  /** Files inside src that it imports, re-exports and imports of types included. */
  readonly imports: string[];
  /** Those of them that are still imported at run time, once types are erased. */
  readonly runTimeImports: string[];
  /** Every property that it takes from an object, such as "Math.exp" or "process.exit". */
  readonly properties: string[];
  /** What it calls or makes with new, such as "readFile"; an import of what is no plain text as "import". */
  readonly calls: string[];
  /** Every power that it takes with the operator, but for those of plain numbers. */
  readonly powers: string[];
}

const sources: Source[] = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .sort()
  .map(readSource);

function readSource(file: string): Source {
  const text = readFileSync(join(src, file), "utf8");
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const modules: string[] = [];
  const runTimeModules: string[] = [];
  const properties: string[] = [];
  const calls: string[] = [];
  const powers: string[] = [];
  const visit = (node: ts.Node): void => {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    if (
      isImport &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      modules.push(node.moduleSpecifier.text);
      if (!isTypeOnly(node)) runTimeModules.push(node.moduleSpecifier.text);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [module] = node.arguments;
      if (ts.isStringLiteral(module)) {
        modules.push(module.text);
        runTimeModules.push(module.text);
      } else calls.push("import");
    } else if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      calls.push(node.expression.getText());
    }
    if (ts.isPropertyAccessExpression(node)) {
      properties.push(`${node.expression.getText()}.${node.name.text}`);
    }
    if (ts.isBinaryExpression(node) && /^\*\*=?$/.test(node.operatorToken.getText())) {
      const plain = ts.isNumericLiteral(node.left) && ts.isNumericLiteral(node.right);
      if (!plain) powers.push(node.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const inside = (module: string) => module.startsWith(".");
  const filesOf = (names: string[]) =>
    names.filter(inside).map((module) => sourceOf(normalize(join(dirname(file), module))));
  return {
    file,
    packages: modules.filter((module) => !inside(module)),
    imports: filesOf(modules),
    runTimeImports: filesOf(runTimeModules),
    properties,
    calls,
    powers,
  };
}

/** Whether nothing of an import is left at run time: `import type`, or `type` before every name. */
function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) {
    const names = node.exportClause;
    if (node.isTypeOnly || names === undefined || !ts.isNamedExports(names)) return node.isTypeOnly;
    return names.elements.every((name) => name.isTypeOnly);
  }
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  if (clause.name !== undefined || names === undefined || !ts.isNamedImports(names)) return false;
  return names.elements.every((name) => name.isTypeOnly);
}

/** The file behind an import: "page/App.js" is page/App.tsx. */
function sourceOf(module: string): string {
  const name = module.replace(/\.js$/, "");
  return existsSync(join(src, `${name}.tsx`)) ? `${name}.tsx` : `${name}.ts`;
}

/** Lines "file: what" for everything that a rule finds, so that a failure names the place. */
function found(where: (file: string) => boolean, what: (source: Source) => string[]): string[] {
  return sources
    .filter(({ file }) => where(file))
    .flatMap((source) => what(source).map((thing) => `${source.file}: ${thing}`));
}

const outside =
  (...places: string[]) =>
  (file: string) =>
    !places.some((place) => file.startsWith(place));

const within =
  (...places: string[]) =>
  (file: string) =>
    places.some((place) => file.startsWith(place));

const folder = (file: string) => (file.includes("/") ? dirname(file).split("/")[0] : file);

describe("what never happens", () => {
  it("the source is read at all", () => {
    expect(sources.length).toBeGreaterThan(30);
    const affine = sources.find(({ file }) => file === "layers/affine.ts");
    expect(affine?.imports).toContain("layers/tensor.ts");
    expect(found(within("random.ts"), (s) => s.properties)).toContain("random.ts: Math.sqrt");
  });

  it("no Math.random anywhere, and no Math function that an engine may round its own way", () => {
    const exact = ["abs", "ceil", "floor", "fround", "imul", "max", "min", "round", "sign", "sqrt"];
    const others = ({ properties }: Source) =>
      properties.filter((p) => p.startsWith("Math") && !exact.some((f) => p === `Math.${f}`));
    const pictures = outside("cli/", "inspect/verdict/", "render/", "play/app/");
    expect(found(pictures, others)).toEqual([]);
    expect(found(pictures, ({ powers }) => powers)).toEqual([]);
    expect(
      found(outside(), ({ properties }) => properties.filter((p) => p === "Math.random")),
    ).toEqual([]);
  });

  it("no file access outside dataset/source.ts, documents/files.ts, engine/simd/, learn/worker.ts and cli/", () => {
    const files = ["node:fs", "node:fs/promises", "fs", "fs/promises"];
    const places = outside(
      "dataset/source.ts",
      "documents/files.ts",
      "engine/simd/",
      "learn/worker.ts", // the lines of a learner's code that an error came from
      "cli/",
    );
    expect(found(places, ({ packages }) => packages.filter((p) => files.includes(p)))).toEqual([]);
  });

  it("no file is written but through documents/files.ts", () => {
    const writes = /\b(writeFile|appendFile|createWriteStream|rename|truncate|rm|unlink)(Sync)?$/;
    const writing = ({ properties, packages }: Source) =>
      [...properties, ...packages].filter((p) => writes.test(p));
    const named = found(outside("documents/files.ts"), ({ file }) =>
      [...readFileSync(join(src, file), "utf8").matchAll(/import \{([^}]*)\} from "node:fs/g)]
        .flatMap(([, names]) => names.split(",").map((name) => name.trim()))
        .filter((name) => writes.test(name)),
    );
    expect([...found(outside("documents/files.ts"), writing), ...named]).toEqual([]);
  });

  it("no printing, no process.exit, no commander, chalk or cli-progress outside cli/", () => {
    const shown = ({ packages, properties }: Source) => [
      ...packages.filter((p) => ["commander", "chalk", "cli-progress"].includes(p)),
      ...properties.filter((p) => /^console\.|^process\.(exit|exitCode|stdout|stderr)$/.test(p)),
    ];
    // The worker of a lesson waits until all that a learner's code printed has gone out.
    expect(found(outside("cli/", "learn/worker.ts"), shown)).toEqual([]);
    expect(found(within("cli/"), shown).length).toBeGreaterThan(0);
  });

  it("no network and no other process", () => {
    const far = /^(node:)?(net|http|https|http2|dgram|tls|dns|child_process|cluster)(\/|$)/;
    expect(found(outside(), ({ packages }) => packages.filter((p) => far.test(p)))).toEqual([]);
    const reaching = /^(globalThis\.)?(fetch|WebSocket|EventSource|XMLHttpRequest)$/;
    expect(found(outside(), ({ calls }) => calls.filter((c) => reaching.test(c)))).toEqual([]);
  });

  it("no code from text or from a file that is named while it runs, but for pieces of the lesson", () => {
    const running = /^(globalThis\.)?(eval|Function|import|require)$/;
    const vm = /^(node:)?vm(\/|$)/;
    const ran = ({ calls, packages }: Source) => [
      ...calls.filter((c) => running.test(c)),
      ...packages.filter((p) => vm.test(p)),
    ];
    expect(found(outside("learn/modules.ts"), ran)).toEqual([]);
    expect(found(within("learn/modules.ts"), ran)).toEqual(["learn/modules.ts: import"]);
    expect(found(within("documents/files.ts"), ({ calls }) => calls)).toContain(
      "documents/files.ts: writeFile",
    );
  });

  it("no circular import", () => {
    const next = new Map(sources.map(({ file, imports }) => [file, imports]));
    const circles: string[] = [];
    const walk = (file: string, path: string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      else for (const other of next.get(file) ?? []) walk(other, [...path, file]);
    };
    for (const { file } of sources) walk(file, []);
    expect([...new Set(circles)]).toEqual([]);
  });

  it("every import names a file that exists", () => {
    const all = sources.map(({ file }) => file);
    expect(found(outside(), ({ imports }) => imports.filter((i) => !all.includes(i)))).toEqual([]);
  });
});

describe("what imports what", () => {
  /** For each folder or file, the folders and files of the project that it may import at run time. */
  const allowed: Record<string, string[]> = {
    "errors.ts": [],
    "math.ts": [],
    "random.ts": ["math.ts"],
    layers: ["math.ts", "random.ts"],
    net: ["layers", "random.ts"],
    dataset: ["errors.ts", "math.ts", "random.ts"],
    digits: ["dataset", "errors.ts", "math.ts"],
    settings: ["errors.ts", "math.ts"],
    engine: ["layers", "net", "dataset", "errors.ts"],
    training: ["engine", "net", "layers", "dataset", "settings", "errors.ts", "random.ts"],
    inspect: ["net", "layers", "dataset", "settings", "random.ts"],
    learn: ["net", "layers", "dataset", "errors.ts", "math.ts", "random.ts"],
    documents: ["settings", "net", "layers", "dataset", "errors.ts"],
    classifier: [
      ...["documents", "training", "engine", "net", "layers", "dataset", "settings"],
      ...["errors.ts", "random.ts"],
    ],
    render: [],
    "render/page/app": ["render", "inspect", "digits", "net", "layers", "dataset"],
    play: [
      ...["render", "render/page/app", "inspect", "learn", "documents", "digits", "training"],
      ...["engine", "net", "layers", "dataset", "settings", "errors.ts", "random.ts"],
    ],
  };
  /** Folders that name no type of others either, but for those that they may import. */
  const apart = ["errors.ts", "math.ts", "random.ts", "layers", "net", "dataset"];

  it("each folder keeps to the folders below it; types of others may be named, since they are erased", () => {
    const free = (file: string) =>
      ["index.ts", "browser.ts"].includes(file) || file.startsWith("cli/");
    const room = (file: string) =>
      file.startsWith("render/page/app/") ? "render/page/app" : folder(file);
    const astray = ({ file, imports, runTimeImports }: Source) =>
      (apart.includes(room(file)) ? imports : runTimeImports).filter((other) => {
        const [from, to] = [room(file), room(other)];
        return from !== to && !(allowed[from] ?? []).includes(to);
      });
    expect(found((file) => !free(file), astray)).toEqual([]);
  });

  it("nothing imports cli or the page, and nothing inside imports the public API", () => {
    const upward = ({ imports }: Source) =>
      imports.filter((i) => i.startsWith("cli/") || ["index.ts", "browser.ts"].includes(i));
    expect(found(outside("cli/", "index.ts"), upward)).toEqual([]);
    expect(found(within("index.ts"), upward)).toEqual(["index.ts: browser.ts"]);
    const pages = ({ imports }: Source) => imports.filter((i) => i.startsWith("render/page/app/"));
    expect(found(outside("render/page/app/", "play/app/"), pages)).toEqual([]);
    expect(found(within("cli/"), ({ imports }) => imports.filter((i) => i === "index.ts"))).toEqual(
      [],
    );
  });

  it("nothing imports learn but the command line, the live page and the public API", () => {
    const learning = ({ runTimeImports }: Source) =>
      runTimeImports.filter((i) => i.startsWith("learn/"));
    expect(found(outside("learn/", "cli/", "play/", "index.ts"), learning)).toEqual([]);
    expect(found(within("index.ts"), learning)).toEqual(["index.ts: learn/gradientCheck.ts"]);
  });

  it("nobody outside engine imports an engine, and few choose one", () => {
    const interfaces = [
      "engine/engine.ts",
      "engine/createEngine.ts",
      "engine/createBrowserEngine.ts",
    ];
    const engines = ({ imports }: Source) =>
      imports.filter((i) => i.startsWith("engine/") && !interfaces.includes(i));
    expect(found(outside("engine/"), engines)).toEqual([]);

    const choosing = ({ imports }: Source) => imports.filter((i) => i === "engine/createEngine.ts");
    expect(
      found(outside("training/train.ts", "classifier/", "cli/", "index.ts"), choosing),
    ).toEqual([]);
    expect(found(within("training/train.ts"), choosing)).toHaveLength(1);
  });

  it("commands leave their files to cli/io/files.ts, which checks all of them before any work", () => {
    const guards = ({ calls }: Source) =>
      calls.filter((call) => ["checkWritable", "loadDataSet"].includes(call));
    expect(found(within("cli/"), guards).sort()).toEqual([
      "cli/io/files.ts: checkWritable",
      "cli/io/files.ts: loadDataSet",
    ]);
  });

  it("what browsers get needs no Node, but for what the build replaces", () => {
    const reached = new Set<string>();
    const reach = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const next of sources.find((s) => s.file === file)?.runTimeImports ?? []) reach(next);
    };
    for (const file of ["browser.ts", "play/app/main.tsx", "play/app/worker.ts"]) reach(file);
    expect(reached.size).toBeGreaterThan(100);
    const ofNode = ({ packages, calls, properties }: Source) => [
      ...packages.filter((p) => p.startsWith("node:")),
      ...[...calls, ...properties].filter((c) => /^(Buffer|process)\b/.test(c)),
    ];
    expect(found((file) => reached.has(file), ofNode)).toEqual(["documents/structure.ts: node:v8"]);
  });

  it("src has no drawer for things without a name", () => {
    const drawers = /(^|\/)(utils?|helpers?|common|misc)(\.|\/|$)/;
    expect(sources.map(({ file }) => file).filter((file) => drawers.test(file))).toEqual([]);
  });
});
