import type { Invocation } from '../invocation/invocation.ts';
import { wholeSecond } from './context-attributes.ts';

/**
 * What a target gets whose schedule has no input: AWS calls it the default notification. Its detail is a text.
 * docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html
 */
export const defaultNotification = ({ id, account, region, scheduleArn, scheduledAtMs }: Invocation): string =>
  JSON.stringify({
    version: '0',
    id,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account,
    time: wholeSecond(scheduledAtMs),
    region,
    resources: [scheduleArn],
    detail: '{}',
  });
