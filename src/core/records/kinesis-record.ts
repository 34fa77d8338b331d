import type { NormalizedEvent } from '../event.ts';

/** One record of a stream, as consumers and functions see it. Its place is the event's `position`. */
export interface KinesisRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** When it arrived; also the event's `occurredAtMs`. */
  readonly arrivedAtMs: number;
}

/** A record as a normalized event; its id is `<shardId>:<sequenceNumber>`, its name `aws:kinesis:record`. */
export type KinesisRecordEvent = NormalizedEvent<KinesisRecord>;
