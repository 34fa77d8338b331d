import type { DeleteMetricFilterRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { noSuch } from '../errors.ts';
import type { LogsService } from '../service.ts';

/** Ends counting. */
export const deleteMetricFilter: Operation<LogsService, DeleteMetricFilterRequest, void> = async (
  { groups },
  input,
  context,
) => {
  const group = await groups.of(input, context);
  await groups.change(group, (current) => {
    const metricFilters = current.metricFilters.filter(({ name }) => name !== input.filterName);
    if (metricFilters.length === current.metricFilters.length) throw noSuch('metric filter');
    return { ...current, metricFilters };
  });
};
