import type { Arn } from '../../../core/arn.ts';
import type { Clock } from '../../../core/clock.ts';
import { readHandle, writeHandle } from '../../../core/message-queue/receipt-handle.ts';
import { sequenceNumberOf } from '../../../core/message-queue/sequence-number.ts';
import { MAX_VISIBILITY_MS } from '../../../core/message-queue/visibility.ts';
import type {
  HandleOutcome,
  OutgoingMessage,
  QueueCounts,
  QueueSettings,
  ReceivedMessage,
  ReceiveOptions,
  SentMessage,
} from '../../../core/ports/message-queue.ts';
import type { Random } from '../../../core/random.ts';
import type { Timing } from '../../../core/timing.ts';
import { ReceiveAttempts } from './attempts.ts';
import { DeduplicationHistory, type DeduplicationRecord, deduplicationKey } from './deduplication.ts';
import { type MessageRecord, type StoredMessage, storedMessage } from './message.ts';
import { FifoOrder, StandardOrder } from './order.ts';
import { QueueMessages } from './queue-messages.ts';
import { type LoadedMessage, type MessageQueueRecords, messageKey } from './records.ts';

/** So many receives of one message can be told apart; small integers are the quickest to write. */
const TOKENS = 2 ** 30;

/** What all queues of one engine share. */
export interface QueueSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly records: MessageQueueRecords;
}

/** One queue in memory, written through to the store. Its methods do not wait; what they write is committed in order. */
export class QueueState {
  readonly arn: Arn;
  readonly tag: string;
  settings: QueueSettings;
  readonly #around: QueueSurroundings;
  readonly #messages: QueueMessages;
  readonly #deduplications = new DeduplicationHistory();
  readonly #attempts = new ReceiveAttempts();

  constructor(arn: Arn, tag: string, settings: QueueSettings, around: QueueSurroundings) {
    this.arn = arn;
    this.tag = tag;
    this.settings = settings;
    this.#around = around;
    const order = settings.fifo ? new FifoOrder() : new StandardOrder(() => around.clock.nowMs());
    this.#messages = new QueueMessages(order);
  }

  /** Puts back what the store held when the process started. */
  load({ sequence, record, receipt }: LoadedMessage): void {
    const message = storedMessage(sequence, messageKey(this.tag, sequence), record);
    if (receipt) Object.assign(message, receipt);
    this.#messages.enter(message, receipt ? 'in-flight' : 'delayed', this.#around.clock.nowMs());
  }

  loadDeduplication(key: string, record: DeduplicationRecord): void {
    this.#deduplications.add(key, record);
  }

