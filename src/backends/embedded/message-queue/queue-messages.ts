import type { QueueCounts } from '../../../core/ports/message-queue.ts';
import { Deadlines } from './deadlines.ts';
import type { MessageState, StoredMessage } from './message.ts';
import type { DeliveryOrder } from './order.ts';

/** The messages of one queue in memory: which state each is in, when it leaves it, and which comes next. */
export class QueueMessages {
  readonly #order: DeliveryOrder;
  readonly #bySequence = new Map<number, StoredMessage>();
  readonly #hidden = new Deadlines<StoredMessage>();
  /** By the instant they were enqueued; retention is added when it is asked, as it may change. */
  readonly #ages = new Deadlines<StoredMessage>();
  readonly #counts: Record<MessageState, number> = { absent: 0, ready: 0, delayed: 0, 'in-flight': 0 };

  constructor(order: DeliveryOrder) {
    this.#order = order;
  }

  get counts(): QueueCounts {
    return { visible: this.#counts.ready, inFlight: this.inFlight, delayed: this.#counts.delayed };
  }

  get inFlight(): number {
    return this.#counts['in-flight'];
  }

  /** Whether, and roughly how much, can be taken. */
  get takeable(): number {
    return this.#order.takeable;
  }

  get nextVisibleAtMs(): number | undefined {
    return this.#hidden.first?.atMs;
  }

  /** As they are now: they may leave while they are gone through. */
  get all(): readonly StoredMessage[] {
    return [...this.#bySequence.values()];
  }

  get(sequence: number): StoredMessage | undefined {
    return this.#bySequence.get(sequence);
  }

  /** The next to take, given the one that the same receive took before it. */
  next(after: StoredMessage | undefined): StoredMessage | undefined {
    return this.#order.next(after);
  }

  /** Takes a message in; until it is to be seen it is `hiddenAs`. */
  enter(message: StoredMessage, hiddenAs: 'delayed' | 'in-flight', nowMs: number): void {
    this.#bySequence.set(message.sequence, message);
    message.expiry = this.#ages.add(message, message.record.enqueuedAtMs);
    if (message.visibleAtMs > nowMs) {
      message.hidden = this.#hidden.add(message, message.visibleAtMs);
      this.#become(message, hiddenAs, 'last');
    } else {
      this.#become(message, 'ready', 'last');
    }
  }

  hide(message: StoredMessage, untilMs: number): void {
    if (message.hidden) this.#hidden.remove(message.hidden);
    message.hidden = this.#hidden.add(message, untilMs);
    this.#become(message, 'in-flight', 'last');
  }

  show(message: StoredMessage, place: 'last' | 'as-before'): void {
    if (message.hidden) this.#hidden.remove(message.hidden);
    message.hidden = undefined;
    this.#become(message, 'ready', place);
  }

  leave(message: StoredMessage): void {
    if (message.hidden) this.#hidden.remove(message.hidden);
    if (message.expiry) this.#ages.remove(message.expiry);
    message.hidden = undefined;
    message.expiry = undefined;
    this.#bySequence.delete(message.sequence);
    this.#become(message, 'absent', 'last');
  }

  /** Shows what was hidden long enough. */
  showDue(nowMs: number): void {
    for (let next = this.#hidden.first; next !== undefined && next.atMs <= nowMs; next = this.#hidden.first) {
      this.show(next.item, 'last');
    }
  }

  /** The oldest message, if it was enqueued by then. */
  enqueuedBy(cutMs: number): StoredMessage | undefined {
    const oldest = this.#ages.first;
    return oldest !== undefined && oldest.atMs <= cutMs ? oldest.item : undefined;
  }

  #become(message: StoredMessage, state: MessageState, place: 'last' | 'as-before'): void {
    const from = message.state;
    if (from === state) return;
    message.state = state;
    this.#counts[from]--;
    this.#counts[state]++;
    this.#order.changed(message, from, place);
  }
}
