import type { LogBounds, LogRecord, ReadLimits } from '../../../core/ports/event-log.ts';
import type { Table } from '../store.ts';

/** An entry as it is stored. */
export interface StoredEntry<Entry> {
  readonly arrivedAtMs: number;
  readonly entry: Entry;
}

/** Where they are stored. */
export type StoredEntries<Entry> = Omit<Table<StoredEntry<Entry>>, 'load'>;

/** What a partition needs of its log. */
export interface PartitionParts<Entry> {
  readonly table: StoredEntries<Entry>;
  readonly sizeOf: (entry: Entry) => number;
  readonly keyOf: (offset: number) => string;
}

/** What an entry takes in memory beside its content. */
const ENTRY_OVERHEAD_BYTES = 250;

/**
 * One partition: its end in memory, which is what readers at the tip want, and all of it in the table. An entry can be
 * read once it is committed.
 */
export class LogPartition<Entry> {
  readonly #parts: PartitionParts<Entry>;
  readonly #waking = new Set<() => void>();
  readonly #tail: LogRecord<Entry>[] = [];
  /** Where in `#tail` what is still held begins. */
  #head = 0;
  #first: number;
  /** Entries before it are gone from the table; those between it and `#first` are about to go. */
  #storedFirst: number;
  /** The offset that the next entry gets. */
  #next: number;
  /** Entries before it are committed. */
  #readable: number;
  #lastArrivedAtMs: number;
  /** Of the entries held in memory, roughly. */
  heldBytes = 0;

  constructor(parts: PartitionParts<Entry>, first: number, next: number) {
    this.#parts = parts;
    this.#first = first;
    this.#storedFirst = first;
    this.#next = next;
    this.#readable = next;
    this.#lastArrivedAtMs = this.#stored(next - 1)?.arrivedAtMs ?? 0;
  }

  get bounds(): LogBounds {
    return { first: this.#first, next: this.#readable };
  }

  /** When the newest entry arrived that was not trimmed when this process started. */
  get newestAtMs(): number {
    return this.#lastArrivedAtMs;
  }

  /** What the table holds, for the next process. */
  get storedBounds(): LogBounds {
    return { first: this.#storedFirst, next: this.#readable };
  }

  /** Puts the entry at the end, arriving no earlier than the one before; `stored` resolves when it is committed. */
  append(entry: Entry, nowMs: number): { readonly record: LogRecord<Entry>; readonly stored: Promise<void> } {
    const arrivedAtMs = Math.max(nowMs, this.#lastArrivedAtMs);
    const record = { offset: this.#next, arrivedAtMs, entry };
    this.#lastArrivedAtMs = arrivedAtMs;
    this.#next += 1;
    this.#tail.push(record);
    this.heldBytes += this.#heldSizeOf(entry);
    return { record, stored: this.#parts.table.put(this.#parts.keyOf(record.offset), { arrivedAtMs, entry }) };
  }

  /** Entries up to and without `offset` are committed: wakes who waits for them. */
  committed(offset: number): void {
    if (offset <= this.#readable) return;
    this.#readable = offset;
    for (const wake of [...this.#waking]) wake();
  }

  onAppend(wake: () => void): Disposable {
    this.#waking.add(wake);
    return { [Symbol.dispose]: () => this.#waking.delete(wake) };
  }

  read(fromOffset: number, { maxRecords, maxBytes }: ReadLimits): readonly LogRecord<Entry>[] {
    const found: LogRecord<Entry>[] = [];
    let bytes = 0;
    const begin = Math.max(fromOffset, this.#first);
    for (let offset = begin; offset < this.#readable && found.length < maxRecords; offset += 1) {
      const record = this.#record(offset);
      // An entry whose commit failed has a place, but is not there.
      if (record === undefined) continue;
      bytes += this.#parts.sizeOf(record.entry);
      if (found.length > 0 && bytes > maxBytes) break;
      found.push(record);
    }
    return found;
  }

  offsetAt(timestampMs: number): number {
    let low = this.#first;
    let high = this.#readable;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#record(middle)?.arrivedAtMs ?? 0) < timestampMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets what lies before; the table is rid of it by {@link removeTrimmed}. */
  trimBefore(offset: number): void {
    this.#first = Math.max(this.#first, Math.min(offset, this.#readable));
    while ((this.#tail[this.#head]?.offset ?? this.#first) < this.#first) this.#dropHeld();
    this.#compact();
  }

  /** Removes up to `max` entries that were trimmed from the table; `undefined` when there are none. */
  removeTrimmed(max: number): Promise<unknown> | undefined {
    const { table, keyOf } = this.#parts;
    const end = Math.min(this.#first, this.#storedFirst + max);
    if (this.#storedFirst === end) return undefined;
    const gone: Promise<void>[] = [];
    for (; this.#storedFirst < end; this.#storedFirst += 1) gone.push(table.remove(keyOf(this.#storedFirst)));
    return Promise.all(gone);
  }

  /** Holds nothing any more. */
  forget(): void {
    this.#tail.length = 0;
    this.#head = 0;
    this.heldBytes = 0;
  }

  /** Leaves the older half of what is held in memory to the table. */
  evict(): void {
    const keep = Math.floor((this.#tail.length - this.#head) / 2);
    while (this.#tail.length - this.#head > keep && (this.#tail[this.#head]?.offset ?? this.#readable) < this.#readable)
      this.#dropHeld();
    this.#compact();
  }

  #dropHeld(): void {
    const record = this.#tail[this.#head];
    if (record) this.heldBytes -= this.#heldSizeOf(record.entry);
    this.#head += 1;
  }

  #heldSizeOf(entry: Entry): number {
    return this.#parts.sizeOf(entry) + ENTRY_OVERHEAD_BYTES;
  }

  #compact(): void {
    this.#tail.splice(0, this.#head);
    this.#head = 0;
  }

  #record(offset: number): LogRecord<Entry> | undefined {
    const heldFrom = this.#tail[this.#head]?.offset ?? this.#next;
    if (offset >= heldFrom) return this.#tail[this.#head + offset - heldFrom];
    const stored = this.#stored(offset);
    return stored && { offset, ...stored };
  }

  #stored(offset: number): StoredEntry<Entry> | undefined {
    return offset < this.#first ? undefined : this.#parts.table.get(this.#parts.keyOf(offset));
  }
}
