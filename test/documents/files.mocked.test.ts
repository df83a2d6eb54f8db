import { execFile } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import {
  checkWritable,
  readFileWhole,
  writeFileWhole,
  writeFolderWhole,
} from "../../src/documents/files.js";
import { InputError } from "../../src/errors.js";
import { emptyFolder } from "../support/dataFolder.js";

/** What the check asks of the system, so that a test can let the system refuse it. */
const { rmdir, renameFile } = vi.hoisted(() => ({ rmdir: vi.fn(), renameFile: vi.fn() }));
vi.mock("node:fs", async (importOriginal) => {
  const fs = await importOriginal<typeof import("node:fs")>();
  rmdir.mockImplementation(fs.rmdirSync);
  renameFile.mockImplementation(fs.renameSync);
  return { ...fs, rmdirSync: rmdir, renameSync: renameFile };
});

/** A value whose text cannot be written: it fails half-way, as a full disk would. */
const broken = new Proxy(new Uint8Array(8), {
  get(target, key) {
    if (key === "byteLength" || key === "buffer") throw new Error("no room");
    return Reflect.get(target, key, target);
  },
});

describe("writeFileWhole", () => {
  it("writes a new file, replaces an old one, and leaves nothing else behind", async () => {
    const folder = emptyFolder();
    const path = join(folder, "model.json");
    await writeFileWhole(path, "first");
    await writeFileWhole(path, Uint8Array.of(104, 105));
    expect(readFileSync(path, "utf8")).toBe("hi");
    expect(readdirSync(folder)).toEqual(["model.json"]);
  });

  it("an old file stays whole when the new one cannot be written", async () => {
    const folder = emptyFolder();
    const path = join(folder, "model.json");
    writeFileSync(path, "old");
    await expect(writeFileWhole(path, broken)).rejects.toThrow(InputError);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["model.json"]);
  });

  it.runIf(process.platform !== "win32")(
    "an old file stays whole when the disk takes only a part of the new one",
    async () => {
      const folder = emptyFolder();
      const path = join(folder, "model.json");
      writeFileSync(path, "old");
      // A limit on the size of files cuts a write short as a full disk does: half is taken, then none.
      const files = new URL("../../dist/documents/files.js", import.meta.url).href;
      const program = `
        process.on("SIGXFSZ", () => {}); // or the limit ends the process
        const { writeFileWhole } = await import(process.argv[1]);
        await writeFileWhole(process.argv[2], Buffer.alloc(3e5, 97)).catch((error) => {
          console.log(error.name, error.message);
        });`;
      const node = `"${process.execPath}" --input-type=module -e '${program}' "${files}" "${path}"`;
      const { stdout } = await promisify(execFile)("bash", ["-c", `ulimit -f 100; ${node}`]);
      expect(stdout).toMatch(/^InputError .*model\.json: cannot be written \(EFBIG\), expected/);
      expect(readFileSync(path, "utf8")).toBe("old");
      expect(readdirSync(folder)).toEqual(["model.json"]);
    },
  );

  it("an old file is never seen half-written: the name goes from one whole file to the other", async () => {
    const folder = emptyFolder();
    const path = join(folder, "model.json");
    const [a, b] = ["a".repeat(3e6), "b".repeat(3e6)];
    writeFileSync(path, a);
    let done = false;
    const writing = writeFileWhole(path, b).then(() => {
      done = true;
    });
    while (!done) {
      const seen = readFileSync(path, "utf8");
      expect(seen === a || seen === b).toBe(true);
      await new Promise(setImmediate);
    }
    await writing;
    expect(readFileSync(path, "utf8")).toBe(b);
  });

  it("writes the file behind a link, and keeps the link", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "real.json"), "old");
    symlinkSync("real.json", join(folder, "link.json"));
    await writeFileWhole(join(folder, "link.json"), "new");
    expect(readFileSync(join(folder, "real.json"), "utf8")).toBe("new");
  });
});

