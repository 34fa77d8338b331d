import type { Arn } from '../../../../src/core/arn.ts';
import type { Attempt, LaneRecord } from '../lane/stream-batch.ts';
import type { StreamFormat } from '../stream-format.ts';

/** Why records were given up, in the words of the record. */
export type FailureCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded' | 'MaximumPayloadSizeExceeded';

/** All that a failure record tells. */
export interface Failure {
  readonly records: readonly LaneRecord[];
  readonly condition: FailureCondition;
  readonly failures: number;
  readonly lastAttempt?: Attempt | undefined;
  /** Where no invocation was made. */
  readonly requestId: string;
  readonly functionArn: Arn;
  readonly streamArn: Arn;
  readonly shardId: string;
  readonly nowMs: number;
}

/**
 * What an OnFailure destination gets: where the records are, not what is in them. Members and their order as recorded; only
 * a bucket gets the event, too. docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export function failureRecord(failure: Failure, format: StreamFormat, event: string | undefined): Uint8Array {
  const { records, condition, lastAttempt } = failure;
  const [first, last] = [records[0]?.record.event, records.at(-1)?.record.event];
  const record = {
    requestContext: {
      requestId: lastAttempt?.requestId ?? failure.requestId,
      functionArn: failure.functionArn,
      condition,
      // Recorded: 1 even where the record grew too old before any invocation.
      approximateInvokeCount: Math.max(1, failure.failures),
    },
    responseContext: responseContext(condition, lastAttempt),
    version: '1.0',
    timestamp: new Date(failure.nowMs).toISOString(),
    [format.batchInfo]: {
      shardId: failure.shardId,
      startSequenceNumber: first?.position.sequenceNumber,
      endSequenceNumber: last?.position.sequenceNumber,
      approximateArrivalOfFirstRecord: format.arrival(first?.occurredAtMs ?? failure.nowMs),
      approximateArrivalOfLastRecord: format.arrival(last?.occurredAtMs ?? failure.nowMs),
      batchSize: records.length,
      streamArn: failure.streamArn,
    },
    payload: event,
  };
  return Buffer.from(JSON.stringify(record));
}

/** Absent for records that grew too old, `null` where there was nothing to answer. */
function responseContext(condition: FailureCondition, attempt: Attempt | undefined): object | null | undefined {
  if (condition === 'RecordAgeExceeded') return undefined;
  if (condition === 'MaximumPayloadSizeExceeded' || !attempt) return null;
  return { statusCode: 200, executedVersion: attempt.executedVersion, functionError: attempt.functionError };
}

/** `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>`, in UTC. */
export function failureKey(mapping: string, { shardId, nowMs }: Failure, uuid: string): string {
  const [day = '', time = ''] = new Date(nowMs).toISOString().slice(0, 19).split('T');
  return `aws/lambda/${mapping}/${shardId}/${day.replaceAll('-', '/')}/${day}T${time.replaceAll(':', '.')}-${uuid}`;
}
