import type { Clock } from '../../../src/core/clock.ts';
import type { Random } from '../../../src/core/random.ts';

const COUNTER_BITS = 20n;
/** The lowest bits differ between processes that share their work. */
const SALT_BITS = 8n;

/**
 * Gives each event of a bucket a larger number than the one before: the time in milliseconds, then a counter. Sixteen hex
 * digits, so that two of them compare as text. The clock may stand still (virtual) or, after a restart, be behind; only
 * then two could be out of order, as on AWS, where it orders events of one key. What happened earlier, and is told of only
 * now, is numbered by when it happened.
 */
export function createSequencer(clock: Clock, random: Random): (bucket: string, atMs?: number) => string {
  const last = new Map<string, bigint>();
  const salt = BigInt(random.integer(0, 2 ** Number(SALT_BITS) - 1));
  const shown = (number: bigint) => number.toString(16).toUpperCase().padStart(16, '0');
  return (bucket, atMs) => {
    if (atMs !== undefined) {
      const place = random.integer(0, 2 ** Number(COUNTER_BITS) - 1);
      return shown((BigInt(Math.floor(atMs)) << COUNTER_BITS) + BigInt(place));
    }
    const now = (BigInt(clock.nowMs()) << COUNTER_BITS) + salt;
    const previous = last.get(bucket) ?? 0n;
    const next = now > previous ? now : previous + (1n << SALT_BITS);
    last.set(bucket, next);
    return shown(next);
  };
}
