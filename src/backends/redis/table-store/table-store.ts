import type { Arn } from '../../../core/arn.ts';
import type { Clock } from '../../../core/clock.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type { IndexedItem, RangeQuery, TableStore } from '../../../core/ports/table-store.ts';
import type { RedisLink } from '../link.ts';
import type { Script } from '../script.ts';
import { openChangeLog } from './change-log.ts';
import { commitArguments } from './commit.ts';
import { placeOf, rangeOf } from './index-place.ts';
import { bytesOfRow, itemOfRow } from './row.ts';
import { COMMIT } from './scripts/commit.ts';
import { CREATE_TABLE, DROP_TABLE, RANGE_ITEMS, READ_ITEMS, SIZE } from './scripts/items.ts';

/** What one script reads of an index: it must not hold up others. */
const PLACES_A_SCRIPT = 1_000;
const BYTES_A_SCRIPT = 2 ** 20;

/**
 * Items of tables in Redis, for all processes of a namespace. `tables` holds the id of each table; beneath that are a hash
 * of rows by primary key, a sorted set for each index, whose members alone give the order, and the facts: bytes of each
 * index, and which definition was written by. `changes` holds the id of each stream's log; beneath that are where its
 * partitions begin and end, and a Redis stream for each.
 */
export async function openTableStore({
  link,
  clock,
}: {
  readonly link: RedisLink;
  readonly clock: Clock;
}): Promise<TableStore> {
  const log = await openChangeLog(link);
  const tables = `${link.prefix}tables`;
  const ask = async <T>(script: Script, table: Arn, args: readonly (string | number | Buffer)[] = []) => {
    const answer = await link.run<T | null>(script, [tables], [table, ...args]);
    if (answer === null) throw new HeadwaterError('TABLE_MISSING', `There is no table ${table}`);
    return answer;
  };
  const rangePart = async (table: Arn, index: string, query: RangeQuery) => {
    const { min, max } = rangeOf(query);
    const bounds = query.reverse ? [1, max, min] : [0, min, max];
    const places = Math.min(query.limit, PLACES_A_SCRIPT);
    const found = await ask<readonly [number, ...Buffer[]]>(RANGE_ITEMS, table, [
      ...[index, ...bounds],
      ...[places, BYTES_A_SCRIPT],
    ]);
    const [more, ...rest] = found;
    return { more: more === 1, items: itemsOf(rest) };
  };

  return {
    driver: 'redis',
    changes: log.changes,
    create: (table) => link.run(CREATE_TABLE, [tables], [table]),
    drop: (table) => link.run(DROP_TABLE, [tables], [table]),
    async read(table, keys) {
      const args = keys.map((key) => Buffer.from(key, 'latin1'));
      const rows = await ask<readonly (Buffer | null)[]>(READ_ITEMS, table, args);
      return rows.map((row) => (row ? itemOfRow(row) : undefined));
    },
    async range(table, index, query) {
      const items: IndexedItem[] = [];
      let left = query.maxBytes ?? Number.POSITIVE_INFINITY;
      for (let more = true; more && items.length < query.limit; ) {
        const rest = { ...query, after: items.at(-1) ?? query.after, limit: query.limit - items.length };
        const part = await rangePart(table, index, rest);
        for (const { item, bytes } of part.items) {
          items.push(item);
          left -= bytes;
          if (left <= 0) return items;
        }
        more = part.more;
      }
      return items;
    },
    async size(table, index) {
      const [items, bytes] = await ask<readonly [number, number]>(SIZE, table, [index]);
      return { items, bytes };
    },
    async commit(writes) {
      const args = commitArguments(clock.nowMs(), writes);
      const [outcome, ...news] = await link.run<readonly [string, ...string[]]>(COMMIT, [tables, log.key], args);
      switch (outcome) {
        case 'committed':
          for (const each of news) log.learn(each);
          return outcome;
        case 'conflict':
          return outcome;
        default:
          throw new HeadwaterError(outcome, `There is no ${outcome === 'TABLE_MISSING' ? 'table' : 'log'} ${news[0]}`);
      }
    },
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}

/** Members of an index, each followed by its row. */
function itemsOf(found: readonly Buffer[]) {
  const items: { readonly item: IndexedItem; readonly bytes: number }[] = [];
  for (let place = 0; place + 1 < found.length; place += 2) {
    const [member, row] = [found[place] as Buffer, found[place + 1] as Buffer];
    items.push({ item: { ...placeOf(member), ...itemOfRow(row) }, bytes: bytesOfRow(row) });
  }
  return items;
}
