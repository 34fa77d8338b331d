import type { DeleteMetricFilterRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { withoutFilter } from '../group/without-filter.ts';
import type { LogsService } from '../service.ts';

/** Ends counting. */
export const deleteMetricFilter: Operation<LogsService, DeleteMetricFilterRequest, void> = async (
  { groups },
  input,
  context,
) => {
  const group = await groups.of(input, context);
  await groups.change(group, (current) => ({
    ...current,
    metricFilters: withoutFilter(current.metricFilters, input.filterName, 'metric filter'),
  }));
};
