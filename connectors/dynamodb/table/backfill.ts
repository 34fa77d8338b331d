import type { DynamodbService } from '../service.ts';
import { reindex } from './reindex.ts';
import type { SecondaryIndex, Table } from './table.ts';
import type { DefinitionTurn } from './table-directory.ts';

type Parts = Pick<DynamodbService, 'directory' | 'tables' | 'locks'>;

/** Fills a table's new index with the items that were there before it. */
export async function backfill(service: Parts, turn: DefinitionTurn, table: Table): Promise<Table> {
  await reindex(service, table);
  return await turn.put({ ...table, globalIndexes: table.globalIndexes.map(({ backfilling, ...index }) => index) });
}

/** Goes on where a process ended while an index was being filled. */
export async function resumeBackfills(service: Parts): Promise<void> {
  for (const { account, region, name, globalIndexes } of await service.directory.list()) {
    if (!globalIndexes.some(isBackfilling)) continue;
    // While another process fills it, it is not our turn.
    await service.directory.change(async (turn) => {
      const table = await turn.find({ account, region }, name);
      if (table?.globalIndexes.some(isBackfilling)) await backfill(service, turn, table);
    });
  }
}

const isBackfilling = ({ backfilling }: SecondaryIndex) => backfilling === true;
