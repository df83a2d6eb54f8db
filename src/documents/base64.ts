import { endianness } from "node:os";

/*
 * Numbers as text that keeps every bit and takes little room: base64 of little-endian bytes (RFC 4648).
 */

type Numbers = Float32Array | Float64Array | Uint32Array;

/** Numbers as base64. */
export function toBase64(values: Numbers): string {
  return bytesOf(values).toString("base64");
}

/** The bytes of numbers in little-endian order. */
export function littleEndian(values: Numbers): Uint8Array {
  return bytesOf(values);
}

function bytesOf(values: Numbers): Buffer {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return inOrder(bytes, values.BYTES_PER_ELEMENT);
}

/**
 * Numbers from base64; takes no more room than the text does.
 *
 * @returns null if the text ends within a number
 */
export function fromBase64<T extends Numbers>(
  text: string,
  Values: { new (buffer: ArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
): T | null {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length % Values.BYTES_PER_ELEMENT !== 0) return null;
  const values = new Values(new ArrayBuffer(bytes.length));
  inOrder(bytes, Values.BYTES_PER_ELEMENT).copy(new Uint8Array(values.buffer));
  return values;
}

/** Bytes of this machine's order in little-endian order, or back. */
function inOrder(bytes: Buffer, size: number): Buffer {
  if (endianness() === "LE") return bytes;
  const copy = Buffer.from(bytes);
  return size === 4 ? copy.swap32() : copy.swap64();
}