describe("checkWritable", () => {
  it.each<[string, (folder: string) => string]>([
    ["an empty path", () => ""],
    ["a missing folder", (folder) => join(folder, "none", "model.json")],
    ["a folder", (folder) => folder],
    ["a device", () => "/dev/null"],
    [
      "a link that leads nowhere",
      (folder) => {
        symlinkSync("nowhere", join(folder, "link.json"));
        return join(folder, "link.json");
      },
    ],
    [
      "a file where a folder should be",
      (folder) => {
        writeFileSync(join(folder, "file"), "");
        return join(folder, "file", "model.json");
      },
    ],
  ])("refuses %s, and so does writing", async (_, place) => {
    const path = place(emptyFolder());
    expect(() => checkWritable(path)).toThrow(InputError);
    expect(() => checkWritable(path)).toThrow(/^[^\n]*: [^\n]*, expected [^\n]*; [^\n]+$/);
    await expect(writeFileWhole(path, "x")).rejects.toThrow(InputError);
  });

  it.each([246, 255])("accepts a name of %i bytes, which is then written", async (length) => {
    const path = join(emptyFolder(), `${"m".repeat(length - 5)}.json`);
    checkWritable(path);
    await writeFileWhole(path, "x");
    expect(readFileSync(path, "utf8")).toBe("x");
  });

  it("refuses a name of 256 bytes, with what to do", () => {
    const path = join(emptyFolder(), `${"m".repeat(251)}.json`);
    expect(() => checkWritable(path)).toThrow(
      /cannot be written \(ENAMETOOLONG\).*; choose a short/,
    );
  });

  it("refuses an older file that the system lets nobody replace, and keeps it", async () => {
    const path = join(emptyFolder(), "old.json");
    writeFileSync(path, "old");
    for (const code of ["EPERM", "EACCES"]) {
      // As in a sticky folder of another user, or an append-only one; test/faults tries real ones.
      rmdir.mockImplementationOnce(() => {
        throw Object.assign(new Error(code), { code });
      });
      expect(() => checkWritable(path)).toThrow(`a file that cannot be replaced (${code})`);
    }
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  it("refuses a folder that lets no new file be renamed, and leaves nothing there", () => {
    const folder = emptyFolder();
    renameFile.mockImplementationOnce(() => {
      throw Object.assign(new Error("EPERM"), { code: "EPERM", syscall: "rename" });
    });
    expect(() => checkWritable(join(folder, "new.json"))).toThrow(
      "cannot be written (EPERM, as a new file cannot be renamed)",
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it("accepts a new file and an old one, and touches neither", () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, "sub"));
    checkWritable(join(folder, "sub", "new.json"));
    expect(readdirSync(join(folder, "sub"))).toEqual([]);
    writeFileSync(join(folder, "old.json"), "old");
    checkWritable(join(folder, "old.json"));
    expect(readFileSync(join(folder, "old.json"), "utf8")).toBe("old");
    rmSync(join(folder, "old.json"));
  });
});

describe("writeFolderWhole", () => {
  const files = [
    ["a.txt", "a"],
    ["b/c.txt", "c"],
    ["d.txt", "d"],
  ] as const;

  it("writes a new folder, or fills an empty one", async () => {
    for (const made of [join(emptyFolder(), "new"), emptyFolder()]) {
      await writeFolderWhole(made, files);
      expect(readdirSync(made).sort()).toEqual(["a.txt", "b", "d.txt"]);
      expect(readFileSync(join(made, "b/c.txt"), "utf8")).toBe("c");
    }
  });

  it("leaves nothing behind when a file cannot be written", async () => {
    const parent = emptyFolder();
    const more = [...files, ["e.txt", broken] as const];
    await expect(writeFolderWhole(join(parent, "new"), more)).rejects.toThrow("cannot be written");
    expect(readdirSync(parent)).toEqual([]);
  });

  it("takes back what it moved when the system refuses the rest", async () => {
    const folder = emptyFolder();
    const move = renameFile.getMockImplementation()!;
    renameFile.mockImplementation((from: string, to: string) => {
      if (to.endsWith("d.txt")) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      return move(from, to);
    });
    try {
      const writing = writeFolderWhole(folder, files);
      await expect(writing).rejects.toThrow(`${folder}: cannot be written (ENOSPC), expected `);
    } finally {
      renameFile.mockImplementation(move);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("readFileWhole", () => {
  it("refuses a file of 2 GiB by its size, before any of it is read", async () => {
    const path = join(emptyFolder(), "m.safetensors");
    writeFileSync(path, "");
    truncateSync(path, 2 ** 31);
    const about = { expected: "a model file", command: "mnist-train" };
    await expect(readFileWhole(path, about)).rejects.toThrow(
      `${path}: 2147483648 bytes, expected a model file of at most 2147483647; `,
    );
  });
});
