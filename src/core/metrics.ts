import type { Scope } from './arn.ts';

/** What CloudWatch calls a unit; only those that we publish ourselves. */
export type MetricUnit = 'Count' | 'Milliseconds' | 'Bytes' | 'None';

/** One value of a metric. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: MetricUnit;
}

/**
 * Takes what AWS's services publish about themselves. Recording never waits and never fails. Values of one call have the
 * namespace (`AWS/Lambda`) and the dimensions (`{ FunctionName: 'orders' }`) in common; each is recorded for exactly these.
 */
export interface Metrics {
  record(
    scope: Scope,
    namespace: string,
    dimensions: Readonly<Record<string, string>>,
    measurements: readonly Measurement[],
  ): void;
  /**
   * Calls `sample` before what was recorded is stored or read, so that it records what can only be counted at an instant.
   * Absent where nobody listens.
   */
  sampleWith?(sample: () => Promise<void>): Disposable;
}

/** For whoever has nobody to tell. */
export const noMetrics: Metrics = { record() {} };
