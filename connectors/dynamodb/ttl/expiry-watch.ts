import type { Arn } from '../../../src/core/arn.ts';
import type { TableStore } from '../../../src/core/ports/table-store.ts';
import { EXPIRY } from '../items/expiry-entry.ts';

/** A table store whose commits tell of items that expire some day. */
export interface ExpiryWatch {
  readonly tables: TableStore;
  /** Calls `placed` after an item came to stand at that place of its table's expiry index. */
  onPlaced(placed: (table: Arn, sort: string) => void): void;
}

/** Watches what is written through the store that it hands out. */
export function watchExpiry(tables: TableStore): ExpiryWatch {
  let tell: (table: Arn, sort: string) => void = () => {};
  return {
    tables: {
      driver: tables.driver,
      changes: tables.changes,
      create: (table) => tables.create(table),
      drop: (table) => tables.drop(table),
      read: (table, keys) => tables.read(table, keys),
      range: (table, index, query) => tables.range(table, index, query),
      size: (table, index) => tables.size(table, index),
      async commit(writes) {
        const outcome = await tables.commit(writes);
        if (outcome === 'conflict') return outcome;
        for (const { table, change } of writes) {
          const entry = change?.entries.find(({ index }) => index === EXPIRY);
          if (entry) tell(table, entry.sort);
        }
        return outcome;
      },
      [Symbol.asyncDispose]: () => tables[Symbol.asyncDispose](),
    },
    onPlaced(placed) {
      tell = placed;
    },
  };
}
