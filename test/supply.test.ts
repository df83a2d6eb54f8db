import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const manifest = JSON.parse(read("package.json"));
const lock = JSON.parse(read("package-lock.json"));

interface Locked {
  readonly dev?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

/** What a user installs: the packages that are there for more than to build and test. */
const installed = Object.entries(lock.packages as Record<string, Locked>).filter(
  ([path, { dev }]) => path !== "" && !dev,
);

describe("the packages that a user installs", () => {
  it("are in the lock file, each with its checksum", () => {
    const names = installed.map(([path]) => path.replace("node_modules/", ""));
    for (const name of Object.keys(manifest.dependencies)) expect(names).toContain(name);
    for (const [path, { integrity }] of installed) {
      expect(integrity, path).toMatch(/^sha512-/);
    }
  });

  it("need no install script, nor do they get one", () => {
    expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
    for (const script of ["preinstall", "install", "postinstall"]) {
      expect(manifest.scripts).not.toHaveProperty(script);
    }
  });

  it("each have a reason in CONTRIBUTING", () => {
    const reasons = read("CONTRIBUTING.md");
    for (const name of Object.keys(manifest.dependencies)) expect(reasons).toContain(`| ${name} `);
  });
});
