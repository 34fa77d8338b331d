import type { Attempt } from '../lane/stream-batch.ts';
import type { OpenWindow } from '../lane/tumbling-window.ts';

/** Where a mapping stands in a shard, as the registry keeps it. */
export interface ShardCheckpoint {
  /** Grows with each runner that takes the shard; one that finds another has lost it and stops. */
  readonly token: number;
  /** Where reading goes on: everything before it is settled. */
  readonly position: string;
  /** What the lanes have settled beyond that place and what they have not finished; empty when there is no such thing. */
  readonly lanes: readonly LaneCheckpoint[];
  /** Everything in the closed shard is settled: its children may begin. */
  readonly ended: boolean;
  /** What was delivered before somebody moved the place back is delivered again. */
  readonly replay?: ReplayedRange | undefined;
}

/** Records that a replay delivers again. */
export interface ReplayedRange {
  /** What the journal calls it. */
  readonly id: string;
  /** The sequence number that they come before. */
  readonly before: string;
}

/** Where one lane of a shard stands. */
export interface LaneCheckpoint {
  /** Its records up to this sequence number are settled. */
  readonly settledTo?: string | undefined;
  /** The batches that it has tried and not finished, in order. */
  readonly open: readonly OpenBatch[];
  readonly window?: OpenWindow | undefined;
}

/** A batch that was tried: it begins behind the one before it. */
export interface OpenBatch {
  readonly lastSequenceNumber: string;
  readonly failures: number;
  readonly lastAttempt?: Attempt | undefined;
}

/** A shard from that place on, with nothing behind. */
export const checkpointAt = (position: string): Omit<ShardCheckpoint, 'token'> => ({
  position,
  lanes: [],
  ended: false,
});

/** The last record that any lane has settled or tried; `undefined` when no lane is ahead. */
export function furthest({ lanes }: Pick<ShardCheckpoint, 'lanes'>): string | undefined {
  const known = lanes.flatMap(({ settledTo, open }) => [
    ...(settledTo === undefined ? [] : [settledTo]),
    ...open.map(({ lastSequenceNumber }) => lastSequenceNumber),
  ]);
  return known.sort(compareSequence).at(-1);
}

/** Sequence numbers are decimal texts, too long for numbers. */
export function compareSequence(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
