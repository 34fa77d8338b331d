import type { LogEvent, LogPlace, LogStore } from '../../../src/core/ports/log-store.ts';
import type { BusEvent } from '../event/bus-event.ts';
import type { Archive } from './archive.ts';

/** What archives hold: events in the order of their own times, each with its place. */
export interface ArchivedEvents {
  /** Makes room for an archive. */
  open(archive: Archive): Promise<void>;
  /** Resolves once they are stored. */
  add(archive: Archive, events: readonly BusEvent[]): Promise<void>;
  /** The first events of a time, and behind a place; the end of the time is not in it. */
  read(archive: Archive, window: Window): Promise<readonly ArchivedEvent[]>;
  size(archive: Archive): Promise<{ readonly events: number; readonly bytes: number }>;
  /** Forgets the events of an earlier time. */
  trimBefore(archive: Archive, atMs: number): Promise<void>;
  drop(archive: Archive): Promise<void>;
}

/** Which events to read. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly after?: LogPlace | undefined;
  readonly limit: number;
}

/** An event in its place. */
export interface ArchivedEvent {
  readonly event: BusEvent;
  readonly place: LogPlace;
}

const STREAM = 'events';

/** The events of archives as streams of a log store. */
export function createArchivedEvents(logs: LogStore, nowMs: () => number): ArchivedEvents {
  return {
    async open({ log }) {
      await logs.create(log, STREAM, nowMs());
    },
    async add({ log }, events) {
      const entries = events.map((event) => ({ timestampMs: event.atMs, message: JSON.stringify(event) }));
      await logs.append(log, STREAM, entries, nowMs());
    },
    async read({ log }, window) {
      const found = await logs.read(log, STREAM, window);
      return found.map((entry) => ({ event: eventOf(entry), place: placeOf(entry) }));
    },
    async size({ log }) {
      const { events = 0, bytes = 0 } = (await logs.stream(log, STREAM)) ?? {};
      return { events, bytes };
    },
    trimBefore: ({ log }, atMs) => logs.trimBefore(log, STREAM, atMs),
    drop: ({ log }) => logs.drop(log),
  };
}

// What was written here is what is read.
const eventOf = ({ message }: LogEvent) => JSON.parse(message) as BusEvent;
const placeOf = ({ timestampMs, sequence }: LogEvent): LogPlace => ({ timestampMs, sequence });
