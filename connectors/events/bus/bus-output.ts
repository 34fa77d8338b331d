import type { EventBus } from '@aws-sdk/client-eventbridge';
import type { Bus } from './bus.ts';

/** A bus as answers show it. */
export const busOutput = ({ name, arn, details, policy, createdAtMs, modifiedAtMs }: Bus): EventBus => ({
  Name: name,
  Arn: arn,
  Description: details.Description,
  Policy: policy,
  CreationTime: new Date(createdAtMs),
  LastModifiedTime: new Date(modifiedAtMs),
});
