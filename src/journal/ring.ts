import type { RecordedEntry } from '../core/journal.ts';

/** How much a ring holds. */
export interface RingLimits {
  readonly maxEntries?: number | undefined;
  readonly maxBytes?: number | undefined;
}

const MAX_ENTRIES = 100_000;
const MAX_BYTES = 64 * 2 ** 20;

/** Entries by offset; when it is full the oldest go. Adding is on every hot path: it writes one slot. */
export class Ring {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #slots: ({ readonly entry: RecordedEntry; readonly bytes: number } | undefined)[] = [];
  #oldest = 0;
  #next = 0;
  #bytes = 0;

  constructor({ maxEntries = MAX_ENTRIES, maxBytes = MAX_BYTES }: RingLimits = {}) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  /** Offset behind the newest entry. */
  get next(): number {
    return this.#next;
  }

  /** Roughly what the entries take in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the entry behind all others; offsets that it leaves out are of entries that are gone. */
  add(entry: RecordedEntry, bytes: number): void {
    if (entry.offset - this.#next >= this.#maxEntries) this.restart(entry.offset);
    while (entry.offset - this.#oldest >= this.#maxEntries) this.#dropOldest();
    this.#slots[entry.offset % this.#maxEntries] = { entry, bytes };
    this.#next = entry.offset + 1;
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes && this.#oldest < this.#next - 1) this.#dropOldest();
  }

  /** Forgets all, and goes on from that offset. */
  restart(offset: number): void {
    this.#slots = [];
    this.#oldest = offset;
    this.#next = offset;
    this.#bytes = 0;
  }

  /** Entries from that offset on, in their order; the oldest may be gone. */
  *from(first: number): Generator<RecordedEntry> {
    for (let offset = Math.max(first, this.#oldest); offset < this.#next; offset += 1) {
      const slot = this.#slots[offset % this.#maxEntries];
      if (slot) yield slot.entry;
    }
  }

  #dropOldest(): void {
    this.#bytes -= this.#slots[this.#oldest % this.#maxEntries]?.bytes ?? 0;
    this.#slots[this.#oldest % this.#maxEntries] = undefined;
    this.#oldest += 1;
  }
}
