import type { CloudEvent } from '../../../src/core/cloud-event.ts';
import type { Json } from '../../../src/core/event.ts';
import type { AttributeMap, AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import type { KinesisRecordEvent } from '../../../src/core/records/kinesis-record.ts';
import type { StreamRecord } from '../../../src/core/source.ts';
import { dynamodbMember } from '../../payload/dynamodb.ts';

/** A record as it is written to a file. */
export function recordedEvent(record: StreamRecord): CloudEvent {
  const { event } = record;
  return {
    specversion: '1.0',
    id: event.id,
    source: event.sourceArn,
    type: event.source === 'kinesis' ? 'aws.kinesis.record' : `aws.${event.source}.${event.name}`,
    time: new Date(event.occurredAtMs).toISOString(),
    ...(event.source === 'kinesis' ? kinesisData(event as KinesisRecordEvent) : changeData(record)),
    sequence: event.position.sequenceNumber,
    shardid: event.position.shardId,
  };
}

/** As text wherever the bytes are such, so that people can read and change the file; byte for byte the same again. */
function kinesisData({ detail: { data, partitionKey } }: KinesisRecordEvent) {
  const text = asText(data);
  return text === undefined
    ? {
        partitionkey: partitionKey,
        datacontenttype: 'application/octet-stream',
        data_base64: Buffer.from(data).toString('base64'),
      }
    : { partitionkey: partitionKey, datacontenttype: 'text/plain; charset=utf-8', data: text };
}

const changeData = (record: StreamRecord) => ({
  datacontenttype: 'application/json',
  data: JSON.parse(dynamodbMember(record)) as Json,
});

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function asText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The bytes that a recorded event carries. */
export function bytesOf({ data, data_base64 }: CloudEvent): Uint8Array {
  if (data_base64 !== undefined) return Buffer.from(data_base64, 'base64');
  return Buffer.from(typeof data === 'string' ? data : JSON.stringify(data));
}

/** What to write to a table so that it changes as it did. */
export type ItemWrite = { readonly put: AttributeMap } | { readonly remove: AttributeMap };

/** The write that a recorded change comes from; a sentence where it does not hold enough for that. */
export function itemWriteOf({ type, data }: CloudEvent): ItemWrite | string {
  const { Keys, NewImage } = (data ?? {}) as { readonly Keys?: PlainMap; readonly NewImage?: PlainMap };
  if (!/^aws\.dynamodb\.(INSERT|MODIFY|REMOVE)$/.test(type)) return `is a ${type}, which is no change of an item`;
  if (![Keys, NewImage].every((image) => image === undefined || isAttributeMap(image)))
    return 'holds no attribute values';
  if (type.endsWith('REMOVE')) return Keys ? { remove: attributeMap(Keys) } : 'has no Keys';
  return NewImage
    ? { put: attributeMap(NewImage) }
    : "has no NewImage: the stream's view type was KEYS_ONLY or OLD_IMAGE";
}

/** Whether it has the form of an item; the table checks what is in it. */
const isAttributeMap = (value: unknown): boolean => isObject(value) && Object.values(value).every(isAttributeValue);

function isAttributeValue(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { S, N, B, SS, NS, BS, L, M } = value;
  const texts = [SS, NS, BS].flatMap((set) => (set === undefined ? [] : Array.isArray(set) ? set : [set]));
  return (
    [SS, NS, BS, L].every((list) => list === undefined || Array.isArray(list)) &&
    [S, N, B, ...texts].every((text) => text === undefined || typeof text === 'string') &&
    (L === undefined || (L as readonly unknown[]).every(isAttributeValue)) &&
    (M === undefined || isAttributeMap(M))
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type PlainMap = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** In JSON binaries are base64. */
function attributeMap(plain: PlainMap): AttributeMap {
  const map = Object.create(null) as Record<string, AttributeValue>;
  for (const [name, value] of Object.entries(plain)) map[name] = attributeValue(value);
  return map;
}

function attributeValue(value: Readonly<Record<string, unknown>>): AttributeValue {
  const { B, BS, L, M } = value as {
    B?: string;
    BS?: readonly string[];
    L?: readonly PlainMap[string][];
    M?: PlainMap;
  };
  if (B !== undefined) return { B: Buffer.from(B, 'base64') };
  if (BS !== undefined) return { BS: BS.map((each) => Buffer.from(each, 'base64')) };
  if (L !== undefined) return { L: L.map(attributeValue) };
  if (M !== undefined) return { M: attributeMap(M) };
  return value as AttributeValue;
}
