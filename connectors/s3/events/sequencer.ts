import type { Clock } from '../../../src/core/clock.ts';

const COUNTER_BITS = 20n;

/**
 * Gives each event of a bucket a larger number than the one before: the time in milliseconds, then a counter. Sixteen hex
 * digits, so that two of them compare as text. The clock may stand still (virtual) or, after a restart, be behind; only
 * then two could be out of order, as on AWS, where it orders events of one key.
 */
export function createSequencer(clock: Clock): (bucket: string) => string {
  const last = new Map<string, bigint>();
  return (bucket) => {
    const now = BigInt(clock.nowMs()) << COUNTER_BITS;
    const previous = last.get(bucket) ?? 0n;
    const next = now > previous ? now : previous + 1n;
    last.set(bucket, next);
    return next.toString(16).toUpperCase().padStart(16, '0');
  };
}
