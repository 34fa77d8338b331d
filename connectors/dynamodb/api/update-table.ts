import type { UpdateTableCommandInput, UpdateTableCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { refuseInTransition } from '../errors.ts';
import type { DynamodbService } from '../service.ts';
import { backfill } from '../table/backfill.ts';
import { removedIndex } from '../table/change-indexes.ts';
import { changeTable } from '../table/change-table.ts';
import { describeChange } from '../table/describe-table.ts';
import type { SecondaryIndex, Table } from '../table/table.ts';
import { refuseUnsupported } from '../unsupported.ts';

type Output = Omit<UpdateTableCommandOutput, '$metadata'>;

const UNSUPPORTED = [
  'ReplicaUpdates',
  'MultiRegionConsistency',
  'GlobalTableWitnessUpdates',
  'GlobalTableSettingsReplicationMode',
  'DisassociationProtectionEnabled',
  'VectorIndexUpdates',
];

/** Changes a table: its capacity, its stream, its global indexes. The answer shows it on its way. */
export const updateTable: Operation<DynamodbService, UpdateTableCommandInput, Output> = async (
  service,
  input,
  context,
) => {
  refuseUnsupported(input, UNSUPPORTED);
  return await service.directory.change(async (turn) => {
    const table = await turn.named(context, input.TableName ?? '');
    refuseInTransition(table, service.clock.nowMs());
    const changed = changeTable(service, table, input);
    const streaming = await turn.put(await service.capture.specify(turn, changed, input.StreamSpecification));
    const removed = removedIndex(table, input);
    const isReindexed = removed || changed.globalIndexes.some(({ backfilling }) => backfilling);
    const done = isReindexed ? await backfill(service, turn, streaming) : streaming;
    const TableDescription = await describeChange(service, shown(table, done, removed), 'UPDATING');
    const { SSEDescription } = TableDescription;
    const encryption = input.SSESpecification && SSEDescription && { ...SSEDescription, Status: 'UPDATING' as const };
    return { TableDescription: { ...TableDescription, ...(encryption && { SSEDescription: encryption }) } };
  });
};

/** The answer shows an index on its way, and what goes for the last time: an index, the key of an encryption. */
function shown(before: Table, after: Table, removed: SecondaryIndex | undefined): Table {
  const onTheWay = (index: SecondaryIndex, status: 'CREATING' | 'DELETING'): SecondaryIndex => ({
    ...index,
    transition: { status, untilMs: Number.POSITIVE_INFINITY },
  });
  const known = new Set(before.globalIndexes.map(({ name }) => name));
  const globalIndexes = after.globalIndexes.map((index) =>
    known.has(index.name) ? index : onTheWay(index, 'CREATING'),
  );
  return {
    ...after,
    globalIndexes: removed ? [...globalIndexes, onTheWay(removed, 'DELETING')] : globalIndexes,
    encryption: after.encryption ?? before.encryption,
  };
}
