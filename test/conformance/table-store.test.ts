// The embedded table store, on memory and on LMDB.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openLmdbStore, openMemoryStore, type Store } from '../../src/backends/embedded/store.ts';
import { openTableStore } from '../../src/backends/embedded/table-store/table-store.ts';
import { describeTableChanges } from './table-changes.ts';
import { describeTableStore, type TableStoreDriver } from './table-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-tables-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let opened = 0;

function embedded(durable: boolean, openStore: () => Promise<Store>): TableStoreDriver {
  return {
    durable,
    async open(clock) {
      const store = await openStore();
      const tables = openTableStore({ store, clock });
      return {
        ...tables,
        async [Symbol.asyncDispose]() {
          await tables[Symbol.asyncDispose]();
          await store[Symbol.asyncDispose]();
        },
      };
    },
  };
}

const memory = () => embedded(false, async () => openMemoryStore());
const lmdb = () => {
  const dataDir = join(folder, String(opened++));
  return embedded(true, () => openLmdbStore({ dataDir, fsync: false }));
};
describeTableStore('memory', memory);
describeTableStore('lmdb', lmdb);
describeTableChanges('memory', memory);
describeTableChanges('lmdb', lmdb);