  /** Adds a message unless it is a duplicate. Called within a commit, or alone where one write is one commit. */
  send(message: OutgoingMessage): { readonly sent: SentMessage; readonly written: Promise<void> | undefined } {
    const nowMs = this.#around.clock.nowMs();
    const { fifo, delayMs } = this.settings;
    const sequence = this.#around.records.nextSequence();
    if (fifo) {
      const known = this.#remember(message, sequence, nowMs);
      if (known) {
        const sent = { id: known.id, sequenceNumber: sequenceNumberOf(known.sequence), duplicate: true };
        return { sent, written: undefined };
      }
    }
    const delay = message.delayMs ?? delayMs;
    const written = this.#accept(sequence, {
      id: message.id,
      content: message.content,
      groupId: message.groupId,
      deduplicationId: message.deduplicationId,
      sentAtMs: nowMs,
      enqueuedAtMs: nowMs,
      delayedUntilMs: delay > 0 ? nowMs + delay : 0,
      receivesBefore: 0,
    });
    return {
      sent: { id: message.id, sequenceNumber: fifo ? sequenceNumberOf(sequence) : undefined, duplicate: false },
      written,
    };
  }

  /**
   * Takes what can be taken. A message that was received too often is handed to `redrive`, which says whether it left.
   */
  take(options: ReceiveOptions, redrive: (message: StoredMessage) => boolean): readonly ReceivedMessage[] {
    const nowMs = this.#around.clock.nowMs();
    const timeoutMs = options.visibilityTimeoutMs ?? this.settings.visibilityTimeoutMs;
    const { attemptId } = options;
    const before = attemptId === undefined ? undefined : this.#attempts.find(attemptId, nowMs);
    if (before) for (const message of before) this.#hide(message, nowMs + timeoutMs);
    const taken = before ?? this.#takeNew(options.max, nowMs, timeoutMs, redrive);
    if (attemptId !== undefined && before === undefined && taken.length > 0) {
      this.#attempts.add(attemptId, taken, nowMs + this.#around.timing.sqsReceiveAttemptMs);
    }
    const received = taken.map((message) => this.#received(message));
    if (timeoutMs === 0) for (const message of taken) this.#messages.show(message, 'last');
    return received;
  }

  remove(handle: string): HandleOutcome {
    const found = this.#find(handle);
    if (typeof found === 'string') return found;
    if (this.settings.fifo && found.state !== 'in-flight') return 'expired';
    this.discard(found);
    return 'done';
  }

  changeVisibility(handle: string, timeoutMs: number): HandleOutcome {
    const found = this.#find(handle);
    if (typeof found === 'string') return found;
    if (this.settings.fifo && found.state !== 'in-flight') return 'expired';
    const visibleAtMs = this.#around.clock.nowMs() + timeoutMs;
    if (visibleAtMs > found.receivedAtMs + MAX_VISIBILITY_MS) return 'too-long';
    this.#attempts.forget(found);
    if (timeoutMs > 0) this.#messages.hide(found, visibleAtMs);
    else this.#messages.show(found, 'last');
    found.visibleAtMs = visibleAtMs;
    void this.#around.records.putReceipt(found);
    return 'done';
  }

  release(handle: string): void {
    const found = this.#find(handle);
    if (typeof found === 'string' || found.state !== 'in-flight') return;
    found.receiveCount--;
    if (found.receiveCount === 0) found.firstReceivedAtMs = 0;
    found.receipt = this.#token();
    found.visibleAtMs = 0;
    this.#messages.show(found, 'as-before');
    void this.#around.records.putReceipt(found);
  }

  /** Takes the message out of the queue and the store. */
  discard(message: StoredMessage): void {
    this.#messages.leave(message);
    void this.#around.records.removeMessage(message);
  }

  /** Takes in a message that leaves another queue; its receives go on being counted. */
  adopt(message: StoredMessage, from: Arn): void {
    const { record } = message;
    const sequence = this.#around.records.nextSequence();
    const { fifo } = this.settings;
    // A FIFO dead-letter queue deduplicates by the message's own id and restarts its retention.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    const nowMs = this.#around.clock.nowMs();
    void this.#accept(
      sequence,
      {
        ...record,
        deduplicationId: fifo ? record.id : undefined,
        enqueuedAtMs: fifo ? nowMs : record.enqueuedAtMs,
        delayedUntilMs: 0,
        redrivenFrom: from,
        receivesBefore: message.receiveCount,
      },
      message,
    );
  }

  /** The next message that a move task may take, without taking it. */
  peek(): StoredMessage | undefined {
    return this.#messages.next(undefined);
  }

  clear(): void {
    for (const message of this.#messages.all) this.discard(message);
    for (const key of this.#deduplications.clear()) void this.#around.records.removeDeduplication(this.tag, key);
    this.#attempts.clear();
  }

  /** Lets time pass: what was hidden long enough can be taken, what was kept long enough is gone. */
  refresh(): void {
    const nowMs = this.#around.clock.nowMs();
    this.#messages.showDue(nowMs);
    const cutMs = nowMs - this.settings.retentionMs;
    for (let old = this.#messages.enqueuedBy(cutMs); old; old = this.#messages.enqueuedBy(cutMs)) this.discard(old);
  }

  counts(): QueueCounts {
    return this.#messages.counts;
  }

  get takeable(): number {
    return this.#messages.inFlight < this.settings.maxInFlight ? this.#messages.takeable : 0;
  }

  get nextVisibleAtMs(): number | undefined {
    return this.#messages.nextVisibleAtMs;
  }

  /** What was sent under this deduplication id before; else notes it. */
  #remember(message: OutgoingMessage, sequence: number, nowMs: number): DeduplicationRecord | undefined {
    const { records, timing } = this.#around;
    for (const key of this.#deduplications.forget(nowMs)) void records.removeDeduplication(this.tag, key);
    const { formerScope, deduplicationScope } = this.settings;
    const scope = formerScope && nowMs < formerScope.untilMs ? formerScope.scope : deduplicationScope;
    const key = deduplicationKey(scope, message.groupId ?? '', message.deduplicationId ?? '');
    const known = this.#deduplications.find(key);
    if (known) return known;
    const record = { id: message.id, sequence, untilMs: nowMs + timing.sqsDeduplicationMs };
    this.#deduplications.add(key, record);
    void records.putDeduplication(this.tag, key, record);
    return undefined;
  }

  #accept(sequence: number, record: MessageRecord, origin?: StoredMessage): Promise<void> {
    const message = storedMessage(sequence, messageKey(this.tag, sequence), record);
    if (origin) message.firstReceivedAtMs = origin.firstReceivedAtMs;
    this.#messages.enter(message, 'delayed', this.#around.clock.nowMs());
    if (origin) {
      message.receipt = this.#token();
      void this.#around.records.putReceipt(message);
    }
    return this.#around.records.putMessage(message);
  }

  #isDead({ receiveCount, record }: StoredMessage): boolean {
    const { redrive } = this.settings;
    return redrive !== undefined && receiveCount - record.receivesBefore >= redrive.maxReceiveCount;
  }

  #takeNew(max: number, nowMs: number, timeoutMs: number, redrive: (message: StoredMessage) => boolean) {
    const taken: StoredMessage[] = [];
    const limit = Math.min(max, this.settings.maxInFlight - this.#messages.inFlight);
    while (taken.length < limit) {
      const message = this.#messages.next(taken.at(-1));
      if (message === undefined) break;
      if (this.#isDead(message) && redrive(message)) continue;
      message.receipt = this.#token();
      message.receiveCount++;
      message.receivedAtMs = nowMs;
      if (message.firstReceivedAtMs === 0) message.firstReceivedAtMs = nowMs;
      this.#hide(message, nowMs + timeoutMs);
      taken.push(message);
    }
    return taken;
  }

  #hide(message: StoredMessage, untilMs: number): void {
    message.visibleAtMs = untilMs;
    this.#messages.hide(message, untilMs);
    void this.#around.records.putReceipt(message);
  }

  #find(handle: string): StoredMessage | 'invalid' | 'gone' | 'stale' {
    const said = readHandle(handle);
    if (said?.tag !== this.tag) return 'invalid';
    const message = this.#messages.get(said.sequence);
    if (message === undefined) return 'gone';
    return message.receipt === said.receipt ? message : 'stale';
  }

  #token(): string {
    return Math.floor(this.#around.random.fraction() * TOKENS).toString(36);
  }

  #received(message: StoredMessage): ReceivedMessage {
    const { record, sequence, receipt } = message;
    return {
      id: record.id,
      handle: writeHandle({ tag: this.tag, sequence, receipt }),
      content: record.content,
      groupId: record.groupId,
      deduplicationId: record.deduplicationId,
      sequenceNumber: this.settings.fifo ? sequenceNumberOf(sequence) : undefined,
      sentAtMs: record.sentAtMs,
      receiveCount: message.receiveCount,
      firstReceivedAtMs: message.firstReceivedAtMs,
      visibleAtMs: message.visibleAtMs,
      redrivenFrom: record.redrivenFrom,
    };
  }
}
