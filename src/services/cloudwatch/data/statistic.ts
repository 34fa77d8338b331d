import type { Distribution, Weighted } from './distribution.ts';

/** What is asked of the values of one period; `undefined` when there is no answer. */
export type Statistic = (values: Distribution) => number | undefined;

/** The five that are kept for every metric. */
const PLAIN: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

const SHORT = /^(p|tm|tc|ts|wm)(\d{1,3}(?:\.\d+)?)$/;
const RANGE = /^(TM|TC|TS|WM)\((?:(\d{1,3}(?:\.\d+)?)%)?:(?:(\d{1,3}(?:\.\d+)?)%)?\)$/;
const ABSOLUTE_RANGE = /^(TM|TC|TS|WM|PR)\((\d+(?:\.\d+)?)?:(\d+(?:\.\d+)?)?\)$/;

/**
 * Reads the name of a statistic: `Sum`, `p99.9`, `tm95`, `TM(10%:90%)`, `PR(:300)`, `IQM`; `undefined` when it is none.
 * docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function parseStatistic(name: string): Statistic | undefined {
  if (Object.hasOwn(PLAIN, name)) return PLAIN[name];
  if (name === 'IQM') return trimmedMean(25, 75);
  const [, short, share] = SHORT.exec(name) ?? [];
  if (short !== undefined && Number(share) <= 100) {
    return short === 'p' ? percentileOf(Number(share)) : betweenPercents(short.toUpperCase(), 0, Number(share));
  }
  const [, trimmed, fromPercent, toPercent] = RANGE.exec(name) ?? [];
  if (trimmed !== undefined && (fromPercent ?? toPercent) !== undefined) {
    const [from, to] = [Number(fromPercent ?? 0), Number(toPercent ?? 100)];
    return from < to && to <= 100 ? betweenPercents(trimmed, from, to) : undefined;
  }
  const [, kind, from, to] = ABSOLUTE_RANGE.exec(name) ?? [];
  if (kind === undefined || (from ?? to) === undefined) return undefined;
  const bounds = { above: Number(from ?? Number.NEGATIVE_INFINITY), upTo: Number(to ?? Number.POSITIVE_INFINITY) };
  return bounds.above < bounds.upTo ? between(kind, () => bounds) : undefined;
}

/** Greater than one and at most the other. */
interface Bounds {
  readonly above: number;
  readonly upTo: number;
}

type BoundsOf = (values: readonly Weighted[], count: number) => Bounds;

const percentBounds =
  (fromPercent: number, toPercent: number): BoundsOf =>
  (values, count) => ({
    above: fromPercent === 0 ? Number.NEGATIVE_INFINITY : percentile(values, count, fromPercent),
    upTo: percentile(values, count, toPercent),
  });

const percentileOf =
  (percent: number): Statistic =>
  (distribution) => {
    const values = distribution.sorted();
    return values && percentile(values, distribution.count, percent);
  };

/** The least value that so many percent of all do not exceed. */
function percentile(values: readonly Weighted[], count: number, percent: number): number {
  let passed = 0;
  for (const [value, times] of values) {
    passed += times;
    if (passed >= (count * percent) / 100) return value;
  }
  return values.at(-1)?.[0] ?? 0;
}

function betweenPercents(kind: string, fromPercent: number, toPercent: number): Statistic {
  return kind === 'TM' ? trimmedMean(fromPercent, toPercent) : between(kind, percentBounds(fromPercent, toPercent));
}

/** The mean of a share of all values by their order; a value at its edge counts as far as it lies within. */
function trimmedMean(fromPercent: number, toPercent: number): Statistic {
  return (distribution) => {
    const values = distribution.sorted();
    if (!values) return undefined;
    const [from, to] = [fromPercent, toPercent].map((percent) => (distribution.count * percent) / 100) as [
      number,
      number,
    ];
    let passed = 0;
    const { count, sum } = totalsOf(
      values.map(([value, times]) => {
        const within = Math.min(to, passed + times) - Math.max(from, passed);
        passed += times;
        return [value, Math.max(0, within)] as const;
      }),
    );
    return count === 0 ? undefined : sum / count;
  };
}

/** What is asked of the values within bounds: their mean, number or sum, and so on. */
function between(kind: string, boundsOf: BoundsOf): Statistic {
  return (distribution) => {
    const values = distribution.sorted();
    if (!values) return undefined;
    const { above, upTo } = boundsOf(values, distribution.count);
    if (kind === 'WM') return winsorizedMean(values, { above, upTo });
    const { count, sum } = totalsOf(values.filter(([value]) => value > above && value <= upTo));
    switch (kind) {
      case 'TC':
        return count;
      case 'TS':
        return sum;
      case 'PR':
        return (100 * count) / distribution.count;
      default:
        return count === 0 ? undefined : sum / count;
    }
  };
}

/** What lies outside counts as the bound that it lies beyond. */
function winsorizedMean(values: readonly Weighted[], { above, upTo }: Bounds): number {
  const { count, sum } = totalsOf(
    values.map(([value, times]) => [Math.min(upTo, Math.max(above, value)), times] as const),
  );
  return sum / count;
}

function totalsOf(values: readonly Weighted[]) {
  let [count, sum] = [0, 0];
  for (const [value, times] of values) {
    count += times;
    sum += value * times;
  }
  return { count, sum };
}
