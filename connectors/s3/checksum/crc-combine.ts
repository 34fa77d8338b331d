/** A reflected CRC whose start and end value is all ones, by which the checksum of a whole follows from those of its parts. */
export interface CrcKind {
  readonly bits: number;
  /** Reflected. */
  readonly polynomial: bigint;
}

/**
 * The CRC of `first` followed by `second`, without their bytes: `first` is multiplied by x to the number of bits in
 * `second` (zlib's `crc32_combine`).
 */
export function combineCrc(kind: CrcKind, first: bigint, second: bigint, secondBytes: number): bigint {
  return multiply(kind, shiftBy(kind, secondBytes), first) ^ second;
}

/** Shifts by the length of a part; parts of one upload nearly all have the same length. */
const shifts = new Map<string, bigint>();
const MAX_SHIFTS = 1000;

/** x to the power of 8 × `bytes`, modulo the polynomial. */
function shiftBy(kind: CrcKind, bytes: number): bigint {
  const known = shifts.get(`${kind.bits}/${kind.polynomial}/${bytes}`);
  if (known !== undefined) return known;
  const one = 1n << BigInt(kind.bits - 1);
  let shift = one;
  let power = one >> 8n;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) shift = multiply(kind, power, shift);
    power = multiply(kind, power, power);
  }
  if (shifts.size >= MAX_SHIFTS) shifts.clear();
  shifts.set(`${kind.bits}/${kind.polynomial}/${bytes}`, shift);
  return shift;
}

/** Product of two polynomials over GF(2), reflected: the highest bit stands for x⁰. */
function multiply({ bits, polynomial }: CrcKind, a: bigint, b: bigint): bigint {
  let product = 0n;
  let factor = b;
  for (let mask = 1n << BigInt(bits - 1); mask !== 0n; mask >>= 1n) {
    if (a & mask) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}
