import type { Arn } from '../../../core/arn.ts';
import type { Clock } from '../../../core/clock.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type { LogReader, LogRecord } from '../../../core/ports/event-log.ts';
import type { Store, Table } from '../store.ts';
import { LogPartition, type StoredEntries, type StoredEntry } from './log-partition.ts';

/** Logs of one kind of entry in the embedded store; see `EventLog` for what each operation promises. */
export interface Log<Entry> extends LogReader<Entry> {
  create(log: Arn, partitions: number): Promise<void>;
  grow(log: Arn, partitions: number): Promise<void>;
  drop(log: Arn): Promise<void>;
  /** How many there are; none when there is no such log. */
  partitions(log: Arn): number;
  /** The entries have their place when this returns; `stored` resolves when they are committed and can be read. */
  append(
    log: Arn,
    partition: number,
    entries: readonly Entry[],
  ): { readonly records: readonly LogRecord<Entry>[]; readonly stored: Promise<void> };
  trimBefore(log: Arn, partition: number, offset: number): Promise<void>;
  /** When the newest entry arrived; nothing of a partition that is not there. */
  newestAtMs(log: Arn, partition: number): number | undefined;
}

/** How entries are stored, where the store's own form of them is not the best. */
export interface EntryForm<Entry> {
  write(entry: Entry): unknown;
  /** What was written, as the store gives it back. */
  read(stored: unknown): Entry;
}

/** What is known of a log beside its entries. */
interface LogFacts {
  /** Begins the keys of its entries. */
  readonly id: number;
  /** By partition: the oldest entry that was left, and the next, when this was written. */
  readonly partitions: readonly { readonly first: number; readonly next: number }[];
}

interface OpenLog<Entry> {
  readonly id: number;
  readonly partitions: LogPartition<Entry>[];
}

/** What all logs of one kind hold in memory where the store keeps the rest. */
const HELD_BYTES = 32 * 2 ** 20;
const REMOVALS_A_COMMIT = 5_000;
const EMPTY = { first: 0, next: 0 };
const NOTHING: Disposable = { [Symbol.dispose]: () => {} };

/**
 * @param options.name of the tables beneath
 * @param options.sizeOf bytes of an entry, for the limits of reads
 * @param options.form of entries in the store
 */
