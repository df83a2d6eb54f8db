import { gunzipSync, constants as zlib } from "node:zlib";
import { refuse } from "../errors.js";
import { checkIdxLength, type IdxHeader, longestIdxHeader } from "./idx.js";

/** Deflate packs at most 1032 bytes into one (zlib's technical notes, "Maximum Compression Factor"). */
const DENSEST = 1032;

/** The most bytes that Node reads, unzips and hashes in one piece: 2 GiB minus one. */
export const mostBytes = 2 ** 31 - 1;

/** Bytes of the packed file that usually hold the whole IDX header. */
const BEGINNING = 4096;

/** Whether a file is gzipped, told by its first two bytes (RFC 1952). */
export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Unzips an IDX file, but never more bytes than its header promises, so that a small file cannot fill the
 * memory.
 *
 * @param packed     the whole gzip file
 * @param name       names the data in errors, such as a path
 * @param readHeader reads and checks the header at the start of the unzipped bytes
 * @throws {InputError} when it is cut short, fails its checksum, or holds more or less than promised
 */
export function gunzipIdx(
  packed: Uint8Array,
  name: string,
  readHeader: (start: Uint8Array) => IdxHeader,
): { header: IdxHeader; bytes: Uint8Array } {
  const header = readHeader(unzipStart(packed, name));
  const promised = `the header promises ${header.totalBytes} bytes`;
  if (header.totalBytes > DENSEST * packed.length) {
    const expected = `at most what ${packed.length} bytes of gzip can hold`;
    refuse(name, promised, expected, "the file is cut short or damaged, fetch it again");
  }
  if (header.totalBytes > mostBytes) {
    refuse(name, promised, `at most ${mostBytes}`, "use a smaller data set");
  }
  const { bytes, consumed } = gunzip(name, packed, { maxOutputLength: header.totalBytes });
  checkIdxLength(header, bytes.length, name);
  if (consumed < packed.length) {
    const found = `${packed.length - consumed} bytes follow the gzip data`;
    refuse(name, found, "none", "fetch the file again");
  }
  return { header, bytes };
}

/** Unzips the first bytes of a file, enough for an IDX header; empty members may come before them. */
function unzipStart(packed: Uint8Array, name: string): Uint8Array {
  for (let length = BEGINNING; ; length *= 2) {
    const { bytes } = gunzip(name, packed.subarray(0, length), {
      // The end of a longer file is missing here; zlib must not insist on it.
      finishFlush: packed.length > length ? zlib.Z_SYNC_FLUSH : zlib.Z_FINISH,
      maxOutputLength: DENSEST * length + longestIdxHeader,
    });
    if (bytes.length >= longestIdxHeader || length >= packed.length) return bytes;
  }
}

function gunzip(
  name: string,
  packed: Uint8Array,
  options: { maxOutputLength: number; finishFlush?: number },
): { bytes: Uint8Array; consumed: number } {
  try {
    // With `info`, Node returns the buffer and the engine; its types know the buffer only.
    const { buffer, engine } = gunzipSync(packed, { ...options, info: true }) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    // A plain Uint8Array, because slice() of a Buffer does not copy.
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    return { bytes, consumed: engine.bytesWritten };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      const found = `unpacks to more than ${options.maxOutputLength} bytes`;
      const remedy = "the file is damaged, fetch it again";
      refuse(name, found, "as many as its header promises", remedy);
    }
    if (!code?.startsWith("Z_")) throw error;
    const found = `gzip data that cannot be unpacked (${message})`;
    const remedy = "it is cut short or damaged, fetch it again";
    return refuse(name, found, "a whole gzip file", remedy);
  }
}
