import { SECOND } from '../../../core/clock.ts';
import { inOrder, isList, isSeries, type MathValue, mapPoints, type Series } from './math-value.ts';
import { ExpressionError } from './parse-expression.ts';

/** A function of metric math, with what it was given. */
export type MathFunction = (given: readonly MathValue[]) => MathValue;

type Change = (series: Series) => Series;

/** `value` where there is one series; each of several. */
const onEach =
  (change: Change): MathFunction =>
  ([value]) => {
    if (value === undefined || typeof value === 'number') throw new ExpressionError('A metric is expected');
    return isList(value) ? value.map(change) : change(value as Series);
  };

const onNumbers =
  (change: (value: number) => number): MathFunction =>
  (given) =>
    typeof given[0] === 'number' ? change(given[0]) : onEach((series) => mapPoints(series, change))(given);

const onInstants = (read: (at: Date) => number) =>
  onEach((series) => mapPoints(series, (_, atMs) => read(new Date(atMs))));

/** One number of all values of a metric; of several metrics, one of their values at each instant. */
const onAll =
  (combine: (values: readonly number[]) => number): MathFunction =>
  ([value]) => {
    if (value === undefined || typeof value === 'number') throw new ExpressionError('A metric is expected');
    if (!isList(value)) return combine([...(value as Series).points.values()]);
    const instants = new Set(value.flatMap(({ points }) => [...points.keys()]));
    const points = new Map<number, number>();
    for (const atMs of instants) {
      points.set(atMs, combine(value.flatMap(({ points: own }) => own.get(atMs) ?? [])));
    }
    return { label: '', periodMs: Math.max(0, ...value.map(({ periodMs }) => periodMs)), points };
  };

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** Each value with the one before; the first has none. */
const withPrevious = (change: (value: number, previous: number, elapsedMs: number) => number): MathFunction =>
  onEach((series) => {
    const points = new Map<number, number>();
    let previous: readonly [number, number] | undefined;
    for (const point of inOrder(series)) {
      if (previous) points.set(point[0], change(point[1], previous[1], point[0] - previous[0]));
      previous = point;
    }
    return { ...series, points };
  });

function runningSum(series: Series): Series {
  let total = 0;
  const points = new Map<number, number>();
  for (const [atMs, value] of inOrder(series)) {
    total += value;
    points.set(atMs, total);
  }
  return { ...series, points };
}

const end =
  (pick: -1 | 0): MathFunction =>
  ([value]) => {
    if (value === undefined || typeof value === 'number') throw new ExpressionError('A metric is expected');
    if (isList(value)) return value.at(pick) ?? [];
    return inOrder(value as Series).at(pick)?.[1] ?? Number.NaN;
  };

/** Where the condition is not zero, the one; elsewhere the other, or nothing. */
function choose([condition, yes, no]: readonly MathValue[]): MathValue {
  if (condition === undefined || yes === undefined) throw new ExpressionError('IF expects two or three arguments');
  if (typeof condition === 'number') return condition !== 0 ? yes : (no ?? []);
  if (isList(condition)) throw new ExpressionError('The condition of IF must not be several metrics');
  const at = (value: MathValue | undefined, atMs: number) => {
    if (value === undefined || typeof value === 'number') return value;
    return isSeries(value) ? value.points.get(atMs) : undefined;
  };
  return mapPoints(condition, (holds, atMs) => at(holds !== 0 ? yes : no, atMs));
}

/** All functions that need nothing but their arguments. `FILL` and `METRICS` know of the request. */
export const MATH_FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: onNumbers(Math.abs),
  CEIL: onNumbers(Math.ceil),
  FLOOR: onNumbers(Math.floor),
  LOG: onNumbers(Math.log),
  LOG10: onNumbers(Math.log10),
  AVG: onAll(mean),
  SUM: onAll(sum),
  MIN: onAll((values) => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)),
  MAX: onAll((values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)),
  STDDEV: onAll(deviation),
  DATAPOINT_COUNT: onAll((values) => values.length),
  DIFF: withPrevious((value, previous) => value - previous),
  DIFF_TIME: withPrevious((_value, _previous, elapsedMs) => elapsedMs / SECOND),
  RATE: withPrevious((value, previous, elapsedMs) => (value - previous) / (elapsedMs / SECOND)),
  RUNNING_SUM: onEach(runningSum),
  FIRST: end(0),
  LAST: end(-1),
  IF: choose,
  PERIOD: ([value]) => {
    if (value === undefined || !isSeries(value)) throw new ExpressionError('PERIOD expects a metric');
    return value.periodMs / SECOND;
  },
  REMOVE_EMPTY: ([value]) =>
    value !== undefined && isList(value) ? value.filter(({ points }) => points.size > 0) : (value ?? []),
  EPOCH: onInstants((at) => at.getTime() / SECOND),
  MINUTE: onInstants((at) => at.getUTCMinutes()),
  HOUR: onInstants((at) => at.getUTCHours()),
  DAY: onInstants((at) => at.getUTCDay() || 7),
  DATE: onInstants((at) => at.getUTCDate()),
  MONTH: onInstants((at) => at.getUTCMonth() + 1),
  YEAR: onInstants((at) => at.getUTCFullYear()),
};
