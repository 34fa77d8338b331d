import type { Arn } from '../../../src/core/arn.ts';
import { FAILURES, FUNCTION } from './life.ts';
import type { MappingPlan } from './plan.ts';

/** The request that creates the plan's mapping; what the plan does not set is left out. */
export function createInput(plan: MappingPlan, source: Arn, timestampMs: number): Record<string, unknown> {
  const input = {
    EventSourceArn: source,
    FunctionName: FUNCTION,
    StartingPosition: plan.start,
    StartingPositionTimestamp: plan.start === 'AT_TIMESTAMP' ? new Date(timestampMs) : undefined,
    BatchSize: plan.batchSize,
    MaximumBatchingWindowInSeconds: plan.windowS,
    ParallelizationFactor: plan.lanes,
    MaximumRetryAttempts: plan.retries,
    MaximumRecordAgeInSeconds: plan.maxAgeS,
    BisectBatchOnFunctionError: plan.bisect,
    FunctionResponseTypes: plan.report ? ['ReportBatchItemFailures'] : undefined,
    DestinationConfig: plan.destination ? { OnFailure: { Destination: FAILURES } } : undefined,
    TumblingWindowInSeconds: plan.tumblingS,
    FilterCriteria: plan.filter ? { Filters: [{ Pattern: pattern(source) }] } : undefined,
  };
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

const pattern = (source: Arn): string =>
  JSON.stringify(
    source.includes(':kinesis:') ? { data: { kind: ['keep'] } } : { dynamodb: { NewImage: { kind: { S: ['keep'] } } } },
  );
