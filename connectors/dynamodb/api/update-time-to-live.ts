import type { UpdateTimeToLiveCommandInput, UpdateTimeToLiveCommandOutput } from '@aws-sdk/client-dynamodb';
import { HOUR } from '../../../src/core/clock.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { refuseInTransition } from '../errors.ts';
import type { DynamodbService } from '../service.ts';
import type { Table, TimeToLive } from '../table/table.ts';
import { validationException } from '../values/refusal.ts';

type Output = Omit<UpdateTimeToLiveCommandOutput, '$metadata'>;
type Wanted = Pick<TimeToLive, 'attribute' | 'enabled'>;

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html: up to an hour, no other call until then. */
const PAUSE_MS = HOUR;

/** Lets items of a table expire, or no more. */
export const updateTimeToLive: Operation<DynamodbService, UpdateTimeToLiveCommandInput, Output> = async (
  service,
  { TableName, TimeToLiveSpecification },
  context,
) => {
  const { AttributeName: attribute = '', Enabled: enabled = false } = TimeToLiveSpecification ?? {};
  const nowMs = service.clock.nowMs();
  const changed = await service.directory.change(async (turn) => {
    const table = await turn.named(context, TableName ?? '');
    refuseInTransition(table, nowMs);
    checkChange(table, { attribute, enabled }, nowMs);
    const timeToLive: TimeToLive = { attribute, enabled, changedAtMs: nowMs, ...(enabled && { pending: true }) };
    return await turn.put({ ...table, timeToLive });
  });
  if (enabled) service.sweeper.start(changed);
  return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
};

/** The texts are AWS's. */
function checkChange({ timeToLive: current }: Table, wanted: Wanted, nowMs: number): void {
  if (current?.enabled && current.attribute !== wanted.attribute) {
    throw validationException(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${current.attribute}`,
    );
  }
  if (wanted.enabled === (current?.enabled ?? false)) {
    throw validationException(`TimeToLive is already ${wanted.enabled ? 'enabled' : 'disabled'}`);
  }
  if (current && nowMs < current.changedAtMs + PAUSE_MS) {
    throw validationException('Time to live has been modified multiple times within a fixed interval');
  }
}