export function openLog<Entry>(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly name: string;
  readonly sizeOf: (entry: Entry) => number;
  readonly form?: EntryForm<Entry>;
}): Log<Entry> {
  const { store, clock, name, sizeOf } = options;
  const facts: Table<LogFacts> = store.table(`${name}-logs`);
  const entries = entriesIn(store, `${name}-entries`, options.form);
  const logs = new Map<string, OpenLog<Entry>>();
  let nextId = 0;
  let heldBytes = 0;

  const openPartition = (id: number, partition: number, { first, next }: LogFacts['partitions'][number]) => {
    const [last] = entries.keys(keyOf(id, partition, 0), keyOf(id, partition + 1, 0), { reverse: true, limit: 1 });
    const end = last === undefined ? next : Math.max(next, offsetOf(last) + 1);
    const key = (offset: number) => keyOf(id, partition, offset);
    return new LogPartition<Entry>({ table: entries, sizeOf, keyOf: key }, first, end);
  };
  const write = (log: Arn, { id, partitions }: OpenLog<Entry>) =>
    facts.put(log, { id, partitions: partitions.map(({ storedBounds }) => storedBounds) });
  const find = (log: Arn, partition: number): LogPartition<Entry> => {
    const found = logs.get(log)?.partitions[partition];
    if (found) return found;
    throw new HeadwaterError('LOG_MISSING', `There is no partition ${partition} of ${log}`);
  };
  const removeAll = async (id: number) => {
    for (;;) {
      const keys = [...entries.keys(keyOf(id, 0, 0), keyOf(id + 1, 0, 0), { limit: REMOVALS_A_COMMIT })];
      if (keys.length === 0) return;
      await Promise.all(keys.map((key) => entries.remove(key)));
    }
  };

  for (const [log, { id, partitions }] of facts.load()) {
    logs.set(log, { id, partitions: partitions.map((bounds, index) => openPartition(id, index, bounds)) });
    nextId = Math.max(nextId, id + 1);
  }

  const grow = async (log: Arn, count: number) => {
    const open = logs.get(log);
    if (!open) throw new HeadwaterError('LOG_MISSING', `There is no log ${log}`);
    while (open.partitions.length < count) open.partitions.push(openPartition(open.id, open.partitions.length, EMPTY));
    await write(log, open);
  };

  const known = (log: Arn, partition: number) => logs.get(log)?.partitions[partition]?.bounds ?? EMPTY;

  return {
    async create(log, partitions) {
      if (!logs.has(log)) {
        // Entries under that id may be left of a log whose removal was cut short.
        const id = nextId++;
        const cleared = removeAll(id);
        logs.set(log, { id, partitions: [] });
        await cleared;
      }
      await grow(log, partitions);
    },
    grow,
    partitions: (log) => logs.get(log)?.partitions.length ?? 0,
    async drop(log) {
      const open = logs.get(log);
      if (!open) return;
      logs.delete(log);
      for (const partition of open.partitions) {
        heldBytes -= partition.heldBytes;
        partition.forget();
      }
      await facts.remove(log);
      await removeAll(open.id);
    },
    append(log, index, added) {
      const partition = find(log, index);
      const nowMs = clock.nowMs();
      const before = partition.heldBytes;
      const appended = added.map((entry) => partition.append(entry, nowMs));
      const last = appended.at(-1);
      heldBytes += partition.heldBytes - before;
      const stored = last === undefined ? Promise.resolve() : last.stored;
      return {
        records: appended.map(({ record }) => record),
        stored: stored.then(() => {
          if (last) partition.committed(last.record.offset + 1);
          if (!store.keeps || heldBytes <= HELD_BYTES) return;
          heldBytes -= partition.heldBytes;
          partition.evict();
          heldBytes += partition.heldBytes;
        }),
      };
    },
    read: async (log, partition, fromOffset, limits) =>
      logs.get(log)?.partitions[partition]?.read(fromOffset, limits) ?? [],
    offsetAt: async (log, partition, timestampMs) => logs.get(log)?.partitions[partition]?.offsetAt(timestampMs) ?? 0,
    bounds: async (log, partition) => known(log, partition),
    known,
    newestAtMs: (log, partition) => logs.get(log)?.partitions[partition]?.newestAtMs,
    onAppend: (log, partition, wake) => logs.get(log)?.partitions[partition]?.onAppend(wake) ?? NOTHING,
    async trimBefore(log, index, offset) {
      const open = logs.get(log);
      const partition = open?.partitions[index];
      if (!open || !partition || offset <= partition.bounds.first) return;
      const before = partition.heldBytes;
      partition.trimBefore(offset);
      heldBytes += partition.heldBytes - before;
      // What is left of the table is written in the same commit; a log that was dropped meanwhile must not come back.
      while (logs.get(log) === open) {
        const removed = partition.removeTrimmed(REMOVALS_A_COMMIT);
        if (!removed) return;
        await Promise.all([removed, write(log, open)]);
      }
    },
  };
}

function entriesIn<Entry>(store: Store, name: string, form: EntryForm<Entry> | undefined): StoredEntries<Entry> {
  if (!form || !store.keeps) return store.table<StoredEntry<Entry>>(name);
  const table = store.table<StoredEntry<unknown>>(name);
  return {
    keys: table.keys,
    remove: table.remove,
    put: (key, { arrivedAtMs, entry }) => table.put(key, { arrivedAtMs, entry: form.write(entry) }),
    get(key) {
      const found = table.get(key);
      return found && { arrivedAtMs: found.arrivedAtMs, entry: form.read(found.entry) };
    },
  };
}

const keyOf = (id: number, partition: number, offset: number) =>
  `${String(id).padStart(8, '0')}.${String(partition).padStart(6, '0')}.${String(offset).padStart(16, '0')}`;

const offsetOf = (key: string) => Number(key.slice(key.lastIndexOf('.') + 1));
