import type { Port } from './port.ts';

/**
 * Events of log streams, in the order of their timestamps; those of one instant in the order in which they were stored.
 * A group is whatever name its owner gives it, and needs no making; what groups and streams mean is the owner's affair too.
 */
export interface LogStore extends Port {
  /** Makes an empty stream; false when there is one of that name. */
  create(group: string, stream: string, createdAtMs: number): Promise<boolean>;
  /**
   * Stores events, whatever their order, and resolves with their places once they are; only then can they be read. Rejects
   * with `LOG_MISSING` when there is no such stream.
   */
  append(
    group: string,
    stream: string,
    events: readonly NewLogEvent[],
    arrivedAtMs: number,
  ): Promise<readonly LogPlace[]>;
  /** Never waits; nothing of a stream that is not there. */
  read(group: string, stream: string, query: LogQuery): Promise<readonly LogEvent[]>;
  /** What is known of a stream. */
  stream(group: string, stream: string): Promise<LogStream | undefined>;
  /** The streams of a group whose names begin with `prefix`, by name. */
  streams(group: string, prefix?: string): Promise<readonly LogStream[]>;
  /** Forgets the events with an earlier timestamp; the stream stays. */
  trimBefore(group: string, stream: string, timestampMs: number): Promise<void>;
  /** Forgets a stream and its events; false when there is none. */
  remove(group: string, stream: string): Promise<boolean>;
  /** Forgets all streams of a group. */
  drop(group: string): Promise<void>;
}

/** An event on its way into a stream. */
export interface NewLogEvent {
  readonly timestampMs: number;
  readonly message: string;
}

/** Where an event stands. No two events of a store have the same sequence. */
export interface LogPlace {
  readonly timestampMs: number;
  readonly sequence: number;
}

/** An event in its place. */
export interface LogEvent extends LogPlace {
  readonly message: string;
  readonly arrivedAtMs: number;
}

/** Which events of a stream to read. */
export interface LogQuery {
  /** The first timestamp that is wanted, and the first behind those that are. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** Begins behind this place, in the direction of reading. */
  readonly after?: LogPlace | undefined;
  /** From the newest to the oldest. */
  readonly reverse?: boolean | undefined;
  readonly limit: number;
}

/** A stream and what is in it; times are absent while nothing is. */
export interface LogStream {
  readonly name: string;
  readonly createdAtMs: number;
  readonly firstMs?: number | undefined;
  readonly lastMs?: number | undefined;
  /** When the newest arrived; what was stored last need not have the newest timestamp. */
  readonly lastArrivedAtMs?: number | undefined;
  readonly events: number;
  /** Of the messages as UTF-8. */
  readonly bytes: number;
}

/** The order of events. */
export const comparePlaces = (a: LogPlace, b: LogPlace): number =>
  a.timestampMs - b.timestampMs || a.sequence - b.sequence;
