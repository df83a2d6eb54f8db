/*
 * Reads files as a command does, and prints the most memory that each took: resident memory, which has
 * the memory of V8's parser in it, that no figure of its heap shows.
 *
 * `node test/fuzz/peak.js model|history|checkpoint FILE`, or `data FOLDER`, in a process of its own for each file, since a
 * peak cannot be reset.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { loadCheckpoint, loadHistories, loadModel } from "../../dist/cli/io/savedFiles.js";
import { loadDataSet } from "../../dist/dataset/source.js";
import { splitInPlace } from "../../dist/dataset/split.js";
import { InputError } from "../../dist/errors.js";

const load = {
  model: (path) => loadModel(path, {}),
  history: (path) => loadHistories([path]),
  checkpoint: loadCheckpoint,
  async data(directory) {
    const { train } = await loadDataSet({ directory });
    splitInPlace(train, { validation: 1000, limit: null, split: "shuffled" });
  },
};
const [kind, file, warmUp] = process.argv.slice(2);

/**
 * The most resident memory of this process so far, in bytes. On Linux, maxRSS is at least what the process
 * took that started this one; VmHWM is not.
 */
function peak() {
  const status = "/proc/self/status";
  const kilobytes = existsSync(status)
    ? Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1])
    : process.resourceUsage().maxRSS;
  return 1024 * kilobytes;
}

if (warmUp !== undefined) await load[kind](warmUp);
const { size } = statSync(file);
const before = process.memoryUsage.rss();
let refused = null;
try {
  await load[kind](file);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  refused = error.message;
}
process.stdout.write(JSON.stringify({ size, taken: Math.max(0, peak() - before), refused }));
