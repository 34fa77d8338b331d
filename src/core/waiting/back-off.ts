import type { Timing } from '../timing.ts';

/** A wait that doubles. */
export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** How long to wait after so many failures in a row: `firstMs` after the first, twice as long after each, `maxMs` at most. */
export const backOffMs = (failures: number, { firstMs, maxMs }: BackOff): number =>
  Math.min(firstMs * 2 ** (failures - 1), maxMs);

/** How mappings, and replays of theirs, wait for a function that is throttled or a source that cannot be read. */
export const mappingBackOff = (timing: Timing): BackOff => ({
  firstMs: timing.mappingThrottleFirstDelayMs,
  maxMs: timing.mappingThrottleMaxDelayMs,
});
