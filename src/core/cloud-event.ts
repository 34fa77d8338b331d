import type { Json } from './event.ts';

/**
 * An event as a CloudEvents 1.0 record in the JSON format. Extensions are named as the specification's own where it has
 * them. github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  /** The ARN of the source. */
  readonly source: string;
  /** `aws.kinesis.record`, or `aws.dynamodb.` with `INSERT`, `MODIFY` or `REMOVE`. */
  readonly type: string;
  /** RFC 3339. Absent: it can be published at any time. */
  readonly time?: string | undefined;
  readonly datacontenttype?: string | undefined;
  /** A text, or JSON where the content type says so. */
  readonly data?: Json | undefined;
  /** In place of `data` where the bytes are no text. */
  readonly data_base64?: string | undefined;
  /** …/cloudevents/extensions/sequence.md */
  readonly sequence?: string | undefined;
  /** …/cloudevents/extensions/partitioning.md */
  readonly partitionkey?: string | undefined;
  readonly shardid?: string | undefined;
}

/** Why a value is no event; `undefined` when it is one. */
export function cloudEventMistake(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is no JSON object';
  const members = value as Readonly<Record<string, unknown>>;
  if (members['specversion'] !== '1.0') return 'its "specversion" is not "1.0"';
  const missing = ['id', 'source', 'type'].find((name) => typeof members[name] !== 'string' || members[name] === '');
  if (missing !== undefined) return `its "${missing}" is not a text`;
  const wrong = ['time', 'data_base64', 'partitionkey'].find((name) => !/undefined|string/.test(typeof members[name]));
  if (wrong !== undefined) return `its "${wrong}" is not a text`;
  if (members['time'] !== undefined && Number.isNaN(Date.parse(String(members['time']))))
    return 'its "time" is no instant';
  return dataMistake(members);
}

function dataMistake({ data, data_base64: base64 }: Readonly<Record<string, unknown>>): string | undefined {
  if (data === undefined && base64 === undefined) return 'it has neither "data" nor "data_base64"';
  if (data !== undefined && base64 !== undefined) return 'it has both "data" and "data_base64"';
  return base64 === undefined || BASE64.test(String(base64)) ? undefined : 'its "data_base64" is no base64';
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
