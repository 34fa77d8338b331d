import type { StreamMapping } from '../stream-settings.ts';
import type { BatchFormat } from './batch-format.ts';
import type { LaneRecord } from './stream-batch.ts';

/** What a lane knows of its shard. */
export interface LaneShard {
  readonly mapping: StreamMapping;
  readonly format: BatchFormat;
  readonly shardId: string;
  readonly stopping: boolean;
  /** Nothing will ever be offered again. */
  readonly isRead: boolean;
  /** Whether there is nothing at this instant that could be read. */
  isCaughtUp(): boolean;
  /** When a record is too old to be delivered any more: for the mapping's limit, or because the source keeps it no longer. */
  expiresAtMs(record: LaneRecord): number;
  /** When the batching window ends that begins now. */
  batchingEndMs(previousEndMs: number | undefined): number;
  /** Keeps where the shard stands, with these records settled. */
  settle(records: readonly LaneRecord[]): Promise<void>;
  /** The replay that delivers this record again; `undefined` when it was not delivered before. */
  replayOf(sequenceNumber: string): string | undefined;
  /** What became of a batch, as `LastProcessingResult` says it. */
  processed(result: string): void;
}
