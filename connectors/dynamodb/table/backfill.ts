import type { DynamodbService } from '../service.ts';
import { reindex } from './reindex.ts';
import type { Table } from './table.ts';

type Parts = Pick<DynamodbService, 'directory' | 'tables' | 'locks'>;

/** Fills a table's new index with the items that were there before it. The caller holds its turn in the directory. */
export async function backfill(service: Parts, table: Table): Promise<Table> {
  await reindex(service, table);
  const filled = { ...table, globalIndexes: table.globalIndexes.map(({ backfilling, ...index }) => index) };
  await service.directory.put(filled);
  return filled;
}

/** Goes on where the process ended while an index was being filled. */
export async function resumeBackfills(service: Parts): Promise<void> {
  await service.directory.change(async () => {
    for (const table of await service.directory.list()) {
      if (table.globalIndexes.some(({ backfilling }) => backfilling)) await backfill(service, table);
    }
  });
}
