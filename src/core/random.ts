import { randomBytes, randomUUID } from 'node:crypto';

/** The only source of chance, so that a seed reproduces a run. */
export interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  /** A whole number between both bounds, inclusive. */
  integer(minInclusive: number, maxInclusive: number): number;
  bytes(size: number): Uint8Array;
  uuid(): string;
  /** `length` characters out of `alphabet`. */
  text(length: number, alphabet: string): string;
}

/** Chance from the operating system. */
export const systemRandom: Random = fromFraction(Math.random, (size) => randomBytes(size), randomUUID);

/** The same sequence for the same seed (mulberry32). For tests and fault plans, never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const bytes = (size: number) => Uint8Array.from({ length: size }, () => Math.floor(fraction() * 256));
  return fromFraction(fraction, bytes, () => uuidOf(bytes(16)));
}

function fromFraction(fraction: () => number, bytes: Random['bytes'], uuid: () => string): Random {
  const integer = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    integer,
    bytes,
    uuid,
    text(length, alphabet) {
      // Not a list that is joined: ids of requests are made here, and it would take three times as long.
      let text = '';
      while (text.length < length) text += alphabet.charAt(integer(0, alphabet.length - 1));
      return text;
    },
  };
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  const variant = '89ab'[(bytes[8] ?? 0) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
