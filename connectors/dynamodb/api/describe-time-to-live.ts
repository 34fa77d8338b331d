import type {
  DescribeTimeToLiveCommandInput,
  DescribeTimeToLiveCommandOutput,
  TimeToLiveDescription,
} from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import type { DynamodbService } from '../service.ts';
import { statusOf, type TimeToLive } from '../table/table.ts';
import { validationException } from '../values/refusal.ts';

type Output = Omit<DescribeTimeToLiveCommandOutput, '$metadata'>;

/** Whether items of a table expire, and by which attribute. */
export const describeTimeToLive: Operation<DynamodbService, DescribeTimeToLiveCommandInput, Output> = async (
  { directory, clock, timing },
  { TableName },
  context,
) => {
  const table = await directory.named(context, TableName ?? '');
  const status = statusOf(table, clock.nowMs());
  if (status === 'CREATING' || status === 'DELETING') {
    throw validationException(
      `Cannot describe time to live while table is in ${status} state: Current table state is ${status}`,
    );
  }
  return { TimeToLiveDescription: describe(table.timeToLive, clock.nowMs() - timing.tableStateDelayMs) };
};

/** @param settledMs what was changed before has taken effect */
function describe(timeToLive: TimeToLive | undefined, settledMs: number): TimeToLiveDescription {
  if (!timeToLive) return { TimeToLiveStatus: 'DISABLED' };
  const { attribute, enabled, changedAtMs } = timeToLive;
  const isSettled = changedAtMs <= settledMs;
  if (enabled) return { TimeToLiveStatus: isSettled ? 'ENABLED' : 'ENABLING', AttributeName: attribute };
  return isSettled ? { TimeToLiveStatus: 'DISABLED' } : { TimeToLiveStatus: 'DISABLING', AttributeName: attribute };
}
