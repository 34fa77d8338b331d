import { type Arn, asArn, parseArn } from '../../../src/core/arn.ts';

/** What a destination was told of a batch, or of an event, that was given up. */
export type FailureNotice =
  | {
      readonly kind: 'batch';
      readonly functionArn: Arn;
      readonly streamArn: Arn;
      readonly shardId: string;
      readonly first: string;
      readonly last: string;
      readonly records: number;
    }
  /** The event itself: a bucket gets it of a batch, every destination of an asynchronous invocation. */
  | { readonly kind: 'event'; readonly functionArn: Arn; readonly payload: string; readonly trigger: Trigger };

type Trigger = 'kinesis' | 'dynamodb' | 'direct';

/** Reads the record that an OnFailure destination got; `undefined` when it is none. */
export function readFailureNotice(value: unknown): FailureNotice | undefined {
  const record = value as RawNotice | null | undefined;
  const functionArn = record?.requestContext?.functionArn;
  if (!record || typeof functionArn !== 'string' || !parseArn(functionArn)) return undefined;
  const of = { functionArn: asArn(functionArn) };
  const trigger = record.KinesisBatchInfo ? 'kinesis' : record.DDBStreamBatchInfo ? 'dynamodb' : 'direct';
  if (typeof record.payload === 'string') return { kind: 'event', ...of, payload: record.payload, trigger };
  if (record.requestPayload !== undefined) {
    return { kind: 'event', ...of, payload: JSON.stringify(record.requestPayload), trigger };
  }
  const info = record.KinesisBatchInfo ?? record.DDBStreamBatchInfo;
  if (!info) return undefined;
  const { streamArn, shardId, startSequenceNumber: first, endSequenceNumber: last, batchSize } = info;
  const isWhole = [streamArn, shardId, first, last].every((text) => typeof text === 'string');
  if (!isWhole || !parseArn(streamArn)) return undefined;
  return { kind: 'batch', ...of, streamArn: asArn(streamArn), shardId, first, last, records: Number(batchSize) };
}

interface RawNotice {
  readonly requestContext?: { readonly functionArn?: unknown };
  readonly KinesisBatchInfo?: RawBatchInfo;
  readonly DDBStreamBatchInfo?: RawBatchInfo;
  /** Of a batch, as a bucket gets it: the text of the event. */
  readonly payload?: unknown;
  /** Of an asynchronous invocation: the event as a value. */
  readonly requestPayload?: unknown;
}

interface RawBatchInfo {
  readonly streamArn: string;
  readonly shardId: string;
  readonly startSequenceNumber: string;
  readonly endSequenceNumber: string;
  readonly batchSize: number;
}
