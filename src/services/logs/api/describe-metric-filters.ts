import type {
  DescribeMetricFiltersRequest,
  DescribeMetricFiltersResponse,
  MetricFilter as MetricFilterOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import type { LogGroup } from '../group/log-group.ts';
import { pageOf } from '../page.ts';
import type { LogsService } from '../service.ts';

/** A page of the metric filters of a group, or of all groups. */
export const describeMetricFilters: Operation<
  LogsService,
  DescribeMetricFiltersRequest,
  DescribeMetricFiltersResponse
> = async ({ groups }, input, context) => {
  const { filterNamePrefix = '', metricName, metricNamespace } = input;
  const searched = input.logGroupName === undefined ? await groups.list(context) : [await groups.of(input, context)];
  const isWanted = ({ filterName = '', metricTransformations = [] }: MetricFilterOutput) =>
    filterName.startsWith(filterNamePrefix) &&
    metricTransformations.some(
      (each) =>
        (metricName === undefined || each.metricName === metricName) &&
        (metricNamespace === undefined || each.metricNamespace === metricNamespace),
    );
  const all = searched.flatMap(filtersOf).filter(isWanted);
  const keyOf = ({ logGroupName, filterName }: MetricFilterOutput) => `${logGroupName} ${filterName}`;
  const { items, nextToken } = pageOf('metric filters', all, keyOf, input);
  return { metricFilters: [...items], nextToken };
};

const filtersOf = (group: LogGroup): readonly MetricFilterOutput[] =>
  group.metricFilters.map(({ name, pattern, transformations, createdAtMs }) => ({
    filterName: name,
    filterPattern: pattern,
    metricTransformations: [...transformations],
    creationTime: createdAtMs,
    logGroupName: group.name,
    applyOnTransformedLogs: false,
  }));
