import type { DeleteSubscriptionFilterRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { noSuch } from '../errors.ts';
import type { LogsService } from '../service.ts';

/** Ends a subscription; what is owed already is still delivered. */
export const deleteSubscriptionFilter: Operation<LogsService, DeleteSubscriptionFilterRequest, void> = async (
  { groups },
  input,
  context,
) => {
  const group = await groups.of(input, context);
  await groups.change(group, (current) => {
    const subscriptions = current.subscriptions.filter(({ name }) => name !== input.filterName);
    if (subscriptions.length === current.subscriptions.length) throw noSuch('subscription filter');
    return { ...current, subscriptions };
  });
};
