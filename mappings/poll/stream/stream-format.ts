import type { EventSourceKind } from '../../../src/core/event.ts';
import type { KinesisRecordEvent } from '../../../src/core/kinesis-record.ts';
import type { StreamRecord } from '../../../src/core/source.ts';
import type { Timing } from '../../../src/core/timing.ts';
import { dynamodbMember, dynamodbRecord } from '../../payload/dynamodb.ts';
import { kinesisRecord } from '../../payload/kinesis.ts';
import { type RecordContext, wholeSeconds } from '../../payload/stream.ts';
import type { FilterView } from '../filter-criteria.ts';

/** All that differs between the streams that mappings take from. */
export interface StreamFormat {
  readonly trigger: EventSourceKind;
  /** What filters call the data: `data` or `dynamodb`. */
  readonly dataKey: string;
  /** The record's JSON as the function gets it. */
  record(record: StreamRecord, context: RecordContext): string;
  /** The record as filters see it; `text` makes its JSON. */
  view(record: StreamRecord, text: () => string): FilterView;
  /** The member of a failure record that says which batch it is about. */
  readonly batchInfo: 'KinesisBatchInfo' | 'DDBStreamBatchInfo';
  /** How a failure record writes a record's arrival. */
  arrival(atMs: number): string;
  cadenceMs(timing: Timing): number;
}

const KINESIS: StreamFormat = {
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
  batchInfo: 'KinesisBatchInfo',
  arrival: (atMs) => new Date(atMs).toISOString(),
  cadenceMs: (timing) => timing.kinesisPollCadenceMs,
};

const DYNAMODB: StreamFormat = {
  trigger: 'dynamodb',
  dataKey: 'dynamodb',
  record: dynamodbRecord,
  view: (record, text) => ({
    dataKey: 'dynamodb',
    data: dynamodbMember(record),
    metadata: () => ({ ...(JSON.parse(text()) as object), dynamodb: undefined }),
  }),
  batchInfo: 'DDBStreamBatchInfo',
  // Recorded: without milliseconds.
  arrival: wholeSeconds,
  cadenceMs: (timing) => timing.dynamodbPollCadenceMs,
};

/** The format of a service's streams. */
export const streamFormat = (service: string): StreamFormat => (service === 'dynamodb' ? DYNAMODB : KINESIS);
