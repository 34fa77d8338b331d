import { openLeases } from '../../../src/backends/embedded/leases.ts';
import { openEventLog } from '../../../src/backends/embedded/log/event-log.ts';
import { openLogStore } from '../../../src/backends/embedded/log-store/log-store.ts';
import { openPermits } from '../../../src/backends/embedded/permits.ts';
import { openRegistry } from '../../../src/backends/embedded/registry.ts';
import type { Store, Table } from '../../../src/backends/embedded/store.ts';
import { openTableStore } from '../../../src/backends/embedded/table-store/table-store.ts';
import { openTaskQueue } from '../../../src/backends/embedded/task-queue.ts';
import type { Ports } from '../../../src/composition/ports.ts';
import type { Activity } from '../../../src/core/activity.ts';
import type { Clock } from '../../../src/core/clock.ts';

/** The ports of one life. They can be cut off as a SIGKILL would: then nobody is answered any more. */
export interface MortalPorts
  extends Pick<Ports, 'registry' | 'leases' | 'permits' | 'log' | 'tables' | 'tasks' | 'logs'>,
    AsyncDisposable {
  die(): void;
}

/** Where lives of a simulation keep what must survive them. */
export interface Disk {
  /** Opens it for one life; the one before must have ended. */
  open(time: { readonly clock: Clock; readonly activity: Activity }): Promise<MortalPorts>;
  remove(): Promise<void>;
}

/** A store that can be cut off as a SIGKILL would: what was not committed by then is gone, and nobody is answered any more. */
export interface MortalStore extends Store {
  die(): void;
}

/** The embedded ports, on a store that is opened for each life. */
export const embeddedDisk = (openStore: () => Promise<MortalStore>, remove: () => void): Disk => ({
  async open({ clock, activity }) {
    const store = await openStore();
    return {
      registry: openRegistry(store),
      leases: openLeases(),
      permits: openPermits(),
      log: openEventLog({ store, clock }),
      tables: openTableStore({ store, clock }),
      tasks: openTaskQueue({ store, clock, activity }),
      logs: openLogStore({ store }),
      die: () => store.die(),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    };
  },
  remove: async () => remove(),
});

type Rows = Map<string, unknown>;

/**
 * A disk in memory, with the commits of the LMDB store: what is written in one turn of the event loop is one commit at its
 * end. Values are copied on the way in and out, so that nobody shares an object with an earlier life.
 */
export function memoryDisk(): Disk {
  const tables = new Map<string, Rows>();
  return embeddedDisk(
    async () => new MemoryStore(tables),
    () => tables.clear(),
  );
}

interface Write {
  readonly rows: Rows;
  readonly key: string;
  /** `undefined` removes. */
  readonly value: unknown;
}

const NEVER = new Promise<never>(() => {});

class MemoryStore implements MortalStore {
  readonly keeps = true;
  readonly #tables: Map<string, Rows>;
  #turn: { readonly writes: Write[]; readonly committed: Promise<void> } | undefined;
  #dead = false;

  constructor(tables: Map<string, Rows>) {
    this.#tables = tables;
  }

  table<Value>(name: string): Table<Value> {
    const rows = this.#tables.get(name) ?? new Map<string, unknown>();
    this.#tables.set(name, rows);
    const copy = (value: unknown) => structuredClone(value) as Value;
    return {
      load: () => sortedKeys(rows).map((key) => [key, copy(rows.get(key))] as const),
      get: (key) => copy(rows.get(key)),
      keys: (from, to, { reverse = false, limit = Number.POSITIVE_INFINITY } = {}) => {
        const found = sortedKeys(rows).filter((key) => key >= from && key < to);
        return (reverse ? found.reverse() : found).slice(0, limit);
      },
      put: (key, value) => this.#write({ rows, key, value }),
      remove: (key) => this.#write({ rows, key, value: undefined }),
    };
  }

  together(write: () => void): Promise<void> {
    write();
    return this.#dead ? NEVER : (this.#turn?.committed ?? Promise.resolve());
  }

  die(): void {
    this.#dead = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn?.committed;
    this.die();
  }

  #write(write: Write): Promise<void> {
    if (this.#dead) return NEVER;
    this.#turn ??= this.#openTurn();
    this.#turn.writes.push(write);
    return this.#turn.committed;
  }

  #openTurn() {
    const writes: Write[] = [];
    const committed = new Promise<void>((resolve) => {
      setImmediate(() => {
        this.#turn = undefined;
        if (this.#dead) return;
        for (const { rows, key, value } of writes) {
          if (value === undefined) rows.delete(key);
          else rows.set(key, structuredClone(value));
        }
        resolve();
      });
    });
    return { writes, committed };
  }
}

const sortedKeys = (rows: Rows): string[] => [...rows.keys()].sort((a, b) => (a < b ? -1 : 1));
