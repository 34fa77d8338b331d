/** A running checksum over bytes. */
export interface Digest {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

/** How many bytes one step takes: each has tables of its own, so that the steps do not wait for one another. */
const SLICES = 8;

/**
 * Tables for a reflected CRC of up to 64 bits, whose halves are kept as 32-bit numbers: `low[slice * 256 + byte]`.
 * A CRC of 32 bits has `high` all zero.
 */
export interface CrcTables {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** @param polynomial reflected. */
export function crcTables(polynomial: { readonly low: number; readonly high: number }): CrcTables {
  const low = new Int32Array(SLICES * 256);
  const high = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let l = byte;
    let h = 0;
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1;
      l = (l >>> 1) | ((h & 1) << 31);
      h >>>= 1;
      if (carry) {
        l ^= polynomial.low;
        h ^= polynomial.high;
      }
    }
    low[byte] = l;
    high[byte] = h;
  }
  for (let i = 256; i < SLICES * 256; i++) {
    const l = low[i - 256] ?? 0;
    const h = high[i - 256] ?? 0;
    low[i] = ((l >>> 8) | (h << 24)) ^ (low[l & 0xff] ?? 0);
    high[i] = (h >>> 8) ^ (high[l & 0xff] ?? 0);
  }
  return { low, high };
}
