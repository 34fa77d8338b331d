import type { Scope } from '../arn.ts';

/** What CloudWatch calls a unit; only those that we publish ourselves. */
export type MetricUnit = 'Count' | 'Milliseconds' | 'Bytes' | 'None';

/** One value of a metric. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: MetricUnit;
}

/** What metrics of one name are told apart by, e.g. `{ FunctionName: 'orders' }`. */
export type Dimensions = Readonly<Record<string, string>>;

/**
 * Takes what AWS's services publish about themselves. Recording never waits and never fails. Values of one call have the
 * namespace (`AWS/Lambda`) and the dimensions (`{ FunctionName: 'orders' }`) in common; each is recorded for exactly these.
 */
export interface Metrics {
  record(scope: Scope, namespace: string, dimensions: Dimensions, measurements: readonly Measurement[]): void;
  /**
   * Records the same values for several sets of dimensions. A list belongs to one scope and namespace; who hands over the
   * same one each time spares looking up the metrics. Where it is absent, `record` does the same.
   */
  recordForEach?(
    scope: Scope,
    namespace: string,
    dimensions: readonly Dimensions[],
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
