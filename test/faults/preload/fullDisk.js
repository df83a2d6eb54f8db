/* A folder FULL that takes BYTES bytes of a file and no more, where no small file system can be made. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const room = Number(process.env.BYTES);
const { writeFile } = fs.promises;
fs.promises.writeFile = async (path, contents) => {
  const bytes = Buffer.from(contents);
  const isFull = String(path).startsWith(process.env.FULL) && bytes.length > room;
  await writeFile(path, isFull ? bytes.subarray(0, room) : bytes);
  if (isFull) {
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  }
};
syncBuiltinESMExports();
