import type { LogPlace } from '../../../core/ports/log-store.ts';

/** AWS's ids are numbers that begin with the timestamp: 36072868377888… is 1617564672000 shifted by 144 bits. */
const TIMESTAMP_BITS = 144n;
const SEQUENCE_BITS = 80n;
const DIGITS = 56;

/** The id of the event in that place: ids are in the order of events. */
export const eventIdOf = ({ timestampMs, sequence }: LogPlace): string =>
  ((BigInt(timestampMs) << TIMESTAMP_BITS) + (BigInt(sequence) << SEQUENCE_BITS)).toString().padStart(DIGITS, '0');

/** The place that an id tells; `undefined` when it is none. */
export function placeOfId(id: string): LogPlace | undefined {
  if (!/^\d{56}$/.test(id)) return undefined;
  const number = BigInt(id);
  const sequence = Number((number >> SEQUENCE_BITS) & ((1n << (TIMESTAMP_BITS - SEQUENCE_BITS)) - 1n));
  return Number.isSafeInteger(sequence) ? { timestampMs: Number(number >> TIMESTAMP_BITS), sequence } : undefined;
}
