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
  /** The age at which a record is not delivered any more: the mapping's limit, or the stream's retention. */
  readonly maxAgeMs: number;
  /** Whether there is nothing at this instant that could be read. */
  isCaughtUp(): boolean;
  /** When the batching window ends that begins now. */
  batchingEndMs(previousEndMs: number | undefined): number;
  /** Keeps where the shard stands, with these records settled. */
  settle(records: readonly LaneRecord[]): Promise<void>;
  /** The replay that delivers this record again; `undefined` when it was not delivered before. */
  replayOf(sequenceNumber: string): string | undefined;
  /** What became of a batch, as `LastProcessingResult` says it. */
  processed(result: string): void;
}
