import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RootDatabase } from 'lmdb';
import { HeadwaterError } from '../../core/errors.ts';
import { refuseDamaged } from './damaged-state.ts';

/**
 * Where the embedded ports keep what must survive: tables of key → value in one LMDB file, or nowhere with
 * `--ephemeral`. A write is acknowledged once it is committed, which outlives a SIGKILL of this process; with `fsync` it
 * outlives a loss of power too.
 */
export interface Store extends AsyncDisposable {
  /** False when nothing is kept: what a port does not hold in memory is gone. */
  readonly keeps: boolean;
  table<Value>(name: string): Table<Value>;
  /** The writes made inside `write` become one commit; resolves when it is there. */
  together(write: () => void): Promise<void>;
}

export interface Table<Value> {
  /** All that was stored when the process started, in key order. Call once, before writing. */
  load(): Iterable<readonly [key: string, value: Value]>;
  /** What is committed under the key. */
  get(key: string): Value | undefined;
  /** Committed keys from `from` up to and without `to`, in order or in reverse. */
  keys(from: string, to: string, options?: { readonly reverse?: boolean; readonly limit?: number }): Iterable<string>;
  /** Resolves when the write is committed. Writes of one process are committed in order. */
  put(key: string, value: Value): Promise<void>;
  remove(key: string): Promise<void>;
}

/** A store that keeps nothing: what the ports hold in memory is all there is. */
export function openMemoryStore(): Store {
  const written = Promise.resolve();
  const table: Table<never> = {
    load: () => [],
    get: () => undefined,
    keys: () => [],
    put: () => written,
    remove: () => written,
  };
  return {
    keeps: false,
    table: <Value>() => table as Table<Value>,
    together: (write) => {
      write();
      return written;
    },
    [Symbol.asyncDispose]: () => written,
  };
}

/** Room that LMDB reserves in the address space, not on the disk. */
const MAP_SIZE_BYTES = 64 * 2 ** 30;

/** The LMDB file of a data directory. */
export const stateFileIn = (dataDir: string): string => `${dataDir}/state.lmdb`;

/** Opens or creates the LMDB file in `dataDir`. */
export async function openLmdbStore(options: { readonly dataDir: string; readonly fsync: boolean }): Promise<Store> {
  const { open } = loadLmdb();
  mkdirSync(options.dataDir, { recursive: true });
  const path = stateFileIn(options.dataDir);
  refuseDamaged(path);
  const database = open({
    path,
    noSubdir: true,
    mapSize: MAP_SIZE_BYTES,
    noSync: !options.fsync,
    noMemInit: true,
    overlappingSync: false,
  });
  const commits = new TurnCommits(database, options.fsync);
  return {
    keeps: true,
    table: <Value>(name: string): Table<Value> => ({
      *load() {
        for (const { key, value } of database.getRange({ start: [name, ''], end: [name, '\uffff'] })) {
          yield [(key as [string, string])[1], value as Value];
        }
      },
      get: (key) => database.get([name, key]) as Value | undefined,
      *keys(from, to, { reverse = false, limit = Number.POSITIVE_INFINITY } = {}) {
        // LMDB takes in where it starts and leaves out where it ends, also backwards: so the bounds are checked here.
        const [start, end] = reverse ? [to, ''] : [from, to];
        let left = limit;
        for (const key of database.getKeys({ start: [name, start], end: [name, end], reverse })) {
          const [, own] = key as [string, string];
          if (own >= to) continue;
          if (own < from || left <= 0) return;
          left -= 1;
          yield own;
        }
      },
      put: (key, value) => commits.add({ key: [name, key], value }),
      remove: (key) => commits.add({ key: [name, key], value: undefined }),
    }),
    together(write) {
      write();
      return commits.current;
    },
    async [Symbol.asyncDispose]() {
      await commits.current;
      await database.flushed;
      await database.close();
    },
  };
}

interface Write {
  readonly key: [table: string, key: string];
  /** `undefined` removes. */
  readonly value: unknown;
}

const COMMITTED = Promise.resolve();

/**
 * What is written in one turn of the event loop, by whomever, becomes one commit at its end. Without fsync that is a copy
 * into the page cache, done here and now: LMDB's thread would take ten times as long to be woken and to answer.
 */
class TurnCommits {
  readonly #database: RootDatabase;
  readonly #fsync: boolean;
  #turn: { readonly writes: Write[]; readonly committed: Promise<void> } | undefined;

  constructor(database: RootDatabase, fsync: boolean) {
    this.#database = database;
    this.#fsync = fsync;
  }

  /** Resolves when what was written in this turn is committed. */
  get current(): Promise<void> {
    return this.#turn?.committed ?? COMMITTED;
  }

  add(write: Write): Promise<void> {
    this.#turn ??= this.#open();
    this.#turn.writes.push(write);
    return this.#turn.committed;
  }

  #open() {
    const writes: Write[] = [];
    const committed = new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        this.#turn = undefined;
        this.#commit(writes).then(resolve, reject);
      });
    });
    return { writes, committed };
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    const apply = () => {
      for (const { key, value } of writes) {
        if (value === undefined) void this.#database.remove(key);
        else void this.#database.put(key, value);
      }
    };
    if (this.#fsync) await this.#database.batch(apply);
    else this.#database.transactionSync(apply);
  }
}

/** The CommonJS build is one file and loads in about half the time of the ESM one; start-up waits for it. */
function loadLmdb(): typeof import('lmdb') {
  try {
    return createRequire(import.meta.url)('lmdb');
  } catch (cause) {
    throw new HeadwaterError(
      'PACKAGE_MISSING',
      'The package "lmdb" could not be loaded; install it again or use --ephemeral',
      { cause },
    );
  }
}
