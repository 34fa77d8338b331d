import type { CborDialect } from './dialect.ts';

const TIMESTAMP_TAG = 0xc1;
const FALSE = 0xf4;
const NULL = 0xf6;
const FLOAT64 = 0xfb;
const FIRST_SIZE = 512;

/** Writes what JSON can hold, and beside it bytes and dates, as CBOR (RFC 8949) of definite lengths. */
export function encodeCbor(document: unknown, dialect: CborDialect): Buffer {
  const writer = new Writer(dialect);
  writer.value(document);
  return writer.written();
}

class Writer {
  #buffer = Buffer.allocUnsafe(FIRST_SIZE);
  #length = 0;
  readonly #dialect: CborDialect;

  constructor(dialect: CborDialect) {
    this.#dialect = dialect;
  }

  written(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  value(value: unknown): void {
    if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'boolean') this.#byte(FALSE + Number(value));
    else if (typeof value === 'object' && value !== null) this.#object(value);
    else this.#byte(NULL);
  }

  #object(value: object): void {
    if (value instanceof Uint8Array) this.#bytes(value);
    else if (value instanceof Date) {
      this.#byte(TIMESTAMP_TAG);
      this.#number((value.getTime() * this.#dialect.unitsPerSecond) / 1000);
    } else if (Array.isArray(value)) {
      this.#head(4, value.length);
      for (const each of value) this.value(each);
    } else this.#map(value);
  }

  /** Members that are `undefined` are left out, as JSON does. */
  #map(value: object): void {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    this.#head(5, entries.length);
    for (const [key, each] of entries) {
      this.#text(key);
      this.value(each);
    }
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      if (value >= 0) this.#head(0, value);
      else this.#head(1, -1 - value);
    } else {
      const at = this.#grow(9);
      this.#buffer[at] = FLOAT64;
      this.#buffer.writeDoubleBE(value, at + 1);
    }
  }

  #text(text: string): void {
    const size = Buffer.byteLength(text);
    this.#head(3, size);
    const at = this.#grow(size);
    this.#buffer.write(text, at, size, 'utf8');
  }

  #bytes(bytes: Uint8Array): void {
    this.#head(2, bytes.length);
    const at = this.#grow(bytes.length);
    this.#buffer.set(bytes, at);
  }

  /** The major type and its argument in the fewest bytes. */
  #head(major: number, argument: number): void {
    const type = major << 5;
    if (argument < 24) this.#byte(type | argument);
    else if (argument < 2 ** 8) this.#argument(type | 24, argument, 1);
    else if (argument < 2 ** 16) this.#argument(type | 25, argument, 2);
    else if (argument < 2 ** 32) this.#argument(type | 26, argument, 4);
    else {
      const at = this.#grow(9);
      this.#buffer[at] = type | 27;
      this.#buffer.writeBigUInt64BE(BigInt(argument), at + 1);
    }
  }

  #argument(initial: number, argument: number, size: 1 | 2 | 4): void {
    const at = this.#grow(1 + size);
    this.#buffer[at] = initial;
    this.#buffer.writeUIntBE(argument, at + 1, size);
  }

  #byte(byte: number): void {
    const at = this.#grow(1);
    this.#buffer[at] = byte;
  }

  /** Makes room; gives where it begins. */
  #grow(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    return at;
  }
}
