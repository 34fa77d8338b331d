import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbStore, type Store } from '../../../src/backends/embedded/store.ts';
import { type Disk, embeddedDisk, type MortalStore } from './disk.ts';

const NEVER = new Promise<never>(() => {});

/** The real store in a folder of its own. A life that dies stops writing; what it handed over before is committed. */
export function lmdbDisk(): Disk {
  const dataDir = mkdtempSync(join(tmpdir(), 'headwater-simulation-'));
  let last: Store | undefined;
  const open = async () => {
    await last?.[Symbol.asyncDispose]();
    const store = await openLmdbStore({ dataDir, fsync: false });
    last = store;
    return mortal(store, async () => {
      last = undefined;
      await store[Symbol.asyncDispose]();
    });
  };
  return embeddedDisk(open, () => rmSync(dataDir, { recursive: true, force: true }));
}

function mortal(store: Store, close: () => Promise<void>): MortalStore {
  let dead = false;
  const whileAlive = (write: () => Promise<void>) => (dead ? NEVER : write().then(() => (dead ? NEVER : undefined)));
  return {
    keeps: true,
    table: (name) => {
      const table = store.table<never>(name);
      return {
        load: () => table.load(),
        get: (key) => (dead ? undefined : table.get(key)),
        keys: (from, to, options) => (dead ? [] : table.keys(from, to, options)),
        put: (key, value) => whileAlive(() => table.put(key, value as never)),
        remove: (key) => whileAlive(() => table.remove(key)),
      };
    },
    together: (write) => whileAlive(() => store.together(write)),
    die: () => {
      dead = true;
    },
    async [Symbol.asyncDispose]() {
      if (!dead) await close();
      dead = true;
    },
  };
}
