import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';

/**
 * What each query's result is called when the query does not say: its metric, with the statistic and the period where the
 * queries differ in them.
 */
export function labelsOf(queries: readonly MetricDataQuery[]): ReadonlyMap<string, string> {
  const stats = queries.flatMap(({ MetricStat }) => MetricStat ?? []);
  const differ = (values: readonly unknown[]) => new Set(values).size > 1;
  const withStat = differ(stats.map(({ Stat }) => Stat));
  const withPeriod = differ(stats.map(({ Period }) => Period));
  return new Map(
    queries.map(({ Id = '', Label, MetricStat }) => {
      const { Metric, Stat, Period } = MetricStat ?? {};
      const parts = [Metric?.MetricName ?? Id, ...(withStat ? [Stat] : []), ...(withPeriod ? [Period] : [])];
      return [Id, Label ?? (MetricStat ? parts.join(' ') : Id)];
    }),
  );
}
