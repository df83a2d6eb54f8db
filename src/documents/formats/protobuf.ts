/*
 * Messages in the wire format of Protocol Buffers, written and never read.
 * Source: https://protobuf.dev/programming-guides/encoding
 */

const [VARINT, LENGTH] = [0, 2];
const utf8 = new TextEncoder();

/** A whole number below 2^53, seven bits to a byte, the low ones first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

/**
 * A field of a message.
 *
 * @param number its number in the .proto file
 * @param value  a whole number, a text, or bytes, such as another message
 */
export function field(number: number, value: number | string | Uint8Array): Uint8Array {
  if (typeof value === "number") return message(varint(8 * number + VARINT), varint(value));
  const bytes = typeof value === "string" ? utf8.encode(value) : value;
  return message(varint(8 * number + LENGTH), varint(bytes.length), bytes);
}

/** A message, made of its fields. */
export function message(...fields: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of fields) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
