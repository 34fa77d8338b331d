import type { Arn } from './arn.ts';

/** JSON as values. Numbers whose text matters are kept by `lossless-json.ts`. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What kind of thing an event happened in. */
export type EventSourceKind =
  | 's3'
  | 'sns'
  | 'sqs'
  | 'kinesis'
  | 'dynamodb'
  | 'kafka'
  | 'events'
  | 'schedule'
  | 'logs'
  | 'http'
  | 'direct';

/** One thing that happened: the same envelope for all sources. */
export interface NormalizedEvent<Detail extends object = object> {
  /** Unique; the journal follows it. For a queue it is the message id. */
  readonly id: string;
  readonly source: EventSourceKind;
  readonly sourceArn: Arn;
  /** The service's own name for it, e.g. `ObjectCreated:Put`, `Message`. */
  readonly name: string;
  readonly occurredAtMs: number;
  /** Place in an ordered source; absent for unordered ones. */
  readonly position?: Position;
  /** `X-Amzn-Trace-Id` of the request that caused it, where there was one. */
  readonly traceHeader?: string | undefined;
  readonly detail: Detail;
}

/** Where an event stands in the order of its source. */
export interface Position {
  readonly shardId: string;
  readonly sequenceNumber: string;
}
