import type { Arn } from '../../../../src/core/arn.ts';
import type { Attempt, LaneRecord } from '../lane/stream-batch.ts';

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

/** What of a failure record depends on where the records come from, and where it goes. */
export interface FailureForm {
  /** The member that says which batch it is about. */
  readonly batchInfo: Readonly<Record<string, object>>;
  /** The event, where the destination gets it too: as JSON within a text, or as it is. */
  readonly payload?: string | object | undefined;
  /** The destination's own word for the condition. */
  readonly condition?: string | undefined;
}

/**
 * What an OnFailure destination gets: where the records are, and of some destinations what is in them. Members and their
 * order as recorded. docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export function failureRecord(failure: Failure, form: FailureForm): Uint8Array {
  const { condition, lastAttempt } = failure;
  const record = {
    requestContext: {
      requestId: lastAttempt?.requestId ?? failure.requestId,
      functionArn: failure.functionArn,
      condition: form.condition ?? condition,
      // Recorded: 1 even where the record grew too old before any invocation.
      approximateInvokeCount: Math.max(1, failure.failures),
    },
    responseContext: responseContext(condition, lastAttempt),
    version: '1.0',
    timestamp: new Date(failure.nowMs).toISOString(),
    ...form.batchInfo,
    payload: form.payload,
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
