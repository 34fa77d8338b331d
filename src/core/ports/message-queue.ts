import type { Due } from '../activity.ts';
import type { Arn } from '../arn.ts';
import type { SqsMessageAttribute } from '../records/sqs-message.ts';
import type { Port } from './port.ts';

/**
 * Queues of messages, standard and FIFO, by ARN. The port owns what must be atomic: deduplication, hiding a message from
 * all but its taker, group order, redrive, retention. All times are on the clock that the driver was given; everything
 * that crosses it is a value.
 */
export interface MessageQueue extends Port {
  /** Creates the queue, or changes the settings of one that is there; its messages stay. Resolves once stored. */
  declare(queue: Arn, settings: QueueSettings): Promise<void>;
  /** Forgets the queue and its messages. Whoever waits on it keeps waiting: a queue of that name may come again. */
  drop(queue: Arn): Promise<void>;
  /**
   * Adds messages in their order, all in one commit; resolves once it is there, and takers that wait get them at once.
   * A FIFO duplicate is not added and answers with the first one's id. Rejects with `QUEUE_MISSING` when the queue is gone.
   */
  send(queue: Arn, messages: readonly OutgoingMessage[]): Promise<readonly SentMessage[]>;
  /**
   * Takes up to `max` messages (a driver may hand out fewer at a time, not none) and hides them from everybody else in the
   * same step; who is told of them before that is stored may see them again after a crash. With a `signal` it waits for the
   * first message until it is aborted, then resolves to nothing, through an outage of the backend too; without one it
   * answers at once. Messages received too often move to the dead-letter queue instead.
   */
  receive(queue: Arn, options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;
  /**
   * Deletes by receipt handle, up to 500 in one commit; resolves once all are there. Deleting again does nothing, and so it
   * does when the queue is gone: then every handle is.
   */
  remove(queue: Arn, handles: readonly string[]): Promise<readonly HandleOutcome[]>;
  /** Lets each message come back `timeoutMs` from now; 0 is at once. Resolves once stored. */
  changeVisibility(
    queue: Arn,
    changes: readonly { readonly handle: string; readonly timeoutMs: number }[],
  ): Promise<readonly HandleOutcome[]>;
  /**
   * Gives messages back as if they had not been taken: at once, the receive is not counted, and on a standard queue each
   * goes where it was, before those that came after it.
   */
  release(queue: Arn, handles: readonly string[]): Promise<void>;
  /** Removes all messages, also hidden and delayed ones, and the deduplication history. */
  purge(queue: Arn): Promise<void>;
  counts(queue: Arn): Promise<QueueCounts>;
  /**
   * What could be taken at this instant (on a FIFO queue: from how many groups), and when there will be more. Does not
   * wait, so that idleness can be told in one turn: a shared driver answers from what this process knows, which holds all
   * that it did itself and, 20 ms later, what others did. Where it does not know (after an outage, of a queue that it never
   * asked about, of messages that only time brought back) it counts one and asks.
   */
  due(queue: Arn): Due;
  /**
   * One step of a move task: up to `max` visible messages become new messages (new id, no receives) of `to`, or of the
   * queue that each was redriven from when `to` is absent. A step moves all or, when it says why not, what came before. A
   * message is in one of both queues at any instant.
   */
  move(from: Arn, step: { readonly to?: Arn | undefined; readonly max: number }): Promise<MoveOutcome>;
  /** Calls the listener whenever a receive of this process moved a message to its dead-letter queue. */
  onRedrive(listener: (redrive: Redrive) => void): Disposable;
}

/** What the queue's attributes mean to the engine. */
export interface QueueSettings {
  readonly fifo: boolean;
  readonly visibilityTimeoutMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  readonly redrive?: { readonly to: Arn; readonly maxReceiveCount: number } | undefined;
  /** Whether an id is unique in the queue or in its group. */
  readonly deduplicationScope: DeduplicationScope;
  /** The scope that still holds until that instant: a change takes a while to apply. */
  readonly formerScope?: { readonly scope: DeduplicationScope; readonly untilMs: number } | undefined;
  /** No more is handed out while so many are hidden. */
  readonly maxInFlight: number;
}

/** Where a deduplication id is unique. */
export type DeduplicationScope = 'queue' | 'messageGroup';

/** What the sender put in; the queue keeps it as it is. */
export interface MessageContent {
  readonly body: string;
  /** Hex. */
  readonly md5OfBody: string;
  readonly attributes?: Readonly<Record<string, SqsMessageAttribute>> | undefined;
  readonly md5OfAttributes?: string | undefined;
  readonly senderId: string;
  readonly traceHeader?: string | undefined;
}

/** One message as its sender gives it. */
export interface OutgoingMessage {
  readonly id: string;
  readonly content: MessageContent;
  /** Required on FIFO queues; the tenant on fair ones. */
  readonly groupId?: string | undefined;
  /** Required on FIFO queues. */
  readonly deduplicationId?: string | undefined;
  /** Instead of the queue's own delay. */
  readonly delayMs?: number | undefined;
}

/** What the sender is told. */
export interface SentMessage {
  readonly id: string;
  /** FIFO only: 20 digits. */
  readonly sequenceNumber?: string | undefined;
  readonly duplicate: boolean;
}

/** What a receiver asks for. */
export interface ReceiveOptions {
  readonly max: number;
  /** Instead of the queue's own timeout. */
  readonly visibilityTimeoutMs?: number | undefined;
  /** FIFO only: a repeated receive of the same attempt gets the same messages, hidden anew. */
  readonly attemptId?: string | undefined;
  /** Waits until it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** A message in its taker's hands. */
export interface ReceivedMessage {
  readonly id: string;
  /** Opaque; another one for each receive. */
  readonly handle: string;
  readonly content: MessageContent;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly sequenceNumber?: string | undefined;
  readonly sentAtMs: number;
  /** Over all queues that it was in. */
  readonly receiveCount: number;
  readonly firstReceivedAtMs: number;
  /** When it comes back unless it is deleted. */
  readonly visibleAtMs: number;
  /** The queue whose dead letter it is. */
  readonly redrivenFrom?: Arn | undefined;
}

/**
 * What became of a receipt handle: `done`; `stale`, it was received again since, so nothing was done; `expired`, its time
 * has passed, which only a FIFO queue minds; `gone`, there is no such message; `invalid`, it is no handle of this queue;
 * `too-long`, the message would be hidden for more than twelve hours since its receive.
 */
export type HandleOutcome = 'done' | 'stale' | 'expired' | 'gone' | 'invalid' | 'too-long';

/** How many messages there are, by what becomes of them. */
export interface QueueCounts {
  readonly visible: number;
  /** Taken and not yet deleted or visible again. */
  readonly inFlight: number;
  /** Sent with a delay that has not passed. */
  readonly delayed: number;
}

/** What one step of a move task did. */
export interface MoveOutcome {
  readonly moved: number;
  /** How many visible ones are left. */
  readonly left: number;
  readonly failure?: 'destination-missing' | 'source-unknown' | undefined;
}

/** A message that went to its dead-letter queue. */
export interface Redrive {
  readonly messageId: string;
  readonly from: Arn;
  readonly to: Arn;
  readonly receiveCount: number;
}
