import type { IndexedItem, TableWrite } from '../../../src/core/ports/table-store.ts';
import { entriesOf, PRIMARY } from '../items/index-entries.ts';
import { keyOfItem } from '../items/item-key.ts';
import { lockName } from '../items/item-locks.ts';
import type { DynamodbService } from '../service.ts';
import { sizeOfItem } from '../values/size.ts';
import { followDefinition } from './follow-definition.ts';
import type { Table } from './table.ts';

const PAGE = 250;

/**
 * Puts all items of a table into the indexes that it has by now, and out of those that it has no more. The table was put
 * into the directory before: whoever writes from then on sees to it himself. The caller holds its turn there.
 */
export async function reindex(
  { tables, locks }: Pick<DynamodbService, 'tables' | 'locks'>,
  table: Table,
): Promise<void> {
  await followDefinition(tables, table);
  let after: IndexedItem | undefined;
  do {
    const page = await tables.range(table.arn, PRIMARY, { after, limit: PAGE });
    const keys = page.map(({ key }) => key);
    await locks.during(
      keys.map((key) => lockName(table.arn, key)),
      async () => {
        while ((await tables.commit(await moves(tables, table, keys))) === 'conflict') {
          await followDefinition(tables, table);
        }
      },
    );
    after = page.at(-1);
  } while (after);
}

/** Writes each item as it is to the places that it should have. */
async function moves(
  tables: DynamodbService['tables'],
  table: Table,
  keys: readonly string[],
): Promise<readonly TableWrite[]> {
  const found = await tables.read(table.arn, keys);
  return found.flatMap((stored, position): readonly TableWrite[] => {
    if (!stored) return [];
    const { item, version } = stored;
    const entries = entriesOf(table, keyOfItem(table, item), item);
    const change = { item, bytes: sizeOfItem(item), entries };
    return [{ table: table.arn, key: keys[position] ?? '', expected: version, edition: table.edition, change }];
  });
}
