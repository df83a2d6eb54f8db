import { gunzipSync, constants as zlib } from "node:zlib";
import { InputError } from "../errors.js";
import { checkIdxLength, type IdxHeader, longestIdxHeader } from "./idx.js";

/** Deflate packs at most 1032 bytes into one (zlib's technical notes, "Maximum Compression Factor"). */
const DENSEST = 1032;

/** The most bytes that Node reads, unzips and hashes in one piece: 2 GiB less one. */
export const mostBytes = 2 ** 31 - 1;

/** Enough of the packed file to hold the whole IDX header. */
const BEGINNING = 4096;

/** Whether a file is gzipped, told by its first two bytes (RFC 1952). */
export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Unzips an IDX file, and no more of it than the header inside promises, so that a small file
 * cannot fill the memory.
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
  const start = gunzip(name, packed.subarray(0, BEGINNING), {
    // of a longer file take what is there, its end is missing
    finishFlush: packed.length > BEGINNING ? zlib.Z_SYNC_FLUSH : zlib.Z_FINISH,
    maxOutputLength: DENSEST * BEGINNING + longestIdxHeader,
  });
  const header = readHeader(start.bytes);
  if (header.totalBytes > DENSEST * packed.length) {
    throw new InputError(
      `${name}: the header promises ${header.totalBytes} bytes, expected at most what ` +
        `${packed.length} bytes of gzip can hold; the file is cut short or damaged, fetch it again`,
    );
  }
  if (header.totalBytes > mostBytes) {
    throw new InputError(
      `${name}: the header promises ${header.totalBytes} bytes, expected at most ${mostBytes}; ` +
        "use a smaller data set",
    );
  }
  const { bytes, consumed } = gunzip(name, packed, { maxOutputLength: header.totalBytes });
  checkIdxLength(header, bytes.length, name);
  if (consumed < packed.length) {
    throw new InputError(
      `${name}: ${packed.length - consumed} bytes follow the gzip data, expected none; ` +
        "fetch the file again",
    );
  }
  return { header, bytes };
}

function gunzip(
  name: string,
  packed: Uint8Array,
  options: { maxOutputLength: number; finishFlush?: number },
): { bytes: Uint8Array; consumed: number } {
  try {
    // with `info`, what comes back is the buffer and the engine; the types know the buffer only
    const { buffer, engine } = gunzipSync(packed, { ...options, info: true }) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    // a plain array: slice() of a Buffer does not copy
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    return { bytes, consumed: engine.bytesWritten };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw new InputError(
        `${name}: unpacks to more than ${options.maxOutputLength} bytes, expected as many as its ` +
          "header promises; the file is damaged, fetch it again",
      );
    }
    if (!code?.startsWith("Z_")) throw error;
    throw new InputError(
      `${name}: gzip data that cannot be unpacked (${message}), expected a whole gzip file; ` +
        "it is cut short or damaged, fetch it again",
    );
  }
}
