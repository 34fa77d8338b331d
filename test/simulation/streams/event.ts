import type { TumblingWindow } from './ledger.ts';

/** A record as an event has it. */
export interface EventRecord {
  readonly id: number;
  readonly key: string;
  readonly sequenceNumber: bigint;
  readonly arrivedAtMs: number;
  /** Kinesis alone says it of each record. */
  readonly shardId?: string | undefined;
}

/** What the function makes of its event. */
export interface StreamEvent {
  readonly records: readonly EventRecord[];
  readonly window?: TumblingWindow | undefined;
}

interface RawEvent {
  readonly Records: readonly RawRecord[];
  readonly window?: { readonly start: string; readonly end: string };
  readonly state?: { readonly ids?: readonly number[] };
  readonly shardId?: string;
  readonly isFinalInvokeForWindow?: boolean;
}

interface RawRecord {
  readonly eventID: string;
  readonly kinesis?: {
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    readonly data: string;
    readonly approximateArrivalTimestamp: number;
  };
  readonly dynamodb?: {
    readonly Keys: { readonly id: { readonly S: string } };
    readonly NewImage: { readonly n: { readonly N: string } };
    readonly SequenceNumber: string;
    readonly ApproximateCreationDateTime: number;
  };
}

/** Reads an event as AWS documents it; throws where it is not so. */
export function readEvent(payload: Uint8Array): StreamEvent {
  const raw = JSON.parse(Buffer.from(payload).toString()) as RawEvent;
  return { records: raw.Records.map(readRecord), window: raw.window && readWindow(raw, raw.window) };
}

function readRecord({ eventID, kinesis, dynamodb }: RawRecord): EventRecord {
  if (kinesis) {
    const { id } = JSON.parse(Buffer.from(kinesis.data, 'base64').toString()) as { readonly id: number };
    const arrivedAtMs = Math.round(kinesis.approximateArrivalTimestamp * 1000);
    const [shardId] = eventID.split(':');
    return { id, key: kinesis.partitionKey, sequenceNumber: BigInt(kinesis.sequenceNumber), arrivedAtMs, shardId };
  }
  if (!dynamodb) throw new Error(`a record of no stream: ${eventID}`);
  return {
    id: Number(dynamodb.NewImage.n.N),
    key: dynamodb.Keys.id.S,
    sequenceNumber: BigInt(dynamodb.SequenceNumber),
    arrivedAtMs: Math.round(dynamodb.ApproximateCreationDateTime * 1000),
  };
}

function readWindow(raw: RawEvent, { start, end }: { readonly start: string; readonly end: string }): TumblingWindow {
  return {
    shardId: String(raw.shardId),
    startMs: Date.parse(start),
    endMs: Date.parse(end),
    ids: raw.state?.ids ?? [],
    final: raw.isFinalInvokeForWindow === true,
  };
}

/** What an OnFailure record says, as far as it is checked. */
export interface FailureRecord {
  readonly requestId: string;
  readonly condition: string;
  readonly attempts: number;
  readonly shardId: string;
  readonly first: bigint;
  readonly last: bigint;
  readonly size: number;
}

/** Reads an OnFailure record of either kind of stream. */
export function readFailureRecord(payload: Uint8Array): FailureRecord {
  const raw = JSON.parse(Buffer.from(payload).toString()) as Readonly<
    Record<string, Readonly<Record<string, unknown>>>
  >;
  const { requestId, condition, approximateInvokeCount } = raw['requestContext'] ?? {};
  const batch = raw['KinesisBatchInfo'] ?? raw['DDBStreamBatchInfo'] ?? {};
  return {
    requestId: String(requestId),
    condition: String(condition),
    attempts: Number(approximateInvokeCount),
    shardId: String(batch['shardId']),
    first: BigInt(String(batch['startSequenceNumber'])),
    last: BigInt(String(batch['endSequenceNumber'])),
    size: Number(batch['batchSize']),
  };
}
