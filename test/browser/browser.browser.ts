import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mnist } from "../support/mnist.js";

/*
 * `mnist-train/browser` in a real browser: from a script tag as it is published, and in a bundle of a user.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ORIGIN = "http://mnist-train.test";

/** What both pages do: read a model, classify what it is given, and draw and fit a one. */
const use = `
  const classifier = classifierOf(decodeModel(await (await fetch("/model.json")).text()));
  const ink = new Uint8Array(100 * 100);
  for (let y = 20; y < 80; y++) ink.fill(255, y * 100 + 45, y * 100 + 53);
  const one = fitDigit({ width: 100, height: 100, data: ink }, 28, 28);
  const { values, shape } = decodeIdx(new Uint8Array(await (await fetch("/images")).arrayBuffer()));
  window.result = {
    shape,
    answers: classifier.classifyAll(values).map(({ label }) => label),
    one: classifier.classify(one).label,
  };
`;
const names = "{ classifierOf, decodeIdx, decodeModel, fitDigit }";

describe.skipIf(!existsSync(executablePath))("mnist-train/browser", () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), "mnist-train-bundle-"));
  let files: Record<string, string | Buffer>;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    const api = await import("../../dist/index.js");
    const { train, test } = await mnist();
    const { model } = await api.trainClassifier(
      { images: train.images.subarray(0, 784 * 2000), labels: train.labels.subarray(0, 2000) },
      { settings: { hidden: 30 } },
    );
    const images = test.images.subarray(0, 784 * 50);
    files = {
      "/model.json": api.encodeModel(model),
      "/images": Buffer.from(api.encodeIdx({ values: images, shape: [50, 28, 28] })),
      "/browser.js": readFileSync(join(root, "dist/browser.bundle.js")),
      "/tag.html": `<script type="module">import ${names} from "/browser.js";${use}</script>`,
      "/bundled.html": '<script src="/bundle.js"></script>',
      "/bundle.js": await bundled(),
    };
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A classic script of a user, in whose folder the package is installed. */
  async function bundled(): Promise<string> {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/mnist-train"), "dir");
    const entry = `import ${names} from "mnist-train/browser";(async () => {${use}})();`;
    const bundle = await rolldown({
      input: "entry",
      cwd: folder,
      platform: "browser",
      plugins: [
        {
          name: "entry",
          resolveId: (id: string) => (id === "entry" ? join(folder, "entry.js") : null),
          load: (id: string) => (id === join(folder, "entry.js") ? entry : null),
        },
      ],
    });
    const { output } = await bundle.generate({ format: "iife" });
    return output[0].code;
  }

  async function open(path: string): Promise<Page> {
    const page = await browser.newPage();
    page.on("pageerror", (error) => {
      throw error;
    });
    await page.route("**/*", (route) => {
      const { pathname } = new URL(route.request().url());
      const body = files[pathname];
      const contentType = { html: "text/html", js: "text/javascript" }[pathname.split(".")[1]];
      return body === undefined ? route.abort() : route.fulfill({ body, contentType });
    });
    await page.goto(`${ORIGIN}${path}`);
    await page.waitForFunction("window.result");
    return page;
  }

  it.each(["/tag.html", "/bundled.html"])("answers as in Node: %s", async (path) => {
    const page = await open(path);
    const api = await import("../../dist/index.js");
    const { classifyAll } = api.classifierOf(api.decodeModel(files["/model.json"] as string));
    const images = (await mnist()).test.images.subarray(0, 784 * 50);
    expect(await page.evaluate("window.result")).toEqual({
      shape: [50, 28, 28],
      answers: classifyAll(images).map(({ label }) => label),
      one: "1",
    });
    await page.close();
  });
});
