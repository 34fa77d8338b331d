// The little of DER (X.690) that a certificate is written in.

/** A value with its tag and length before it. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** A sequence of values. */
export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);

/** A set of values. */
export const set = (...parts: readonly Uint8Array[]): Buffer => der(0x31, ...parts);

/** A positive integer, its bytes from the highest. */
export const integer = (bytes: Uint8Array): Buffer =>
  der(0x02, (bytes[0] ?? 0) > 0x7f ? Buffer.from([0]) : Buffer.alloc(0), bytes);

/** An object identifier that is known by its encoding. */
export const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

/** `NULL`. */
export const nothing = (): Buffer => der(0x05);

/** Text in UTF-8. */
export const text = (value: string): Buffer => der(0x0c, Buffer.from(value));

/** An instant as `YYYYMMDDHHMMSSZ`. */
export const time = (value: string): Buffer => der(0x18, Buffer.from(value));

/** Bits that fill whole bytes. */
export const bits = (bytes: Uint8Array): Buffer => der(0x03, Buffer.from([0]), bytes);

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}
