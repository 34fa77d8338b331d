import type { Arn } from './arn.ts';
import type { CloudEvent } from './cloud-event.ts';

/** Running what is past again, as the admin API and the command line ask for it. */
export interface Replays {
  /** Delivers records of a stream, or events that the journal holds, to a function again. */
  replay(request: ReplayRequest, progress: Progress): Promise<ReplaySummary>;
  /** Lets a mapping go on, with all its rules, from another place of its stream. */
  moveCheckpoint(request: MoveRequest, progress: Progress): Promise<ReplaySummary>;
  /** Delivers what records of failures point at again. */
  redrive(request: RedriveRequest, progress: Progress): Promise<ReplaySummary>;
  /** Tells the records of a stream, in their order. */
  record(request: RecordRequest, progress: RecordProgress): Promise<void>;
  /** Writes recorded events into their source, or another, again. */
  publish(request: PublishRequest, progress: Progress): Promise<ReplaySummary>;
  /** Ends what is under way; resolves when the deliveries that had begun are over. */
  stop(): Promise<void>;
}

/** Where a replay tells what it did; it ends early when the signal is aborted. */
export interface Progress {
  readonly signal: AbortSignal;
  tell(step: ReplayStep): void;
}

/** Where recorded events go; the next is read when the last was taken. */
export interface RecordProgress {
  readonly signal: AbortSignal;
  /** The request is good: what follows are events, as soon as there is one. */
  begin(): void;
  tell(event: CloudEvent): Promise<void> | void;
}

/** Which records of a stream. All bounds are inclusive. */
export interface RecordRange {
  /** Absent: all shards. */
  readonly shardId?: string | undefined;
  readonly from: RangeStart;
  /** Absent: up to the newest record that is there now. */
  readonly until?: RangeEnd | undefined;
  /** Take what is left of a range of which some was trimmed; else it is refused, and the refusal says what is left. */
  readonly available: boolean;
}

/** The first record that is wanted. */
export type RangeStart =
  | { readonly at: 'trim-horizon' }
  | { readonly at: 'timestamp'; readonly timestampMs: number }
  | { readonly at: 'sequence-number' | 'after-sequence-number'; readonly sequenceNumber: string };

/** The last record that is wanted. */
export type RangeEnd = { readonly sequenceNumber: string } | { readonly timestampMs: number };

/** Which invocations that the journal holds. */
export interface JournalRange {
  readonly mapping?: string | undefined;
  /** An event's or a request's id. */
  readonly event?: string | undefined;
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** What to deliver to which function, and how fast. */
export interface ReplayRequest {
  readonly source:
    | { readonly kind: 'stream'; readonly arn?: Arn | undefined; readonly range: RecordRange }
    | { readonly kind: 'journal'; readonly range: JournalRange };
  /** Its source, function, batch size and filters hold where nothing else is said. */
  readonly mapping?: string | undefined;
  /** Name or ARN. Absent: the mapping's. */
  readonly functionName?: string | undefined;
  readonly batchSize?: number | undefined;
  readonly speed: Speed;
}

/** How many times as fast as it happened; `Infinity`: as fast as it goes. */
export type Speed = number;

/** Where a mapping is to go on. */
export interface MoveRequest {
  readonly mapping: string;
  readonly range: Omit<RecordRange, 'until'>;
}

/** What to deliver again: records of failures as destinations got them, or a queue that holds such. */
export interface RedriveRequest {
  readonly from: { readonly records: readonly unknown[] } | { readonly queue: Arn };
  /** Name or ARN. Absent: the function that failed. */
  readonly functionName?: string | undefined;
  readonly available: boolean;
}

/** What to tell of a stream. */
export interface RecordRequest {
  readonly arn: Arn;
  readonly range: RecordRange;
  /** Go on with what comes, until the signal is aborted. */
  readonly follow: boolean;
}

/** Recorded events, and where they go. */
export interface PublishRequest {
  readonly events: AsyncIterable<CloudEvent>;
  /** A stream, table, queue or function. Absent: where each was recorded. */
  readonly into?: Arn | undefined;
  readonly speed: Speed;
}

/** One thing that a replay did. */
export type ReplayStep =
  | {
      readonly kind: 'delivered';
      readonly functionArn: Arn;
      readonly requestId: string;
      readonly records: number;
      readonly outcome: string;
      /** What the function, or who refused, said. */
      readonly error?: string | undefined;
      /** The first item that the function reported as failed. */
      readonly failedItem?: string | undefined;
      readonly shardId?: string | undefined;
      readonly firstSequenceNumber?: string | undefined;
      readonly lastSequenceNumber?: string | undefined;
    }
  | { readonly kind: 'moved'; readonly mapping: string; readonly shardId: string }
  | { readonly kind: 'published'; readonly into: Arn; readonly eventId: string; readonly error?: string | undefined }
  /** Something that was asked for could not be delivered. */
  | { readonly kind: 'left-out'; readonly what: string; readonly why: string };

/** What a replay came to. */
export interface ReplaySummary {
  /** What the journal calls it. */
  readonly replay: string;
  /** Whether it was ended before it had done all that it was asked to. */
  readonly stopped: boolean;
  /** Deliveries that the function, or the source, took. */
  readonly succeeded: number;
  /** Those that it did not, and what was left out. */
  readonly failed: number;
  readonly records: number;
}
