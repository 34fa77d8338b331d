import type { Json } from './event.ts';

/** What an entry is about. */
export type JournalKind =
  | 'request'
  | 'event'
  | 'batch'
  | 'attempt'
  | 'retry'
  | 'decision'
  | 'delivery'
  | 'settle'
  | 'fault';

/** One entry: enough ids to follow an event from its source to its end. */
export interface JournalEntry {
  readonly kind: JournalKind;
  /** A sentence's worth for people, e.g. `S3 ObjectCreated:Put orders/a.csv`. */
  readonly what: string;
  /** The events that it is about. */
  readonly eventIds?: readonly string[] | undefined;
  /** What these became where they were delivered: the id of a message, a record, an object's event or an invocation. */
  readonly becameId?: string | undefined;
  /** The invocation. */
  readonly requestId?: string | undefined;
  /** The mapping's UUID. */
  readonly mapping?: string | undefined;
  /** The resource in which it happened. */
  readonly arn?: string | undefined;
  /** Root of the trace that ties cause and effect across functions. */
  readonly traceId?: string | undefined;
  readonly detail?: Json | undefined;
}

/** An entry as the journal keeps it. */
export interface RecordedEntry extends JournalEntry {
  /** Position, growing by one. */
  readonly offset: number;
  readonly atMs: number;
}

/**
 * Append-only account of what happened. Appending never waits and never fails; what processes that share their work have
 * appended can be read by each of them soon after.
 */
export interface Journal {
  append(entry: JournalEntry): void;
}

/** `Root` of an `X-Amzn-Trace-Id` value. */
export function traceIdOf(header: string | undefined): string | undefined {
  return header?.match(/Root=([^;]+)/)?.[1];
}

/** Which entries to read. */
export interface JournalQuery {
  /** Only entries behind this offset. */
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
  /** An event, request or trace id: only entries on its way from source to end. */
  readonly event?: string | undefined;
}

/** The journal as the admin API and tests read it. */
export interface JournalReader {
  /** Offset behind the newest entry that this process knows. */
  readonly nextOffset: number;
  /** Waits until all that was appended before, by whichever process, can be read, or its store cannot be reached. */
  caughtUp(): Promise<void>;
  /** Entries in the order they were appended; the oldest may be gone. */
  read(query?: JournalQuery): readonly RecordedEntry[];
  /** Decides, entry by entry in order, whether each lies on the way of `id`; knows what is in the journal already. */
  trail(id: string): (entry: RecordedEntry) => boolean;
  /** Calls `wake` soon after entries were appended, once for many. Disposing ends it. */
  subscribe(wake: () => void): Disposable;
}
