import { inflateRawSync } from "node:zlib";
import { refuse } from "../../errors.js";
import { quoted } from "../document.js";

/*
 * Zip archives as NumPy writes them: written without compression, read with or without.
 *
 * No library takes its place: this reads nothing that lies about its size or overlaps, checks every
 * checksum, and writes the same bytes at any time of day.
 * Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [LOCAL_SIZE, CENTRAL_SIZE, END_SIZE] = [30, 46, 22];
const VERSION = 20;
/** 1 January 1980, the first day that an archive knows. */
const DAY = 0x21;
const [STORED, DEFLATED] = [0, 8];
/** Deflate packs at most so many bytes into one. */
const MOST_RATIO = 1032;
const ENCRYPTED = 1;
/** What stands for a size of 4 GB or more. */
const LARGE = 0xffffffff;

/**
 * Files as an archive; the same files give the same bytes.
 *
 * @param deflate compresses an entry; without it, entries are stored
 */
export function encodeZip(
  files: readonly (readonly [name: string, data: Uint8Array])[],
  deflate?: (data: Uint8Array) => Uint8Array,
): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, data] of files) {
    const packed = deflate?.(data) ?? data;
    const common = Buffer.alloc(26); // what both headers of a file say about it
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(deflate === undefined ? STORED : DEFLATED, 4);
    common.writeUInt16LE(DAY, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    parts.push(word(LOCAL), common, Buffer.from(name), Buffer.from(packed));
    directory.push(word(CENTRAL), half(VERSION), common, rest, Buffer.from(name));
    at += LOCAL_SIZE + name.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const counts = [half(0), half(0), half(files.length), half(files.length)];
  const end = [word(END), ...counts, word(central.length), word(at), half(0)];
  return Buffer.concat([...parts, central, ...end]);
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** What the directory of an archive says about a file. */
interface Entry {
  readonly key: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: Buffer;
  readonly size: number;
}

/**
 * The files of an archive, each unpacked when it is asked for.
 *
 * @param name names the bytes in errors, such as a path
 * @param most bytes that one of them may have
 * @throws {InputError} when the archive is damaged, or its entries clash or overlap
 */
export function decodeZip(
  bytes: Uint8Array,
  name: string,
  most: number,
): Map<string, () => Uint8Array> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, () => Uint8Array>();
  let packed = 0;
  for (const entry of readDirectory(file, name)) {
    const { key } = entry;
    if (files.has(key)) refuse(name, `two entries ${quoted(key)}`, "one of each name", again);
    packed += entry.packed.length;
    if (packed > file.length) damaged(name, "entries that overlap");
    files.set(key, () => {
      if (entry.size <= most) return unpack(entry, name);
      const found = `${quoted(key)} of ${entry.size} bytes`;
      return refuse(name, found, `at most ${most}`, "save a smaller net");
    });
  }
  return files;
}

const again = "save it again";

function damaged(name: string, found: string): never {
  return refuse(name, found, "a whole zip archive", `the file is damaged, ${again}`);
}

function readDirectory(file: Buffer, name: string): Entry[] {
  const end = findEnd(file);
  if (end < 0) damaged(name, "no directory at its end");
  const count = file.readUInt16LE(end + 10);
  const start = file.readUInt32LE(end + 16);
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_SIZE > end || file.readUInt32LE(at) !== CENTRAL) {
      damaged(name, `entry ${i} of ${count} is not in its directory`);
    }
    const [keyLength, extra, comment] = [28, 30, 32].map((place) => file.readUInt16LE(at + place));
    const keyEnd = at + CENTRAL_SIZE + keyLength;
    if (keyEnd > end) damaged(name, `the name of entry ${i} is cut short`);
    const key = file.toString("utf8", at + CENTRAL_SIZE, keyEnd);
    entries.push(readEntry(file, { key, at, start }, name));
    at = keyEnd + extra + comment;
  }
  return entries;
}

/** Where the end record begins; a comment may follow it. */
function findEnd(file: Buffer): number {
  const first = Math.max(0, file.length - END_SIZE - 0xffff);
  for (let at = file.length - END_SIZE; at >= first; at--) {
    if (file.readUInt32LE(at) === END && file.readUInt16LE(at + 20) === file.length - at - END_SIZE)
      return at;
  }
  return -1;
}

/** @param start where the directory begins, and the files end */
function readEntry(
  file: Buffer,
  { key, at, start }: { key: string; at: number; start: number },
  name: string,
): Entry {
  const [crc, length, size] = [16, 20, 24].map((place) => file.readUInt32LE(at + place));
  const local = file.readUInt32LE(at + 42);
  if ([length, size, local].includes(LARGE)) {
    refuse(name, `${quoted(key)} is larger than 4 GB`, "a smaller array", "save a smaller net");
  }
  if (file.readUInt16LE(at + 8) & ENCRYPTED) {
    refuse(name, `${quoted(key)} is encrypted`, "plain arrays", "save it without a password");
  }
  const isThere = local + LOCAL_SIZE <= start && file.readUInt32LE(local) === LOCAL;
  if (!isThere) damaged(name, `${quoted(key)} is not where the directory says`);
  const data = local + LOCAL_SIZE + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
  if (data + length > start) damaged(name, `${quoted(key)} reaches beyond the files`);
  const method = file.readUInt16LE(at + 10);
  return { key, method, crc, size, packed: file.subarray(data, data + length) };
}

function unpack({ key, method, crc, packed, size }: Entry, name: string): Uint8Array {
  let data: Uint8Array = packed;
  if (method === DEFLATED) {
    if (size > MOST_RATIO * packed.length) damaged(name, `${quoted(key)} claims ${size} bytes`);
    try {
      data = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
    } catch {
      damaged(name, `${quoted(key)} does not unpack to the ${size} bytes that it claims`);
    }
  } else if (method !== STORED) {
    const expected = "stored or deflated entries";
    refuse(
      name,
      `${quoted(key)} is compressed by method ${method}`,
      expected,
      "save it with numpy.savez",
    );
  }
  if (data.length !== size)
    damaged(name, `${quoted(key)} has ${data.length} bytes, claims ${size}`);
  const found = crc32(data);
  if (found !== crc) damaged(name, `${quoted(key)} has checksum ${found}, claims ${crc}`);
  return data;
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The checksum of an entry; node:zlib has it since Node 20.15 only. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}
