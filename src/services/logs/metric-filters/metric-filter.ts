import type { MetricTransformation } from '@aws-sdk/client-cloudwatch-logs';

/** Which events of a group count in which metric. */
export interface MetricFilter {
  readonly name: string;
  readonly pattern: string;
  /** AWS takes one. */
  readonly transformations: readonly MetricTransformation[];
  readonly createdAtMs: number;
}
