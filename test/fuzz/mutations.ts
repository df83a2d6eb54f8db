import { deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";

/*
 * Files that are almost right: valid ones with one thing changed.
 */

/** Bytes with one change: a byte set, flipped, taken out or put in, a stretch doubled or lost, the end cut. */
export function changedBytes(valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc
    .record({
      from: fc.constantFrom(...valid),
      place: fc.nat(),
      byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 8, 127, 128, 255)),
      length: fc.nat(40),
      what: fc.constantFrom("set", "flip", "insert", "remove", "repeat", "cut", "append"),
    })
    .map(({ from, place, byte, length, what }) => {
      const bytes = [...from];
      const at = place % Math.max(1, bytes.length);
      if (what === "set") bytes[at] = byte;
      if (what === "flip") bytes[at] ^= 1 << (byte % 8);
      if (what === "insert") bytes.splice(at, 0, byte);
      if (what === "remove") bytes.splice(at, 1 + (length % 8));
      if (what === "repeat") bytes.splice(at, 0, ...bytes.slice(at, at + length));
      if (what === "cut") bytes.length = at;
      if (what === "append") for (let i = 0; i <= length; i++) bytes.push((byte * i) % 256);
      return Uint8Array.from(bytes);
    });
}

/** A chunk of a PNG. */
type Chunk = [type: string, data: Uint8Array];

/**
 * The chunks of a PNG with one change: another type, other bytes, one lost, doubled, moved or put in, or
 * the pixels unpacked, changed and packed again.
 */
export function changedChunks(valid: readonly Uint8Array[]): fc.Arbitrary<Chunk[]> {
  const number = fc.oneof(fc.nat(20), fc.nat(), fc.constantFrom(2 ** 31, 2 ** 32 - 1));
  return fc
    .record({
      chunks: fc.constantFrom(...valid.map(chunksOf)),
      place: fc.nat(),
      to: fc.nat(),
      type: fc.constantFrom("IHDR", "PLTE", "tRNS", "IDAT", "IEND", "iCCP", "tEXt", "acTL", "ABCD"),
      field: fc.record({ at: fc.constantFrom(0, 4, 8, 9, 10, 11, 12), number }),
      what: fc.constantFrom("type", "data", "header", "remove", "repeat", "move", "add", "pixels"),
      data: fc.uint8Array({ maxLength: 800 }),
    })
    .chain(({ chunks, place, to, type, field, what, data }) => {
      const at = place % chunks.length;
      const [name, bytes] = chunks[at];
      const put = (index: number, chunk: Chunk) => fc.constant(chunks.with(index, chunk));
      if (what === "type") return put(at, [type, bytes]);
      if (what === "header") return put(0, ["IHDR", changedHeader(chunks[0][1], field)]);
      if (what === "remove") return fc.constant(chunks.toSpliced(at, 1));
      if (what === "repeat")
        return fc.constant(chunks.toSpliced(to % chunks.length, 0, chunks[at]));
      if (what === "move") {
        const rest = chunks.toSpliced(at, 1);
        return fc.constant(rest.toSpliced(to % chunks.length, 0, chunks[at]));
      }
      if (what === "add") return fc.constant(chunks.toSpliced(at, 0, [type, data]));
      if (what === "pixels") {
        const pixels = chunks.findIndex(([of]) => of === "IDAT");
        return changedBytes([inflateSync(chunks[pixels][1])]).map((raw) =>
          chunks.with(pixels, ["IDAT", deflateSync(raw)]),
        );
      }
      return changedBytes([bytes]).map((other) => chunks.with(at, [name, other]));
    });
}

function changedHeader(header: Uint8Array, { at, number }: { at: number; number: number }) {
  const changed = Buffer.from(header);
  if (at < 8) changed.writeUInt32BE(number, at);
  else changed[at] = number;
  return changed;
}

function chunksOf(png: Uint8Array): Chunk[] {
  const bytes = Buffer.from(png);
  const chunks: Chunk[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const data = bytes.subarray(at + 8, at + 8 + length);
    chunks.push([bytes.toString("latin1", at + 4, at + 8), data]);
    at += 12 + length;
  }
  return chunks;
}

/** A place in a JSON document: the keys that lead there. */
type Path = (string | number)[];

/** Values as JSON text that a parser may not expect; `JSON.stringify` could not say all of them. */
const odd: readonly string[] = [
  ...["null", "true", "-1", "0", "-0", "0.5", "1e400", "-1e400", "1e308", "1e39", "5e-324"],
  ...["9007199254740993", "4294967296", "65536", '""', "[]", "{}", '"__proto__"', '"constructor"'],
  ...['"\\u0000\\u001b[31m\\n"', '"\\ud800"', '"Infinity"', '"AAAA"', "[[]]", "[null]", '"7"'],
  '{"__proto__": {"polluted": true}}',
  '{"constructor": {"prototype": {"polluted": true}}}',
  '{"length": 4294967295}',
  `${"[".repeat(20000)}${"]".repeat(20000)}`,
  `${'{"a":'.repeat(20000)}1${"}".repeat(20000)}`,
  `"${"x".repeat(50000)}"`,
  `[${"0,".repeat(5000)}0]`,
];

/** A text that stands where another one is put afterwards. */
const placeholder = "@ something odd @";

/** JSON text of a valid document with one thing changed: a value replaced, a key lost, added or renamed. */
export function changedJson(valid: unknown): fc.Arbitrary<string> {
  const paths = pathsOf(valid);
  return fc
    .record({
      path: fc.constantFrom(...paths),
      value: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...odd) },
        { weight: 1, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(...paths).map((p) => JSON.stringify(at(valid, p))),
        },
      ),
      key: fc.constantFrom(
        "__proto__",
        "constructor",
        "prototype",
        "toString",
        "length",
        "another",
      ),
      what: fc.constantFrom("replace", "replace", "replace", "remove", "add", "rename"),
    })
    .map(({ path, value, key, what }) => {
      const document = structuredClone(valid);
      const last = path.at(-1)!;
      // biome-ignore lint/suspicious/noExplicitAny: whatever is there
      const parent = at(document, path.slice(0, -1)) as any;
      const put = (name: string | number, what: unknown) =>
        Object.defineProperty(parent, name, { value: what, enumerable: true, configurable: true });
      if (what === "replace") put(last, placeholder);
      if (what === "add" && !Array.isArray(parent)) put(key, placeholder);
      if (what === "add" && Array.isArray(parent)) parent.push(placeholder);
      if (what === "rename") put(Array.isArray(parent) ? last : key, parent[last]);
      if (what === "rename" || what === "remove") {
        if (Array.isArray(parent)) parent.splice(Number(last), 1);
        else delete parent[last];
      }
      return JSON.stringify(document).replace(JSON.stringify(placeholder), () => value);
    });
}

/** Every place in a document but its root, and of long arrays only the first and the last. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return path.length === 0 ? [] : [path];
  const keys = Array.isArray(value)
    ? [...value.keys()].filter((i) => i < 2 || i === value.length - 1)
    : Object.keys(value);
  const inside = keys.flatMap((key) =>
    pathsOf((value as Record<string | number, unknown>)[key], [...path, key]),
  );
  return path.length === 0 ? inside : [path, ...inside];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce((inner, key) => (inner as Record<string | number, unknown>)[key], value);
}
