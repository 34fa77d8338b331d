import { NOISY } from '../../../core/message-queue/noisy-tenants.ts';
import { type Linked, LinkedList } from './list.ts';
import type { MessageState, StoredMessage } from './message.ts';

/** Which message comes next. */
export interface DeliveryOrder {
  /** Follows a message from one state to another; its own state is the new one already. */
  changed(message: StoredMessage, from: MessageState, place: 'last' | 'as-before'): void;
  /** The next to take, given the one that the same receive took before it. */
  next(after: StoredMessage | undefined): StoredMessage | undefined;
  /** Whether, and roughly how much, can be taken. */
  readonly takeable: number;
}

interface Tenant {
  inFlight: number;
  ready: number;
  noisy: boolean;
  lastSentAtMs: number;
}

/**
 * A standard queue: first come, first served; a message that comes back goes to the end. Among messages with a group id
 * the quiet tenants go first.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export class StandardOrder implements DeliveryOrder {
  readonly #ready = new LinkedList<StoredMessage>();
  /** Ready messages of noisy tenants that were passed over. */
  readonly #parked = new LinkedList<StoredMessage>();
  readonly #tenants = new Map<string, Tenant>();
  readonly #nowMs: () => number;
  #inFlight = 0;
  #places = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get takeable(): number {
    return this.#ready.size + this.#parked.size;
  }

  changed(message: StoredMessage, from: MessageState, place: 'last' | 'as-before'): void {
    const to = message.state;
    if (from === 'ready') message.list?.remove(message);
    if (to === 'ready' && place === 'as-before') insertFromFirst(this.#ready, message);
    else if (to === 'ready') {
      message.place = ++this.#places;
      this.#ready.push(message);
    }
    this.#inFlight += Number(to === 'in-flight') - Number(from === 'in-flight');
    if (message.record.groupId !== undefined) this.#account(message.record.groupId, from, to);
  }

  next(): StoredMessage | undefined {
    if (this.#tenants.size === 0) return this.#ready.first;
    const passedOver = this.#parked.first;
    if (passedOver !== undefined && !this.#isNoisy(passedOver)) return passedOver;
    for (let message = this.#ready.first; message !== undefined; message = this.#ready.first) {
      if (!this.#isNoisy(message)) return message;
      this.#ready.remove(message);
      insertFromLast(this.#parked, message);
    }
    return passedOver ?? this.#parked.first;
  }

  #account(groupId: string, from: MessageState, to: MessageState): void {
    let tenant = this.#tenants.get(groupId);
    if (tenant === undefined) {
      tenant = { inFlight: 0, ready: 0, noisy: false, lastSentAtMs: 0 };
      this.#tenants.set(groupId, tenant);
    }
    if (from === 'absent') tenant.lastSentAtMs = this.#nowMs();
    tenant.inFlight += Number(to === 'in-flight') - Number(from === 'in-flight');
    tenant.ready += Number(to === 'ready') - Number(from === 'ready');
    if (tenant.ready === 0) tenant.noisy = false;
    if (tenant.inFlight === 0 && tenant.ready === 0) this.#tenants.delete(groupId);
  }

  #isNoisy({ record }: StoredMessage): boolean {
    const tenant = record.groupId === undefined ? undefined : this.#tenants.get(record.groupId);
    if (tenant === undefined) return false;
    const crowding = tenant.inFlight >= NOISY.inFlight && tenant.inFlight > NOISY.share * this.#inFlight;
    const silent = this.#nowMs() - tenant.lastSentAtMs > NOISY.untilSilentMs;
    tenant.noisy = !silent && (tenant.noisy || crowding);
    return tenant.noisy;
  }
}

/** Puts a message in its place, which is near the beginning. */
function insertFromFirst(list: LinkedList<StoredMessage>, message: StoredMessage): void {
  let next = list.first;
  while (next !== undefined && next.place < message.place) next = next.next;
  list.insert(message, next);
}

/** Puts a message in its place, which is near the end. */
function insertFromLast(list: LinkedList<StoredMessage>, message: StoredMessage): void {
  let next: StoredMessage | undefined;
  for (let last = list.last; last !== undefined && last.place > message.place; last = last.previous) next = last;
  list.insert(message, next);
}

interface Group extends Linked<Group> {
  /** All of the group's messages in the order they were sent, whatever their state. */
  readonly messages: LinkedList<StoredMessage>;
}

/**
 * A FIFO queue: order within each group. A message that cannot be taken bars all that come after it in its group, never
 * what comes before it (recorded). Groups take turns in the order in which they became available.
 */
export class FifoOrder implements DeliveryOrder {
  readonly #groups = new Map<string, Group>();
  /** The groups whose first message is ready. */
  readonly #ready = new LinkedList<Group>();

  get takeable(): number {
    return this.#ready.size;
  }

  changed(message: StoredMessage, from: MessageState): void {
    const groupId = message.record.groupId ?? '';
    const group = this.#groups.get(groupId) ?? this.#open(groupId);
    if (from === 'absent') group.messages.push(message);
    if (message.state === 'absent') group.messages.remove(message);
    const ready = group.messages.first?.state === 'ready';
    if (ready && group.list === undefined) this.#ready.push(group);
    else if (!ready) group.list?.remove(group);
    if (group.messages.size === 0) this.#groups.delete(groupId);
  }

  next(after: StoredMessage | undefined): StoredMessage | undefined {
    // One receive takes as many as it can from one group before it turns to the next.
    return after?.next?.state === 'ready' ? after.next : this.#ready.first?.messages.first;
  }

  #open(groupId: string): Group {
    const group: Group = { messages: new LinkedList(), previous: undefined, next: undefined, list: undefined };
    this.#groups.set(groupId, group);
    return group;
  }
}
