import type {
  DescribeSubscriptionFiltersRequest,
  DescribeSubscriptionFiltersResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { storeKey } from '../group/log-group.ts';
import { pageOf } from '../page.ts';
import type { LogsService } from '../service.ts';

/** A page of a group's subscriptions. */
export const describeSubscriptionFilters: Operation<
  LogsService,
  DescribeSubscriptionFiltersRequest,
  DescribeSubscriptionFiltersResponse
> = async ({ groups }, input, context) => {
  const group = await groups.of(input, context);
  const all = group.subscriptions.filter(({ name }) => name.startsWith(input.filterNamePrefix ?? ''));
  const { items, nextToken } = pageOf(`subscriptions ${storeKey(group)}`, all, ({ name }) => name, input);
  return {
    subscriptionFilters: items.map(({ name, pattern, destinationArn, roleArn, distribution, createdAtMs }) => ({
      filterName: name,
      logGroupName: group.name,
      filterPattern: pattern,
      destinationArn,
      ...(roleArn !== undefined && { roleArn }),
      distribution,
      applyOnTransformedLogs: false,
      creationTime: createdAtMs,
    })),
    nextToken,
  };
};
