import type { Scope } from '../../../core/arn.ts';
import type { Dimensions, Measurement, Metrics } from '../../../core/metrics/metrics.ts';
import { Distribution } from '../data/distribution.ts';
import { dimensionsText, idOf, type Metric } from '../data/metric.ts';
import { Reports } from './report.ts';
import { floorTo, MINUTES } from './tier.ts';

/** A metric by its id. */
export interface NamedMetric {
  readonly metric: Metric;
  readonly id: string;
}

/** What was recorded and is not stored yet, of metrics that differ in their dimensions alone. */
export interface Recorded {
  readonly metrics: readonly NamedMetric[];
  readonly unit: string;
  /** By the beginning of the minute. */
  readonly minutes: ReadonlyMap<number, Distribution>;
}

/** What gathers until it is handed out. */
interface Gathering extends Recorded {
  readonly minutes: Map<number, Distribution>;
  current: { readonly minuteMs: number; readonly values: Distribution } | undefined;
}

/** By the name of the measurement. */
type Group = Map<string, Gathering>;

/** Groups that are remembered between one storing and the next; beyond that they are made anew. */
const MAX_GROUPS = 20_000;
/** Minutes of metrics that wait while nothing can be stored; what comes on top is forgotten. */
const MAX_WAITING = 50_000;

/**
 * Takes what services record, minute by minute, for whoever stores it. Services wait for what this does, so it only adds
 * to sums that are in memory, once for all sets of dimensions that a value is recorded for.
 */
export class Recorder implements Metrics {
  readonly #nowMs: () => number;
  readonly #changed: () => void;
  readonly #samples = new Set<() => Promise<void>>();
  /** By the list of dimensions itself, or by what they say. */
  #groups = new Map<string | readonly Dimensions[], Group>();
  #dirty = new Set<Gathering>();

  /** @param changed told when something was recorded */
  constructor(nowMs: () => number, changed: () => void) {
    this.#nowMs = nowMs;
    this.#changed = changed;
  }

  record: Metrics['record'] = (scope, namespace, dimensions, measurements) => {
    const key = `${scope.account}/${scope.region}/${namespace}\0${dimensionsText(dimensions)}`;
    const named = (name: string) => [namedMetric(scope, namespace, name, dimensions)];
    this.#gather(this.#group(key), named, measurements);
  };

  recordForEach: NonNullable<Metrics['recordForEach']> = (scope, namespace, sets, measurements) => {
    const named = (name: string) => sets.map((dimensions) => namedMetric(scope, namespace, name, dimensions));
    this.#gather(this.#group(sets), named, measurements);
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
    const taken = Array.from(this.#dirty, ({ metrics, unit, minutes }) => ({
      metrics,
      unit,
      minutes: new Map(minutes),
    }));
    this.#clear();
    if (this.#groups.size > MAX_GROUPS) this.#groups = new Map();
    return taken;
  }

  /** Takes back what could not be stored, to be handed out with what comes meanwhile. */
  giveBack(taken: readonly Recorded[]): void {
    const waiting = new Map<string, Gathering>();
    let minutes = 0;
    for (const recorded of [...taken, ...this.#dirty]) {
      const key = recorded.unit + recorded.metrics.map(({ id }) => id).join();
      const into = waiting.get(key) ?? gatheringOf(recorded.metrics, recorded.unit);
      waiting.set(key, into);
      const before = into.minutes.size;
      for (const [minuteMs, values] of recorded.minutes) {
        if (minutes < MAX_WAITING || into.minutes.has(minuteMs)) valuesOf(into, minuteMs).merge(values);
      }
      minutes += into.minutes.size - before;
    }
    this.#clear();
    this.#dirty = new Set(waiting.values());
  }

  #clear(): void {
    for (const gathering of this.#dirty) {
      gathering.minutes.clear();
      gathering.current = undefined;
    }
    this.#dirty = new Set();
  }

  #group(key: string | readonly Dimensions[]): Group {
    const known = this.#groups.get(key);
    if (known) return known;
    const group: Group = new Map();
    this.#groups.set(key, group);
    return group;
  }

  #gather(group: Group, named: (name: string) => readonly NamedMetric[], measurements: readonly Measurement[]): void {
    const minuteMs = floorTo(this.#nowMs(), MINUTES.resolutionMs);
    for (const { name, unit, value } of measurements) {
      let gathering = group.get(name);
      if (gathering?.unit !== unit) {
        gathering = gatheringOf(named(name), unit);
        group.set(name, gathering);
      }
      valuesOf(gathering, minuteMs).add(value);
      this.#dirty.add(gathering);
    }
    if (measurements.length > 0) this.#changed();
  }
}

/** What was recorded as reports to be stored. */
export function reportsOf(recorded: readonly Recorded[]): Reports {
  const reports = new Reports();
  for (const { metrics, unit, minutes } of recorded) {
    for (const { metric, id } of metrics) {
      for (const [atMs, values] of minutes) reports.of(metric, { unit, tier: MINUTES, atMs }, id).merge(values);
    }
  }
  return reports;
}

function namedMetric({ account, region }: Scope, namespace: string, name: string, dimensions: Dimensions): NamedMetric {
  const metric = { account, region, namespace, name, dimensions };
  return { metric, id: idOf(metric) };
}

const gatheringOf = (metrics: readonly NamedMetric[], unit: string): Gathering => ({
  ...{ metrics, unit, minutes: new Map(), current: undefined },
});

function valuesOf(gathering: Gathering, minuteMs: number): Distribution {
  if (gathering.current?.minuteMs === minuteMs) return gathering.current.values;
  const values = gathering.minutes.get(minuteMs) ?? new Distribution();
  gathering.minutes.set(minuteMs, values);
  gathering.current = { minuteMs, values };
  return values;
}
