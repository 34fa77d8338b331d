import type { KafkaRecord } from '../../src/core/kafka/kafka-record.ts';

/**
 * One record of a topic as the JSON of a record. What the record does not have is absent; header values are signed bytes.
 * docs.aws.amazon.com/lambda/latest/dg/with-kafka.html, "Example event"
 */
export function kafkaRecord(record: KafkaRecord): string {
  const { topic, partition, offset, timestampMs, timestampType, key, value, headers } = record;
  return JSON.stringify({
    topic,
    partition,
    offset,
    timestamp: timestampMs,
    timestampType,
    key: key && base64(key),
    value: value && base64(value),
    headers: headers.map(([name, bytes]) => ({ [name]: [...new Int8Array(bytes)] })),
  });
}

/** A record's JSON, with the topic and partition that it stands under. */
export interface PlacedRecord {
  /** `<topic>-<partition>`. */
  readonly place: string;
  readonly text: string;
}

/** The event that a function gets for these records, those of one partition together and in their order. */
export function selfManagedKafkaPayload(brokers: readonly string[], records: readonly PlacedRecord[]): Uint8Array {
  const places = new Map<string, string[]>();
  for (const { place, text } of records) {
    const texts = places.get(place);
    if (texts) texts.push(text);
    else places.set(place, [text]);
  }
  const members = [...places].map(([place, texts]) => `${JSON.stringify(place)}:[${texts.join(',')}]`);
  return Buffer.from(
    `{"eventSource":"SelfManagedKafka","bootstrapServers":${JSON.stringify(brokers.join(','))},"records":{${members.join(',')}}}`,
  );
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
