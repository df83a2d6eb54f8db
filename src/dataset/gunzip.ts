import { pipeline } from "node:stream/promises";
import { createGunzip, gunzipSync, constants as zlib } from "node:zlib";
import { refuse } from "../errors.js";
import { checkIdxLength, type IdxHeader, longestIdxHeader } from "./idx.js";

/** Deflate packs at most 1032 bytes into one (zlib's technical notes, "Maximum Compression Factor"). */
const DENSEST = 1032;

/** Bytes of the packed file that usually hold the whole IDX header. */
const BEGINNING = 4096;

/** Packed bytes that are read together, and unpacked bytes that are passed on together. */
const PORTION = 256 * 1024;

/** A gzip file, wherever its bytes are. */
export interface PackedFile {
  /** Names it in errors, such as a path. */
  readonly name: string;
  readonly size: number;
  /** The bytes from..from+length-1, or fewer at the end of the file. */
  read(from: number, length: number): Promise<Uint8Array>;
}

/** Whether a file is gzipped, told by its first two bytes (RFC 1952). */
export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * The header of a gzipped IDX file, from its beginning; empty gzip members may come before it.
 *
 * @param readHeader reads and checks the header at the start of the unzipped bytes
 * @throws {InputError} when the beginning is damaged, or the header promises more than the file can hold
 */
export async function gzippedHeader(
  packed: PackedFile,
  readHeader: (start: Uint8Array) => IdxHeader,
): Promise<IdxHeader> {
  const { name, size } = packed;
  const header = readHeader(await unzipStart(packed));
  if (header.totalBytes > DENSEST * size) {
    const promised = `the header promises ${header.totalBytes} bytes`;
    const expected = `at most what ${size} bytes of gzip can hold`;
    refuse(name, promised, expected, "the file is cut short or damaged, fetch it again");
  }
  return header;
}

/** Unzips the first bytes of a file, enough for an IDX header. */
async function unzipStart(packed: PackedFile): Promise<Uint8Array> {
  for (let length = BEGINNING; ; length *= 2) {
    const start = await packed.read(0, Math.min(length, packed.size));
    const bytes = gunzipStart(packed, start, length);
    if (bytes.length >= longestIdxHeader || length >= packed.size) return bytes;
  }
}

function gunzipStart({ name, size }: PackedFile, start: Uint8Array, length: number): Uint8Array {
  const maxOutputLength = DENSEST * length + longestIdxHeader;
  // The end of a longer file is missing here; zlib must not insist on it.
  const finishFlush = size > length ? zlib.Z_SYNC_FLUSH : zlib.Z_FINISH;
  try {
    return gunzipSync(start, { maxOutputLength, finishFlush });
  } catch (error) {
    return refuseDamaged(name, error);
  }
}

/**
 * Unzips an IDX file in portions, but never more bytes than its header promises, so that a small file cannot
 * fill the memory.
 *
 * @param header that of `gzippedHeader`
 * @param bytes  as many as the header promises; they are filled from the start
 * @param taken  called after each portion: its bytes, and how many of the packed bytes are read
 * @throws {InputError} when it is cut short, fails its checksum, or holds more or less than promised
 */
export async function gunzipIdx(
  packed: PackedFile,
  header: IdxHeader,
  bytes: Uint8Array,
  taken: (portion: Uint8Array, read: number) => void = () => {},
): Promise<void> {
  const { name, size } = packed;
  const gunzip = createGunzip({ chunkSize: PORTION });
  let filled = 0;
  let ended = false;
  try {
    await pipeline(portionsOf(packed), gunzip, async (unpacked: AsyncIterable<Uint8Array>) => {
      for await (const portion of unpacked) {
        const end = filled + portion.length;
        if (end > header.totalBytes) refuseLonger(name, header);
        bytes.set(portion, filled);
        taken(bytes.subarray(filled, end), gunzip.bytesWritten);
        filled = end;
      }
      ended = true;
    });
  } catch (error) {
    if (!ended) refuseDamaged(name, error); // else bytes that follow the gzip data were not taken
  }
  checkIdxLength(header, filled, name);
  if (gunzip.bytesWritten < size) {
    const found = `${size - gunzip.bytesWritten} bytes follow the gzip data`;
    refuse(name, found, "none", "fetch the file again");
  }
}

async function* portionsOf({ size, read }: PackedFile): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < size; from += PORTION) {
    yield await read(from, Math.min(PORTION, size - from));
  }
}

function refuseLonger(name: string, { totalBytes }: IdxHeader): never {
  const found = `unpacks to more than ${totalBytes} bytes`;
  const remedy = "the file is damaged, fetch it again";
  return refuse(name, found, "as many as its header promises", remedy);
}

/** Refuses what zlib could not unpack; throws other errors as they are. */
function refuseDamaged(name: string, error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code?.startsWith("Z_")) throw error;
  const found = `gzip data that cannot be unpacked (${message})`;
  const remedy = "it is cut short or damaged, fetch it again";
  return refuse(name, found, "a whole gzip file", remedy);
}
