import type { Arn } from '../../../src/core/arn.ts';
import type { KafkaRecord, KafkaRecordEvent } from '../../../src/core/kafka/kafka-record.ts';
import { kafkaRecord, selfManagedKafkaPayload } from '../../payload/kafka.ts';
import type { BatchFormat } from '../stream/lane/batch-format.ts';
import type { LaneRecord } from '../stream/lane/stream-batch.ts';
import { selfManagedTopic } from './self-managed-source.ts';

/** The record as it was in the topic. */
export const recordOf = ({ record }: Pick<LaneRecord, 'record'>): KafkaRecord =>
  (record.event as KafkaRecordEvent).detail;

/** The JSON of a record, and what it adds to an event: itself, a comma, and the name of its partition if that is new. */
export function recordText(event: KafkaRecordEvent): { readonly text: string; readonly bytes: number } {
  const text = kafkaRecord(event.detail);
  return { text, bytes: Buffer.byteLength(text) + event.position.shardId.length + '"":[],'.length };
}

/** How the batches of one topic are delivered. */
export function kafkaFormat(sourceArn: Arn): BatchFormat {
  const { brokers } = selfManagedTopic(sourceArn);
  const payload: BatchFormat['payload'] = (records) =>
    selfManagedKafkaPayload(
      brokers,
      records.map(({ record, text }) => ({ place: record.event.position.shardId, text })),
    );
  return {
    trigger: 'kafka',
    envelopeBytes: selfManagedKafkaPayload(brokers, []).length,
    payload,
    reporting: { nameOf: ({ event }) => event.id, read: readIdentifier, alone: true },
    batchInfo: ({ records }, event, alone) => ({
      KafkaBatchInfo: {
        batchSize: records.length,
        bootstrapServers: brokers.join(','),
        payloadSize: Buffer.byteLength(event()),
        ...(alone ? { recordInfo: recordInfo(records) } : { recordsInfo: recordsInfo(records) }),
      },
    }),
  };
}

/** `{"partition": "<topic>-<partition>", "offset": 100}`. …/lambda/latest/dg/kafka-retry-configurations.html */
function readIdentifier(identifier: unknown): string | undefined {
  if (typeof identifier !== 'object' || identifier === null) return undefined;
  const { partition, offset } = identifier as { readonly partition?: unknown; readonly offset?: unknown };
  return typeof partition === 'string' && typeof offset === 'number' ? `${partition}:${offset}` : undefined;
}

/** By partition, where its records begin and end. …/lambda/latest/dg/kafka-on-failure.html */
function recordsInfo(records: readonly LaneRecord[]): Readonly<Record<string, object>> {
  const places = new Map<string, { readonly first: KafkaRecord; readonly last: KafkaRecord }>();
  for (const each of records) {
    const place = each.record.event.position.shardId;
    places.set(place, { first: places.get(place)?.first ?? recordOf(each), last: recordOf(each) });
  }
  return Object.fromEntries(
    [...places].map(([place, { first, last }]) => [
      place,
      {
        firstRecordOffset: String(first.offset),
        lastRecordOffset: String(last.offset),
        firstRecordTimestamp: new Date(first.timestampMs).toISOString(),
        lastRecordTimestamp: new Date(last.timestampMs).toISOString(),
      },
    ]),
  );
}

/** Of the one record that a message to a topic is about. …/lambda/latest/dg/kafka-on-failure-destination.html */
function recordInfo([first]: readonly LaneRecord[]): object | undefined {
  if (!first) return undefined;
  const { offset, timestampMs } = recordOf(first);
  return { offset: String(offset), timestamp: new Date(timestampMs).toISOString() };
}
