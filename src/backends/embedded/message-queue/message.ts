import type { Arn } from '../../../core/arn.ts';
import type { MessageContent } from '../../../core/ports/message-queue.ts';
import type { Deadline } from './deadlines.ts';
import type { Linked, LinkedList } from './list.ts';

/**
 * Where a message is: `ready` can be taken, `delayed` was sent with a delay that has not passed, `in-flight` was taken;
 * `absent` is not (or no longer) in the queue.
 *
 *     absent → ready | delayed        sent, redriven or moved here
 *     delayed → ready                 its delay passed
 *     ready → in-flight               taken
 *     in-flight → ready               its visibility timeout passed, or it was given back
 *     any → absent                    deleted, expired, purged, redriven or moved away
 */
export type MessageState = 'absent' | 'ready' | 'delayed' | 'in-flight';

/** What is stored once, when the message enters the queue. */
export interface MessageRecord {
  readonly id: string;
  readonly content: MessageContent;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly sentAtMs: number;
  /** Retention counts from here. */
  readonly enqueuedAtMs: number;
  /** When a delay passes; 0 without one. */
  readonly delayedUntilMs: number;
  readonly redrivenFrom?: Arn | undefined;
  /** How often it was received in the queues that it came from. */
  readonly receivesBefore: number;
}

/** What changes with each receive: small, as it is written each time. */
export interface ReceiptRecord {
  readonly receipt: string;
  readonly receiveCount: number;
  readonly firstReceivedAtMs: number;
  readonly receivedAtMs: number;
  readonly visibleAtMs: number;
}

/** A message in memory. */
export interface StoredMessage extends Linked<StoredMessage> {
  readonly sequence: number;
  readonly key: string;
  readonly record: MessageRecord;
  state: MessageState;
  /** Token of the last receive; empty when there was none. */
  receipt: string;
  receiveCount: number;
  firstReceivedAtMs: number;
  receivedAtMs: number;
  visibleAtMs: number;
  /** In the order in which messages became ready; kept while it is taken, as it may be given back. */
  place: number;
  /** In the heap of hidden messages while it is hidden. */
  hidden: Deadline<StoredMessage> | undefined;
  /** In the heap of retention. */
  expiry: Deadline<StoredMessage> | undefined;
}

export function storedMessage(sequence: number, key: string, record: MessageRecord): StoredMessage {
  return {
    sequence,
    key,
    record,
    state: 'absent',
    receipt: '',
    receiveCount: record.receivesBefore,
    firstReceivedAtMs: 0,
    receivedAtMs: 0,
    visibleAtMs: record.delayedUntilMs,
    place: 0,
    hidden: undefined,
    expiry: undefined,
    previous: undefined,
    next: undefined,
    list: undefined as LinkedList<StoredMessage> | undefined,
  };
}
