import type { DeleteTableCommandInput, DeleteTableCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { refuseInTransition } from '../errors.ts';
import type { DynamodbService } from '../service.ts';
import { describeDeletion } from '../table/describe-table.ts';
import { validationException } from '../values/refusal.ts';

type Output = Omit<DeleteTableCommandOutput, '$metadata'>;

/** Deletes a table with its items. Its streams can be read on for a day. */
export const deleteTable: Operation<DynamodbService, DeleteTableCommandInput, Output> = async (
  service,
  { TableName },
  context,
) => {
  return await service.directory.change(async (turn) => {
    const table = await turn.named(context, TableName ?? '');
    const nowMs = service.clock.nowMs();
    refuseInTransition(table, nowMs);
    if (table.deletionProtection) {
      throw validationException(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    }
    const TableDescription = await describeDeletion(service, table);
    const untilMs = nowMs + service.timing.tableStateDelayMs;
    if (untilMs > nowMs) await turn.put({ ...table, transition: { status: 'DELETING', untilMs } });
    else await turn.remove(table);
    await service.tables.drop(table.arn);
    await service.capture.tableDeleted(table);
    return { TableDescription };
  });
};
