import type { Scope } from '../../../core/arn.ts';
import type { Metrics } from '../../../core/metrics.ts';
import { Distribution } from '../data/distribution.ts';
import { dimensionsText, idOf, type Metric } from '../data/metric.ts';
import { Reports } from './report.ts';
import { floorTo, MINUTES } from './tier.ts';

/** What was recorded of a metric and is not stored yet. */
export interface Recorded {
  readonly metric: Metric;
  readonly id: string;
  readonly unit: string;
  /** By the beginning of the minute. */
  readonly minutes: Map<number, Distribution>;
  current: { readonly minuteMs: number; readonly values: Distribution } | undefined;
}

/** Metrics that are remembered between one storing and the next; beyond that they are looked up anew. */
const MAX_REMEMBERED = 20_000;

/**
 * Takes what services record, minute by minute, for whoever stores it. Services wait for what this does, so it only adds
 * to sums that are in memory.
 */
export class Recorder implements Metrics {
  readonly #nowMs: () => number;
  readonly #changed: () => void;
  #groups = new Map<string, Map<string, Recorded>>();
  #remembered = 0;
  readonly #samples = new Set<() => Promise<void>>();
  #dirty = new Set<Recorded>();

  /** @param changed told when something was recorded, and nothing else waits to be stored */
  constructor(nowMs: () => number, changed: () => void) {
    this.#nowMs = nowMs;
    this.#changed = changed;
  }

  record: Metrics['record'] = (scope, namespace, dimensions, measurements) => {
    const minuteMs = floorTo(this.#nowMs(), MINUTES.resolutionMs);
    const group = this.#group(scope, namespace, dimensions);
    for (const { name, unit, value } of measurements) {
      let recorded = group.get(name + unit);
      if (!recorded) {
        const metric = { account: scope.account, region: scope.region, namespace, name, dimensions };
        recorded = { metric, id: idOf(metric), unit, minutes: new Map(), current: undefined };
        group.set(name + unit, recorded);
        this.#remembered += 1;
      }
      valuesOf(recorded, minuteMs).add(value);
      this.#dirty.add(recorded);
    }
    if (this.#dirty.size > 0) this.#changed();
  };

  sampleWith = (sample: () => Promise<void>): Disposable => {
    this.#samples.add(sample);
    return { [Symbol.dispose]: () => this.#samples.delete(sample) };
  };

  /** Asks for what can only be counted at an instant. */
  async sample(): Promise<void> {
    await Promise.all(Array.from(this.#samples, (sample) => sample()));
  }

  /** Hands out what was recorded since the last time. */
  take(): readonly Recorded[] {
    const taken = Array.from(this.#dirty, (recorded) => ({ ...recorded, minutes: new Map(recorded.minutes) }));
    for (const recorded of this.#dirty) {
      recorded.minutes.clear();
      recorded.current = undefined;
    }
    this.#dirty = new Set();
    if (this.#remembered > MAX_REMEMBERED) {
      this.#groups = new Map();
      this.#remembered = 0;
    }
    return taken;
  }

  /** Takes back what could not be stored. */
  giveBack(taken: readonly Recorded[]): void {
    for (const { metric, unit, minutes } of taken) {
      const { namespace, name, dimensions } = metric;
      const group = this.#group(metric, namespace, dimensions);
      const recorded = group.get(name + unit) ?? {
        ...{ metric, unit },
        id: idOf(metric),
        minutes: new Map(),
        current: undefined,
      };
      group.set(name + unit, recorded);
      for (const [minuteMs, values] of minutes) valuesOf(recorded, minuteMs).merge(values);
      this.#dirty.add(recorded);
    }
  }

  #group(scope: Scope, namespace: string, dimensions: Metric['dimensions']): Map<string, Recorded> {
    const key = `${scope.account}/${scope.region}/${namespace}\0${dimensionsText(dimensions)}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = new Map();
      this.#groups.set(key, group);
    }
    return group;
  }
}

/** What was recorded as reports to be stored. */
export function reportsOf(recorded: readonly Recorded[]): Reports {
  const reports = new Reports();
  for (const { metric, id, unit, minutes } of recorded) {
    for (const [atMs, values] of minutes) reports.of(metric, { unit, tier: MINUTES, atMs }, id).merge(values);
  }
  return reports;
}

function valuesOf(recorded: Recorded, minuteMs: number): Distribution {
  if (recorded.current?.minuteMs === minuteMs) return recorded.current.values;
  const values = recorded.minutes.get(minuteMs) ?? new Distribution();
  recorded.minutes.set(minuteMs, values);
  recorded.current = { minuteMs, values };
  return values;
}
