import type { PutRetentionPolicyRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { invalidParameter } from '../errors.ts';
import type { LogsService } from '../service.ts';

/** docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutRetentionPolicy.html */
const DAYS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545],
  ...[731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

/** Says how many days events are kept. */
export const putRetentionPolicy: Operation<LogsService, PutRetentionPolicyRequest, void> = async (
  { groups, retention },
  input,
  context,
) => {
  const days = input.retentionInDays ?? 0;
  if (!DAYS.includes(days)) {
    throw invalidParameter(
      `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${DAYS.join(', ')}]`,
    );
  }
  const group = await groups.of(input, context);
  await groups.change(group, (current) => ({ ...current, retentionDays: days }));
  await retention.sweep();
};
