import type { Distribution } from '../data/distribution.ts';
import type { Metric } from '../data/metric.ts';
import type { Recorded } from '../store/recorder.ts';

/** All that this process has recorded of a metric. */
export interface Total {
  readonly metric: Metric;
  readonly unit: string;
  count: number;
  sum: number;
  /** The greatest value of the newest minute. */
  newest: number;
  /** How many values were not greater than each of the bounds. */
  readonly upTo: number[];
}

/** Bounds of histograms: milliseconds. */
export const BOUNDS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000, 900_000] as const;

/** Metrics that are totalled; what comes later is only stored. */
const MAX_TOTALS = 20_000;

/** Sums over the life of this process: what Prometheus asks of it. */
export class Totals {
  readonly #byMetric = new Map<string, Total>();

  /** Adds what was recorded since the last time. */
  add(recorded: readonly Recorded[]): void {
    for (const { metrics, unit, minutes } of recorded) {
      for (const { id, metric } of metrics) {
        const total = this.#byMetric.get(id + unit) ?? newTotal(metric, unit);
        if (this.#byMetric.size >= MAX_TOTALS && total.count === 0) continue;
        this.#byMetric.set(id + unit, total);
        for (const values of minutes.values()) addTo(total, values);
      }
    }
  }

  /** All of them. */
  get all(): readonly Total[] {
    return [...this.#byMetric.values()];
  }
}

function addTo(total: Total, values: Distribution): void {
  total.count += values.count;
  total.sum += values.sum;
  total.newest = values.maximum;
  if (total.unit !== 'Milliseconds') return;
  for (const [value, times] of values.sorted() ?? []) {
    for (const [index, bound] of BOUNDS.entries()) {
      if (value <= bound) total.upTo[index] = (total.upTo[index] ?? 0) + times;
    }
  }
}

const newTotal = (metric: Metric, unit: string): Total => ({
  ...{ metric, unit, count: 0, sum: 0, newest: 0 },
  upTo: BOUNDS.map(() => 0),
});
