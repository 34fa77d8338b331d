import type { CborDialect } from './dialect.ts';

/** Bytes that are no CBOR, or none that a call of AWS may hold. */
export class MalformedCbor extends Error {}

/** DynamoDB's deepest item has 32 levels of two each. */
const MAX_DEPTH = 200;
const BREAK = Symbol('break');
const INDEFINITE = 31;

/**
 * Reads one value of CBOR (RFC 8949): maps as objects, tag 1 as `Date`, byte strings as views of the bytes given. Lengths may
 * be indefinite: the Java SDKs write no others.
 */
export function decodeCbor(bytes: Buffer, dialect: CborDialect): unknown {
  const reader = new Reader(bytes, dialect);
  const value = reader.value(0);
  if (value === BREAK || !reader.atEnd()) throw new MalformedCbor();
  return value;
}

class Reader {
  readonly #bytes: Buffer;
  readonly #dialect: CborDialect;
  #at = 0;

  constructor(bytes: Buffer, dialect: CborDialect) {
    this.#bytes = bytes;
    this.#dialect = dialect;
  }

  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new MalformedCbor();
    const initial = this.#bytes[this.#take(1)] ?? 0;
    const major = initial >> 5;
    const info = initial & 31;
    switch (major) {
      case 0:
        return this.#argument(info);
      case 1:
        return -1 - this.#argument(info);
      case 2:
        return info === INDEFINITE ? this.#chunks(2) : this.#slice(this.#argument(info));
      case 3:
        return (info === INDEFINITE ? this.#chunks(3) : this.#slice(this.#argument(info))).toString('utf8');
      case 4:
        return this.#array(info, depth);
      case 5:
        return this.#map(info, depth);
      case 6:
        return this.#tagged(this.#argument(info), this.value(depth + 1));
      default:
        return this.#simple(info);
    }
  }

  #array(info: number, depth: number): unknown[] {
    const length = info === INDEFINITE ? Number.POSITIVE_INFINITY : this.#argument(info);
    const array: unknown[] = [];
    while (array.length < length) {
      const each = this.value(depth + 1);
      if (each !== BREAK) array.push(each);
      else if (info === INDEFINITE) break;
      else throw new MalformedCbor();
    }
    return array;
  }

  #map(info: number, depth: number): Readonly<Record<string, unknown>> {
    const length = info === INDEFINITE ? Number.POSITIVE_INFINITY : this.#argument(info);
    const entries: [string, unknown][] = [];
    while (entries.length < length) {
      const key = this.value(depth + 1);
      if (key === BREAK && info === INDEFINITE) break;
      const value = this.value(depth + 1);
      if (typeof key !== 'string' || value === BREAK) throw new MalformedCbor();
      entries.push([key, value]);
    }
    return Object.fromEntries(entries);
  }

  /** Strings of indefinite length are made of strings of their own kind. */
  #chunks(major: number): Buffer {
    const chunks: Buffer[] = [];
    for (;;) {
      const initial = this.#bytes[this.#take(1)] ?? 0;
      if (initial === 0xff) return Buffer.concat(chunks);
      if (initial >> 5 !== major) throw new MalformedCbor();
      chunks.push(this.#slice(this.#argument(initial & 31)));
    }
  }

  #tagged(tag: number, value: unknown): unknown {
    if (value === BREAK) throw new MalformedCbor();
    if (tag === 1 && typeof value === 'number') {
      const date = new Date(Math.round((value * 1000) / this.#dialect.unitsPerSecond));
      if (Number.isNaN(date.getTime())) throw new MalformedCbor();
      return date;
    }
    if ((tag === 2 || tag === 3) && Buffer.isBuffer(value)) {
      const magnitude = Number(`0x${value.toString('hex') || '0'}`);
      return tag === 2 ? magnitude : -1 - magnitude;
    }
    return value;
  }

  #simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return halfFloat(this.#bytes.readUInt16BE(this.#take(2)));
      case 26:
        return this.#bytes.readFloatBE(this.#take(4));
      case 27:
        return this.#bytes.readDoubleBE(this.#take(8));
      case INDEFINITE:
        return BREAK;
      default:
        throw new MalformedCbor();
    }
  }

  #argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.#bytes.readUInt8(this.#take(1));
    if (info === 25) return this.#bytes.readUInt16BE(this.#take(2));
    if (info === 26) return this.#bytes.readUInt32BE(this.#take(4));
    if (info === 27) return Number(this.#bytes.readBigUInt64BE(this.#take(8)));
    throw new MalformedCbor();
  }

  #slice(size: number): Buffer {
    const at = this.#take(size);
    return this.#bytes.subarray(at, at + size);
  }

  #take(size: number): number {
    const at = this.#at;
    if (size > this.#bytes.length - at) throw new MalformedCbor();
    this.#at += size;
    return at;
  }
}

/** RFC 8949, appendix D. */
function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
