import type { PutMetricFilterRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { limitExceeded, refuseUnsupported } from '../errors.ts';
import { checkedFilter } from '../filter/checked-filter.ts';
import { checkExpressionQuota } from '../group/expression-quota.ts';
import { checkTransformation } from '../metric-filters/check-transformation.ts';
import type { LogsService } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MAX_FILTERS = 100;

/** Counts from now on what the pattern finds; a filter of that name is replaced. */
export const putMetricFilter: Operation<LogsService, PutMetricFilterRequest, void> = async (
  { groups, clock },
  input,
  context,
) => {
  refuseUnsupported(input, ['applyOnTransformedLogs', 'fieldSelectionCriteria', 'emitSystemFieldDimensions']);
  const { filterName: name = '', filterPattern: pattern = '', metricTransformations: transformations = [] } = input;
  checkedFilter(pattern);
  transformations.forEach(checkTransformation);
  const group = await groups.of(input, context);
  const filter = { name, pattern, transformations, createdAtMs: clock.nowMs() };
  await groups.change(group, (current) => {
    const others = current.metricFilters.filter((other) => other.name !== name);
    if (others.length >= MAX_FILTERS) throw limitExceeded();
    const next = { ...current, metricFilters: [...others, filter].sort((a, b) => (a.name < b.name ? -1 : 1)) };
    checkExpressionQuota(next, pattern);
    return next;
  });
};
