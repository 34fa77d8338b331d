import type { DimensionFilter, ListMetricsInput, ListMetricsOutput } from '@aws-sdk/client-cloudwatch';
import { DAY, HOUR } from '../../../core/clock.ts';
import type { Operation } from '../../../core/operation.ts';
import { dimensionList } from '../data/metric.ts';
import { invalidValue } from '../errors.ts';
import { readToken, writeToken } from '../next-token.ts';
import type { CloudWatchService } from '../service.ts';
import type { ListedMetric } from '../store/catalogue.ts';

const PAGE = 500;
/** Metrics that nothing was reported of for longer are not listed. */
const LISTED_MS = 14 * DAY;
const RECENT_MS = 3 * HOUR;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export const listMetrics: Operation<CloudWatchService, ListMetricsInput, ListMetricsOutput> = async (
  { store, clock, flush },
  input,
  scope,
) => {
  const { Namespace, MetricName, Dimensions = [], RecentlyActive, NextToken, OwningAccount } = input;
  if (OwningAccount !== undefined && OwningAccount !== scope.account) {
    throw invalidValue('The parameter OwningAccount must be the account of the caller: Headwater links no accounts.');
  }
  await flush();
  const sinceMs = clock.nowMs() - (RecentlyActive ? RECENT_MS : LISTED_MS);
  const found = (await store.list(scope, Namespace)).filter(
    (metric) =>
      metric.lastAtMs >= sinceMs &&
      (MetricName === undefined || metric.name === MetricName) &&
      Dimensions.every((wanted) => hasDimension(metric, wanted)),
  );
  const start = NextToken === undefined ? 0 : readToken(NextToken, 'metrics');
  const end = start + PAGE;
  const page = found.slice(start, end);
  return {
    Metrics: page.map(({ namespace, name, dimensions }) => ({
      ...{ Namespace: namespace, MetricName: name, Dimensions: dimensionList(dimensions) },
    })),
    ...(input.IncludeLinkedAccounts ? { OwningAccounts: page.map(() => scope.account) } : {}),
    ...(end < found.length ? { NextToken: writeToken('metrics', end) } : {}),
  };
};

const hasDimension = ({ dimensions }: ListedMetric, { Name = '', Value }: DimensionFilter): boolean =>
  Object.hasOwn(dimensions, Name) && (Value === undefined || dimensions[Name] === Value);
