import type { Scope } from '../../src/core/arn.ts';
import type { Dimensions, Measurement, Metrics } from '../../src/core/metrics/metrics.ts';

/** Metrics that a test asks for what was recorded. */
export class PublishedMetrics implements Metrics {
  readonly #recorded: { readonly dimensions: Dimensions; readonly measurement: Measurement }[] = [];

  record(_scope: Scope, _namespace: string, dimensions: Dimensions, measurements: readonly Measurement[]): void {
    for (const measurement of measurements) this.#recorded.push({ dimensions, measurement });
  }

  /** The values of a metric with exactly these dimensions, in order. */
  values(name: string, dimensions: Dimensions = {}): readonly number[] {
    const wanted = JSON.stringify(dimensions);
    return this.#recorded.flatMap(({ dimensions: own, measurement }) =>
      measurement.name === name && JSON.stringify(own) === wanted ? [measurement.value] : [],
    );
  }

  /** Their sum. */
  sum(name: string, dimensions: Dimensions = {}): number {
    return this.values(name, dimensions).reduce((total, value) => total + value, 0);
  }
}
