import type { DeleteSubscriptionFilterRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { withoutFilter } from '../group/without-filter.ts';
import type { LogsService } from '../service.ts';

/** Ends a subscription; what is owed already is still delivered. */
export const deleteSubscriptionFilter: Operation<LogsService, DeleteSubscriptionFilterRequest, void> = async (
  { groups },
  input,
  context,
) => {
  const group = await groups.of(input, context);
  await groups.change(group, (current) => ({
    ...current,
    subscriptions: withoutFilter(current.subscriptions, input.filterName, 'subscription filter'),
  }));
};
