import type { MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import type { Scope } from '../../../core/arn.ts';
import { SECOND } from '../../../core/clock.ts';
import { dimensionsOf, idOf } from '../data/metric.ts';
import { inPeriods, periodsOf } from '../data/period.ts';
import { parseStatistic } from '../data/statistic.ts';
import { validationError } from '../errors.ts';
import { evaluate, type MathScope } from '../math/evaluate.ts';
import { inOrder, isList, isSeries, type MathValue, type Series } from '../math/math-value.ts';
import { ExpressionError, parseExpression } from '../math/parse-expression.ts';
import type { CloudWatchService } from '../service.ts';
import { labelsOf } from './labels.ts';

/** What a query came to. */
export interface QueryResult {
  readonly id: string;
  readonly label: string;
  /** In the order of time. */
  readonly points: readonly (readonly [atMs: number, value: number])[];
  readonly messages: readonly { readonly Code: string; readonly Value: string }[];
}

interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

/** An expression without a metric has values by this period. */
const DEFAULT_PERIOD_SECONDS = 60;

/** What the expressions of one request may go through; AWS gives 100,800 values at most. */
const MAX_VALUES = 5_000_000;

/** What all queries come to that are to be returned, in their order. */
export async function evaluateQueries(
  service: CloudWatchService,
  queries: readonly MetricDataQuery[],
  scope: Scope,
  range: TimeRange,
): Promise<readonly QueryResult[]> {
  const labels = labelsOf(queries);
  const read = new Map<string, StatResult>();
  await Promise.all(
    queries.map(async ({ Id = '', MetricStat }) => {
      if (MetricStat) read.set(Id, await readStat(service, MetricStat, scope, range, labels.get(Id) ?? Id));
    }),
  );
  const values = evaluateAll(queries, read, range, service.clock.nowMs());
  return queries.flatMap((query) => {
    if (query.ReturnData === false) return [];
    const { Id: id = '' } = query;
    const value = values(id);
    const stat = read.get(id);
    if (typeof value === 'number') {
      throw validationError(`Error in expression '${id}': The expression must return a time series, not a number`);
    }
    const label = (own: string) => (isList(value) && !query.Label ? own : (labels.get(id) ?? id));
    return (isList(value) ? value : [value]).map((series) => ({
      id,
      label: label(series.label),
      points: inOrder(series),
      messages: stat?.messages ?? [],
    }));
  });
}

interface StatResult {
  readonly series: Series;
  readonly messages: QueryResult['messages'];
}

async function readStat(
  { store, clock }: CloudWatchService,
  { Metric, Period = 0, Stat = '', Unit }: MetricStat,
  scope: Scope,
  { from, to }: TimeRange,
  label: string,
): Promise<StatResult> {
  const { account, region } = scope;
  const { Namespace: namespace = '', MetricName: name = '', Dimensions } = Metric ?? {};
  const id = idOf({ account, region, namespace, name, dimensions: dimensionsOf(Dimensions) });
  const nowMs = clock.nowMs();
  const periods = periodsOf(from, to, Period, nowMs);
  const all = await store.read(id, periods.startMs, periods.endMs);
  const units = [...new Set(all.map(({ unit }) => unit))].filter((unit) => !Unit || unit === Unit).sort();
  const readings = all.filter(({ unit }) => unit === units[0]);
  const statistic = parseStatistic(Stat);
  const points = new Map<number, number>();
  for (const [atMs, values] of inPeriods(readings, periods, nowMs)) {
    const value = statistic?.(values);
    if (value !== undefined) points.set(atMs, value);
  }
  // Values of several units do not add up: the first unit's are given.
  const messages =
    units.length > 1 ? [{ Code: 'MultipleUnits', Value: `Multiple units returned: '[${units.join(', ')}]'` }] : [];
  return { series: { label, periodMs: Period * SECOND, points }, messages };
}

/** Looks up what a query comes to; expressions are evaluated when they are asked for, once. */
function evaluateAll(
  queries: readonly MetricDataQuery[],
  read: ReadonlyMap<string, StatResult>,
  { from, to }: TimeRange,
  nowMs: number,
): (id: string) => MathValue {
  const byId = new Map(queries.map((query) => [query.Id ?? '', query]));
  const known = new Map<string, MathValue>();
  const under = new Set<string>();
  const shortest = Math.min(...Array.from(read.values(), ({ series }) => series.periodMs / SECOND));
  const defaultPeriod = Number.isFinite(shortest) ? shortest : DEFAULT_PERIOD_SECONDS;

  let left = MAX_VALUES;
  const spend = (values: number) => {
    left -= values;
    if (left < 0) throw new ExpressionError(`The expressions of a request may come to ${MAX_VALUES} values at most`);
  };

  const expressionValue = (id: string, text: string, periodSeconds: number): MathValue => {
    if (/^\s*SELECT\b/i.test(text))
      throw new ExpressionError('Metrics Insights queries are not supported by Headwater');
    const scope: MathScope = {
      value: (name) => {
        if (!byId.has(name)) throw new ExpressionError(`Unknown id "${name}"`);
        return resultOf(name);
      },
      metrics: (containing) =>
        Array.from(read).flatMap(([name, { series }]) => (name.includes(containing) ? series : [])),
      periods: periodsOf(from, to, periodSeconds, nowMs),
      spend,
    };
    const value = evaluate(parseExpression(text), scope);
    return isSeries(value) ? { ...value, label: id } : value;
  };

  const resultOf = (id: string): MathValue => {
    const { Expression, Period = defaultPeriod } = byId.get(id) ?? {};
    const there = known.get(id) ?? read.get(id)?.series;
    if (there !== undefined) return there;
    if (under.has(id)) throw new ExpressionError(`"${id}" refers to itself`);
    under.add(id);
    try {
      const value = expressionValue(id, Expression ?? '', Period);
      known.set(id, value);
      return value;
    } catch (error) {
      if (!isExpressionsFault(error)) throw error;
      const reason = error instanceof ExpressionError ? error.message : 'It is nested too deeply';
      throw validationError(`Error in expression '${id}': ${reason}`);
    }
  };
  return resultOf;
}

/** Expressions are read and evaluated by functions that call themselves: too deep a one, alone or by reference, ends their stack. */
const isExpressionsFault = (error: unknown) => error instanceof ExpressionError || error instanceof RangeError;
