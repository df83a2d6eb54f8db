import { spawn } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder } from "../support/dataFolder.js";
import { greyPng } from "../support/png.js";
import { commandPath } from "../support/runCommand.js";

const recorder = new URL("../support/recordSockets.js", import.meta.url).href;

/** Runs Node with its output in a file, since a pipe would be a socket; returns what it opened. */
async function opened(args: readonly string[], cwd: string): Promise<string[]> {
  const log = join(cwd, `sockets-${args.length}.log`);
  const output = openSync(join(cwd, "output.txt"), "w");
  const child = spawn(process.execPath, ["--import", recorder, ...args], {
    cwd,
    stdio: ["ignore", output, output],
    env: { ...process.env, SOCKETS: log },
  });
  const exitCode = await new Promise((resolve) => child.on("close", resolve));
  expect(exitCode, readFileSync(join(cwd, "output.txt"), "utf8")).toBe(0);
  return readFileSync(log, "utf8").trim().split("\n");
}

describe("no command opens the network", () => {
  it("training on threads, evaluating, answering, showing, reporting, going on from a checkpoint", async () => {
    const folder = emptyFolder();
    const short = "--limit 400 --validation 100 --iterations 20 --hidden 40 --threads 2".split(" ");
    const train = [commandPath("mnist-train"), ...short, "--checkpoint", "c.json"];
    expect(await opened(train, folder)).toEqual(["thread 0", "thread 1"]);
    expect(await opened([commandPath("mnist-eval")], folder)).toContain("thread 0");
    expect((await opened([commandPath("mnist-eval")], folder)).join()).not.toMatch(/wrap/i);
    writeFileSync(join(folder, "bar.png"), greyPng(9, 9, new Uint8Array(81).fill(255, 29, 34)));
    const predict = [commandPath("mnist-predict"), "bar.png", "--show"];
    expect((await opened(predict, folder)).join()).not.toMatch(/wrap/i);
    const show = [commandPath("mnist-show"), "--model", "model.json", "--out", "grid.png"];
    expect((await opened(show, folder)).join()).not.toMatch(/wrap/i);
    const play = [commandPath("mnist-play")];
    expect((await opened(play, folder)).join()).not.toMatch(/wrap/i);
    const report = [commandPath("mnist-report")];
    expect((await opened(report, folder)).join()).not.toMatch(/wrap/i);
    const resume = [commandPath("mnist-train"), "--resume", "c.json"];
    expect((await opened(resume, folder)).join()).not.toMatch(/wrap/i);
  });

  it("and who would open it would be seen", async () => {
    const folder = emptyFolder();
    const look = "require('node:dns').lookup('localhost', () => {})";
    const listen = "const s = require('node:net').createServer().listen(0, () => s.close())";
    const udp = "require('node:dgram').createSocket('udp4').close()";
    expect((await opened(["-e", look], folder)).join()).toMatch(/GETADDRINFOREQWRAP/);
    expect((await opened(["-e", listen], folder)).join()).toMatch(/TCPSERVERWRAP/);
    expect((await opened(["-e", udp], folder)).join()).toMatch(/UDPWRAP/);
  });
});
