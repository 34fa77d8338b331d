import type { Arn } from '../../src/core/arn.ts';
import type { HeldRecord } from '../../src/core/kafka/kafka-record.ts';
import type { TopicRecord } from '../../src/core/ports/consumer-group.ts';

/** A record as a normalized event, with what mappings must know beside it. */
export function recordEvent({ hold, ...record }: TopicRecord, sourceArn: Arn): HeldRecord {
  const shardId = `${record.topic}-${record.partition}`;
  return {
    event: {
      id: `${shardId}:${record.offset}`,
      source: 'kafka',
      sourceArn,
      name: 'Record',
      occurredAtMs: record.timestampMs,
      position: { shardId, sequenceNumber: String(record.offset) },
      detail: record,
    },
    key: record.key ? Buffer.from(record.key).toString('base64') : '',
    positionAfter: String(record.offset + 1),
    hold,
  };
}
