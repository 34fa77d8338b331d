import type { UpdateContinuousBackupsCommandInput, UpdateContinuousBackupsOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { refuseInTransition } from '../errors.ts';
import type { DynamodbService } from '../service.ts';
import { DEFAULT_RECOVERY_DAYS, describeBackups, tableWithBackups } from '../table/recovery.ts';
import { validationException } from '../values/refusal.ts';

/** Keeps whether point in time recovery is wanted. Nothing is backed up here. */
export const updateContinuousBackups: Operation<
  DynamodbService,
  UpdateContinuousBackupsCommandInput,
  UpdateContinuousBackupsOutput
> = async (service, { TableName, PointInTimeRecoverySpecification: specification }, context) => {
  const { directory, clock } = service;
  const enabled = specification?.PointInTimeRecoveryEnabled ?? false;
  if (!enabled && specification?.RecoveryPeriodInDays !== undefined) {
    throw validationException(
      'Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.',
    );
  }
  return await directory.change(async (turn) => {
    const table = await tableWithBackups(turn, context, TableName);
    refuseInTransition(table, clock.nowMs());
    const sinceMs = table.recovery?.enabled ? table.recovery.sinceMs : clock.nowMs();
    const days = specification?.RecoveryPeriodInDays ?? table.recovery?.days ?? DEFAULT_RECOVERY_DAYS;
    const recovery = { enabled, days, sinceMs };
    await turn.put({ ...table, recovery });
    return { ContinuousBackupsDescription: describeBackups(recovery, clock.nowMs()) };
  });
};
