import { comparePlaces, type LogEvent, type LogPlace, type LogQuery } from '../../../core/ports/log-store.ts';
import type { Table } from '../store.ts';

/** The events of one stream. */
export interface StreamEvents {
  /** Takes events in whatever order; resolves once they can be read. */
  add(added: readonly LogEvent[]): Promise<unknown>;
  read(query: LogQuery): readonly LogEvent[];
  /** Forgets the oldest events with an earlier timestamp, not more than `max`; returns them. */
  trimBefore(
    timestampMs: number,
    max: number,
  ): { readonly removed: readonly LogEvent[]; readonly stored: Promise<unknown> };
}

const STORED = Promise.resolve();

/** Events in memory, for a store that keeps nothing. */
export function heldEvents(): StreamEvents {
  const events: LogEvent[] = [];
  /** Where the first event stands that is not before the place. */
  const indexOf = (place: LogPlace) => {
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const event = events[middle];
      if (event && comparePlaces(event, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    add(added) {
      const sorted = isInOrder(added) ? added : [...added].sort(comparePlaces);
      const [first] = sorted;
      if (!first) return STORED;
      const behind = events.splice(indexOf(first));
      for (const event of behind.length === 0 ? sorted : merged(behind, sorted)) events.push(event);
      return STORED;
    },
    read(query) {
      const [from, to] = boundsOf(query);
      const [begin, end] = [indexOf(from), indexOf(to)];
      if (!query.reverse) return events.slice(begin, Math.min(end, begin + query.limit));
      return events.slice(Math.max(begin, end - query.limit), end).reverse();
    },
    trimBefore(timestampMs, max) {
      const end = Math.min(indexOf({ timestampMs, sequence: 0 }), max);
      return { removed: events.splice(0, end), stored: STORED };
    },
  };
}

const isInOrder = (events: readonly LogEvent[]) =>
  events.every((event, index) => index === 0 || comparePlaces(events[index - 1] ?? event, event) <= 0);

/** Two lists that are in order as one. */
function* merged(a: readonly LogEvent[], b: readonly LogEvent[]): Generator<LogEvent> {
  let [ofA, ofB] = [0, 0];
  for (;;) {
    const [left, right] = [a[ofA], b[ofB]];
    if (!left && !right) return;
    if (!right || (left && comparePlaces(left, right) < 0)) {
      ofA += 1;
      if (left) yield left;
    } else {
      ofB += 1;
      yield right;
    }
  }
}

/** What the table holds of an event; the rest is in its key. */
export interface StoredLogEvent {
  readonly message: string;
  readonly arrivedAtMs: number;
}

/** Events in a table, whose keys begin with the stream's number. */
export function storedEvents(table: Table<StoredLogEvent>, id: number): StreamEvents {
  const prefix = `${pad(id)}.`;
  const keyOf = ({ timestampMs, sequence }: LogPlace) => `${prefix}${pad(timestampMs)}.${pad(sequence)}`;
  const eventOf = (key: string): readonly LogEvent[] => {
    const [, timestamp, sequence] = key.split('.');
    const stored = table.get(key);
    return stored ? [{ timestampMs: Number(timestamp), sequence: Number(sequence), ...stored }] : [];
  };
  const read: StreamEvents['read'] = (query) => {
    const [from, to] = boundsOf(query);
    const { limit, reverse = false } = query;
    return [...table.keys(keyOf(from), keyOf(to), { limit, reverse })].flatMap(eventOf);
  };
  return {
    add: (added) =>
      Promise.all(
        added.map((event) => table.put(keyOf(event), { message: event.message, arrivedAtMs: event.arrivedAtMs })),
      ),
    read,
    trimBefore(timestampMs, max) {
      const removed = read({ toMs: timestampMs, limit: max });
      return { removed, stored: Promise.all(removed.map((event) => table.remove(keyOf(event)))) };
    },
  };
}

/** The first place that is wanted, and the first behind those that are. */
function boundsOf({ fromMs = 0, toMs = Number.MAX_SAFE_INTEGER, after, reverse }: LogQuery): [LogPlace, LogPlace] {
  const from = { timestampMs: Math.max(0, fromMs), sequence: 0 };
  const to = { timestampMs: Math.max(0, toMs), sequence: 0 };
  if (!after) return [from, to];
  if (reverse) return [from, comparePlaces(after, to) < 0 ? after : to];
  const behind = { timestampMs: after.timestampMs, sequence: after.sequence + 1 };
  return [comparePlaces(behind, from) > 0 ? behind : from, to];
}

const pad = (number: number) => String(number).padStart(16, '0');
