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
  | 'log'
  | 'fault';

/** One entry: enough ids to follow an event from its source to its end. */
export interface JournalEntry {
  readonly kind: JournalKind;
  /** A sentence's worth for people, e.g. `S3 ObjectCreated:Put orders/a.csv`. */
  readonly what: string;
  /** The events that it is about. */
  readonly eventIds?: readonly string[] | undefined;
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

export interface RecordedEntry extends JournalEntry {
  /** Position, growing by one. */
  readonly offset: number;
  readonly atMs: number;
}

/** Append-only account of what happened. Appending never waits and never fails. */
export interface Journal {
  append(entry: JournalEntry): void;
}

/** `Root` of an `X-Amzn-Trace-Id` value. */
export function traceIdOf(header: string | undefined): string | undefined {
  return header?.match(/Root=([^;]+)/)?.[1];
}
