import type { KinesisRecordEvent } from '../../../src/core/records/kinesis-record.ts';
import type { StreamRecord } from '../../../src/core/source.ts';
import type { Timing } from '../../../src/core/timing.ts';
import { dynamodbMember, dynamodbRecord } from '../../payload/dynamodb.ts';
import { kinesisRecord } from '../../payload/kinesis.ts';
import { EMPTY_PAYLOAD_BYTES, recordsPayload } from '../../payload/records.ts';
import { type RecordContext, wholeSeconds, windowPayload } from '../../payload/stream.ts';
import type { FilterView } from '../filter-criteria.ts';
import type { Failure } from './failure/failure-record.ts';
import { type BatchFormat, BY_SEQUENCE_NUMBER } from './lane/batch-format.ts';

/** All that differs between the streams that mappings take from. */
export interface StreamFormat extends BatchFormat {
  /** What filters call the data: `data` or `dynamodb`. */
  readonly dataKey: string;
  /** The record's JSON as the function gets it. */
  record(record: StreamRecord, context: RecordContext): string;
  /** The record as filters see it; `text` makes its JSON. */
  view(record: StreamRecord, text: () => string): FilterView;
  cadenceMs(timing: Timing): number;
}

/** What the batches of all streams have in common. */
const OF_STREAMS: Pick<BatchFormat, 'envelopeBytes' | 'payload' | 'reporting'> = {
  envelopeBytes: EMPTY_PAYLOAD_BYTES,
  payload(records, place, window) {
    const texts = records.map(({ text }) => text);
    if (!window) return recordsPayload(texts);
    return windowPayload(texts, { ...window, ...place, final: records.length === 0 });
  },
  reporting: BY_SEQUENCE_NUMBER,
};

const KINESIS: StreamFormat = {
  ...OF_STREAMS,
  trigger: 'kinesis',
  dataKey: 'data',
  record: kinesisRecord,
  // Filters see the decoded data at the top, beside the other members. …/lambda/latest/dg/with-kinesis-filtering.html
  view: ({ event }, text) => ({
    dataKey: 'data',
    data: Buffer.from((event as KinesisRecordEvent).detail.data).toString(),
    metadata() {
      const { kinesis, ...others } = JSON.parse(text()) as { readonly kinesis: object };
      return { ...others, ...kinesis, data: undefined };
    },
  }),
  batchInfo: (failure) => ({ KinesisBatchInfo: batchInfo(failure, (atMs) => new Date(atMs).toISOString()) }),
  cadenceMs: (timing) => timing.kinesisPollCadenceMs,
};

const DYNAMODB: StreamFormat = {
  ...OF_STREAMS,
  trigger: 'dynamodb',
  dataKey: 'dynamodb',
  record: dynamodbRecord,
  view: (record, text) => ({
    dataKey: 'dynamodb',
    data: dynamodbMember(record),
    metadata: () => ({ ...(JSON.parse(text()) as object), dynamodb: undefined }),
  }),
  // Recorded: without milliseconds.
  batchInfo: (failure) => ({ DDBStreamBatchInfo: batchInfo(failure, wholeSeconds) }),
  cadenceMs: (timing) => timing.dynamodbPollCadenceMs,
};

function batchInfo({ records, shardId, streamArn, nowMs }: Failure, arrival: (atMs: number) => string): object {
  const [first, last] = [records[0]?.record.event, records.at(-1)?.record.event];
  return {
    shardId,
    startSequenceNumber: first?.position.sequenceNumber,
    endSequenceNumber: last?.position.sequenceNumber,
    approximateArrivalOfFirstRecord: arrival(first?.occurredAtMs ?? nowMs),
    approximateArrivalOfLastRecord: arrival(last?.occurredAtMs ?? nowMs),
    batchSize: records.length,
    streamArn,
  };
}

/** The format of a service's streams. */
export const streamFormat = (service: string): StreamFormat => (service === 'dynamodb' ? DYNAMODB : KINESIS);
