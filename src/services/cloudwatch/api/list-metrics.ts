import type { DimensionFilter, ListMetricsInput, ListMetricsOutput } from '@aws-sdk/client-cloudwatch';
import type { Scope } from '../../../core/arn.ts';
import { DAY, HOUR } from '../../../core/clock.ts';
import { keyInToken, pageToken } from '../../../core/listing/page-token.ts';
import type { Operation } from '../../../core/operation.ts';
import { dimensionList, dimensionsOf, type Metric } from '../data/metric.ts';
import { invalidToken, invalidValue } from '../errors.ts';
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
  const isWanted = (metric: ListedMetric) =>
    metric.lastAtMs >= sinceMs &&
    (MetricName === undefined || metric.name === MetricName) &&
    Dimensions.every((wanted) => hasDimension(metric, wanted));
  const behind = NextToken === undefined ? undefined : metricOfToken(NextToken, scope, Namespace);
  const found = await store.list(scope, { namespace: Namespace, behind, isWanted, limit: PAGE + 1 });
  const page = found.slice(0, PAGE);
  const last = found.length > PAGE ? page.at(-1) : undefined;
  return {
    Metrics: page.map(({ namespace, name, dimensions }) => ({
      ...{ Namespace: namespace, MetricName: name, Dimensions: dimensionList(dimensions) },
    })),
    ...(input.IncludeLinkedAccounts ? { OwningAccounts: page.map(() => scope.account) } : {}),
    ...(last && { NextToken: tokenOf(last, Namespace) }),
  };
};

const listOf = (namespace: string | undefined) => `metrics ${namespace ?? ''}`;

/** The next page goes on behind a metric: meanwhile there may be others before it. */
const tokenOf = ({ namespace, name, dimensions }: Metric, asked: string | undefined): string =>
  pageToken(listOf(asked), JSON.stringify([namespace, name, dimensionList(dimensions)]));

function metricOfToken(token: string, { account, region }: Scope, asked: string | undefined): Metric {
  try {
    const [namespace, name, dimensions] = JSON.parse(keyInToken(token, listOf(asked)) ?? '');
    return { account, region, namespace, name, dimensions: dimensionsOf(dimensions) };
  } catch {
    throw invalidToken();
  }
}

const hasDimension = ({ dimensions }: ListedMetric, { Name = '', Value }: DimensionFilter): boolean =>
  Object.hasOwn(dimensions, Name) && (Value === undefined || dimensions[Name] === Value);
