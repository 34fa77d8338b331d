import type { Arn } from '../../../core/arn.ts';

/** Which events of a group go where. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
export interface SubscriptionFilter {
  readonly name: string;
  readonly pattern: string;
  readonly destinationArn: Arn;
  readonly roleArn?: string | undefined;
  readonly distribution: 'ByLogStream' | 'Random';
  readonly createdAtMs: number;
}
