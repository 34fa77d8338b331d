import type { Clock } from '../core/clock.ts';
import type { Journal, JournalEntry, JournalQuery, JournalReader, RecordedEntry } from '../core/journal.ts';
import { createTrail } from './trail.ts';
import { withinBodyLimit } from './weight.ts';

/** The journal of one process. */
export interface JournalStore extends Journal, JournalReader {
  /** Roughly what the entries take in memory. */
  readonly bytes: number;
}

const MAX_ENTRIES = 100_000;
const MAX_BYTES = 64 * 2 ** 20;

/**
 * A ring: when it is full the oldest entries go. Appending is on every hot path and costs about a microsecond: it weighs
 * the entry, writes one slot and leaves readers to come and fetch.
 */
export function createJournal(options: {
  readonly clock: Clock;
  readonly maxEntries?: number;
  readonly maxBytes?: number;
}): JournalStore {
  const { clock, maxEntries = MAX_ENTRIES, maxBytes = MAX_BYTES } = options;
  const slots: ({ readonly entry: RecordedEntry; readonly bytes: number } | undefined)[] = [];
  const waking = new Set<() => void>();
  let oldest = 0;
  let next = 0;
  let bytes = 0;
  let wakeSet = false;

  const dropOldest = () => {
    bytes -= slots[oldest % maxEntries]?.bytes ?? 0;
    slots[oldest % maxEntries] = undefined;
    oldest += 1;
  };
  const wake = () => {
    wakeSet = false;
    for (const listener of [...waking]) listener();
  };
  function* entries(from: number) {
    for (let offset = Math.max(from, oldest); offset < next; offset += 1) {
      const slot = slots[offset % maxEntries];
      if (slot) yield slot.entry;
    }
  }
  const trail = (id: string) => createTrail(id, () => entries(oldest));

  return {
    append(entry: JournalEntry) {
      const weighed = withinBodyLimit(entry);
      if (next - oldest === maxEntries) dropOldest();
      slots[next % maxEntries] = { entry: record(weighed.entry, next, clock.nowMs()), bytes: weighed.bytes };
      next += 1;
      bytes += weighed.bytes;
      while (bytes > maxBytes && oldest < next - 1) dropOldest();
      if (waking.size > 0 && !wakeSet) {
        wakeSet = true;
        setImmediate(wake);
      }
    },
    get nextOffset() {
      return next;
    },
    get bytes() {
      return bytes;
    },
    read({ after = -1, limit = maxEntries, event }: JournalQuery = {}) {
      const belongs = event === undefined ? () => true : trail(event);
      const found: RecordedEntry[] = [];
      for (const entry of entries(after + 1)) {
        if (found.length >= limit) break;
        if (belongs(entry)) found.push(entry);
      }
      return found;
    },
    trail,
    subscribe(listener) {
      waking.add(listener);
      return { [Symbol.dispose]: () => waking.delete(listener) };
    },
  };
}

/** Member by member, so that all entries have one shape: half the cost of spreading. */
function record(entry: JournalEntry, offset: number, atMs: number): RecordedEntry {
  const { kind, what, eventIds, becameId, requestId, mapping, arn, traceId, detail } = entry;
  return { offset, atMs, kind, what, eventIds, becameId, requestId, mapping, arn, traceId, detail };
}
