import type { PutSubscriptionFilterRequest } from '@aws-sdk/client-cloudwatch-logs';
import { asArn } from '../../../core/arn.ts';
import type { Operation } from '../../../core/operation.ts';
import { limitExceeded, refuseUnsupported } from '../errors.ts';
import { checkedFilter } from '../filter/checked-filter.ts';
import { checkExpressionQuota } from '../group/expression-quota.ts';
import type { LogsService } from '../service.ts';
import { checkReachable, checkSubscriber } from '../subscriptions/subscriber.ts';
import type { SubscriptionFilter } from '../subscriptions/subscription-filter.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MAX_FILTERS = 2;

/** Subscribes a function or a stream to a group; a filter of that name is replaced. */
export const putSubscriptionFilter: Operation<LogsService, PutSubscriptionFilterRequest, void> = async (
  service,
  input,
  context,
) => {
  refuseUnsupported(input, ['applyOnTransformedLogs', 'fieldSelectionCriteria', 'emitSystemFields']);
  const { filterName: name = '', filterPattern: pattern = '', distribution = 'ByLogStream', roleArn } = input;
  const destinationArn = asArn(input.destinationArn ?? '');
  checkSubscriber(destinationArn, roleArn, context);
  checkedFilter(pattern);
  const group = await service.groups.of(input, context);
  checkRoom(group.subscriptions, name);
  await checkReachable(service, group, destinationArn);
  const createdAtMs = service.clock.nowMs();
  const filter = { name, pattern, destinationArn, roleArn, distribution, createdAtMs };
  await service.groups.change(group, (current) => {
    checkRoom(current.subscriptions, name);
    const others = current.subscriptions.filter((other) => other.name !== name);
    const next = { ...current, subscriptions: [...others, filter].sort((a, b) => (a.name < b.name ? -1 : 1)) };
    checkExpressionQuota(next, pattern);
    return next;
  });
};

function checkRoom(filters: readonly SubscriptionFilter[], name: string): void {
  if (filters.filter((other) => other.name !== name).length >= MAX_FILTERS) throw limitExceeded();
}
