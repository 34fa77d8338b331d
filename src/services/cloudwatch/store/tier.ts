import { DAY, HOUR, MINUTE, SECOND } from '../../../core/clock.ts';

/** How finely values are kept, for how long, and how much of them is stored as one item. */
export interface Tier {
  readonly name: string;
  readonly resolutionMs: number;
  readonly keptMs: number;
  readonly chunkMs: number;
}

/** As finely as one second, with `StorageResolution` 1. */
export const SECONDS: Tier = { name: '0', resolutionMs: SECOND, keptMs: 3 * HOUR, chunkMs: 5 * MINUTE };
/** What every other value comes into. */
export const MINUTES: Tier = { name: '1', resolutionMs: MINUTE, keptMs: 15 * DAY, chunkMs: HOUR };

/**
 * From fine to coarse: what a tier does not keep any more goes on in the next one.
 * docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Metric-retention
 */
export const TIERS: readonly Tier[] = [
  SECONDS,
  MINUTES,
  { name: '2', resolutionMs: 5 * MINUTE, keptMs: 63 * DAY, chunkMs: DAY },
  { name: '3', resolutionMs: HOUR, keptMs: 455 * DAY, chunkMs: 30 * DAY },
];

/** The finest period that is there of what is so old; `undefined` when nothing is. */
export function finestPeriodMs(ageMs: number): number | undefined {
  return TIERS.find(({ keptMs }) => ageMs <= keptMs)?.resolutionMs;
}

/** The beginning of the stretch in which an instant lies. */
export const floorTo = (atMs: number, stretchMs: number): number => Math.floor(atMs / stretchMs) * stretchMs;
