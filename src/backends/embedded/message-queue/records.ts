import type { Arn } from '../../../core/arn.ts';
import type { QueueSettings } from '../../../core/ports/message-queue.ts';
import type { Store } from '../store.ts';
import type { DeduplicationRecord } from './deduplication.ts';
import type { MessageRecord, ReceiptRecord, StoredMessage } from './message.ts';

/** A queue's row: its settings, and the tag that its other rows and its receipt handles begin with. */
export interface QueueRecord {
  readonly tag: string;
  readonly settings: QueueSettings;
}

/** Sequences are reserved in blocks, so that not each message has to store how far they got. */
const SEQUENCE_BLOCK = 100_000;
const SEQUENCE_DIGITS = 11;

/** The rows of all queues in the store, and the one sequence that orders their messages. */
export interface MessageQueueRecords {
  queues(): Iterable<readonly [Arn, QueueRecord]>;
  /** All messages, with the last receive, in the order they were sent in each queue. */
  messages(): Iterable<{ readonly tag: string; readonly key: string } & LoadedMessage>;
  deduplications(): Iterable<{ readonly tag: string; readonly key: string; readonly record: DeduplicationRecord }>;
  putQueue(queue: Arn, record: QueueRecord): Promise<void>;
  removeQueue(queue: Arn): Promise<void>;
  putMessage(message: StoredMessage): Promise<void>;
  putReceipt(message: StoredMessage): Promise<void>;
  removeMessage(message: StoredMessage): Promise<void>;
  putDeduplication(tag: string, key: string, record: DeduplicationRecord): Promise<void>;
  removeDeduplication(tag: string, key: string): Promise<void>;
  /** The writes inside become one commit. */
  together(write: () => void): Promise<void>;
  nextSequence(): number;
}

export interface LoadedMessage {
  readonly sequence: number;
  readonly record: MessageRecord;
  readonly receipt: ReceiptRecord | undefined;
}

export function openMessageQueueRecords(store: Store): MessageQueueRecords {
  const queues = store.table<QueueRecord>('queue');
  const messages = store.table<MessageRecord>('queue-message');
  const receipts = store.table<ReceiptRecord>('queue-receipt');
  const deduplications = store.table<DeduplicationRecord>('queue-deduplication');
  const sequence = store.table<number>('queue-sequence');
  let next = [...sequence.load()][0]?.[1] ?? 1;
  let reserved = next;
  return {
    queues: () => queues.load() as Iterable<readonly [Arn, QueueRecord]>,
    *messages() {
      const received = new Map(receipts.load());
      for (const [key, record] of messages.load()) {
        const [tag = '', digits = ''] = key.split('/');
        yield { tag, key, sequence: Number.parseInt(digits, 36), record, receipt: received.get(key) };
      }
    },
    *deduplications() {
      for (const [row, record] of deduplications.load()) {
        const end = row.indexOf('/');
        yield { tag: row.slice(0, end), key: row.slice(end + 1), record };
      }
    },
    putQueue: (queue, record) => queues.put(queue, record),
    removeQueue: (queue) => queues.remove(queue),
    putMessage: (message) => messages.put(message.key, message.record),
    putReceipt: (message) => receipts.put(message.key, receiptOf(message)),
    removeMessage(message) {
      if (message.receipt !== '') void receipts.remove(message.key);
      return messages.remove(message.key);
    },
    putDeduplication: (tag, key, record) => deduplications.put(`${tag}/${key}`, record),
    removeDeduplication: (tag, key) => deduplications.remove(`${tag}/${key}`),
    together: (write) => store.together(write),
    nextSequence() {
      if (next >= reserved) {
        reserved = next + SEQUENCE_BLOCK;
        void sequence.put('reserved', reserved);
      }
      return next++;
    },
  };
}

/** A message's key: messages of one queue sort by their sequence. */
export function messageKey(tag: string, sequence: number): string {
  return `${tag}/${sequence.toString(36).padStart(SEQUENCE_DIGITS, '0')}`;
}

function receiptOf(message: StoredMessage): ReceiptRecord {
  const { receipt, receiveCount, firstReceivedAtMs, receivedAtMs, visibleAtMs } = message;
  return { receipt, receiveCount, firstReceivedAtMs, receivedAtMs, visibleAtMs };
}
