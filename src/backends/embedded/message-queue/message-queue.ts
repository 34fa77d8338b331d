import type { Activity, Due } from '../../../core/activity.ts';
import type { Arn } from '../../../core/arn.ts';
import type { Clock } from '../../../core/clock.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type {
  HandleOutcome,
  MessageQueue,
  MoveOutcome,
  OutgoingMessage,
  QueueSettings,
  ReceivedMessage,
  ReceiveOptions,
  Redrive,
  SentMessage,
} from '../../../core/ports/message-queue.ts';
import type { Random } from '../../../core/random.ts';
import type { Timing } from '../../../core/timing.ts';
import type { Store } from '../store.ts';
import type { StoredMessage } from './message.ts';
import { type MessageQueueRecords, openMessageQueueRecords } from './records.ts';
import { QueueState } from './state.ts';
import { Waiters } from './waiters.ts';

/** A queue by its ARN, with those who wait on it; they stay when the queue goes. */
interface Channel {
  readonly arn: Arn;
  readonly waiters: Waiters;
  queue: QueueState | undefined;
}

const NOTHING_DUE: Due = { dueNow: 0 };
const NO_MESSAGES: Promise<readonly ReceivedMessage[]> = Promise.resolve([]);
const TAG_LENGTH = 8;
const TAG_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Message queues in memory on the embedded store, with all messages that were acknowledged before a restart. */
export function openMessageQueue(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly activity: Activity;
}): MessageQueue {
  return new EmbeddedMessageQueue(options);
}

class EmbeddedMessageQueue implements MessageQueue {
  readonly driver = 'embedded';
  readonly #around: {
    readonly clock: Clock;
    readonly random: Random;
    readonly timing: Timing;
    readonly records: MessageQueueRecords;
  };
  readonly #channels = new Map<Arn, Channel>();
  readonly #listeners = new Set<(redrive: Redrive) => void>();
  readonly #activity: Activity;

  constructor({ store, clock, random, timing, activity }: Parameters<typeof openMessageQueue>[0]) {
    this.#activity = activity;
    this.#around = { clock, random, timing, records: openMessageQueueRecords(store) };
    this.#load();
  }

  async declare(arn: Arn, settings: QueueSettings): Promise<void> {
    const channel = this.#channel(arn);
    if (channel.queue) channel.queue.settings = settings;
    else
      channel.queue = new QueueState(arn, this.#around.random.text(TAG_LENGTH, TAG_ALPHABET), settings, this.#around);
    const stored = this.#around.records.putQueue(arn, { tag: channel.queue.tag, settings });
    this.#serve(channel);
    await stored;
  }

  async drop(arn: Arn): Promise<void> {
    const { queue, waiters } = this.#channel(arn);
    if (!queue) return;
    this.#channel(arn).queue = undefined;
    waiters.wakeAt(undefined);
    await this.#around.records.together(() => {
      queue.clear();
      void this.#around.records.removeQueue(arn);
    });
  }

  async send(arn: Arn, messages: readonly OutgoingMessage[]): Promise<readonly SentMessage[]> {
    const channel = this.#channel(arn);
    const queue = this.#present(channel);
    const [only] = messages;
    let sent: SentMessage[] = [];
    let written: Promise<void> | undefined;
    if (messages.length === 1 && only !== undefined && !queue.settings.fifo) {
      const result = queue.send(only);
      sent = [result.sent];
      written = result.written;
    } else {
      written = this.#around.records.together(() => {
        sent = messages.map((message) => queue.send(message).sent);
      });
    }
    if (channel.waiters.size > 0) this.#serve(channel);
    await written;
    return sent;
  }

  receive(arn: Arn, options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const channel = this.#channel(arn);
    const { signal } = options;
    // Whoever already waits goes first.
    const taken = channel.waiters.size > 0 && signal ? [] : this.#take(channel, options);
    if (taken.length > 0) return Promise.resolve(taken);
    if (!signal || signal.aborted) return NO_MESSAGES;
    const waiting = channel.waiters.wait(options, signal);
    this.#serve(channel);
    return waiting;
  }

  async remove(arn: Arn, handles: readonly string[]): Promise<readonly HandleOutcome[]> {
    return await this.#settle(arn, handles, (queue, handle) => queue.remove(handle));
  }

  async changeVisibility(
    arn: Arn,
    changes: readonly { readonly handle: string; readonly timeoutMs: number }[],
  ): Promise<readonly HandleOutcome[]> {
    return await this.#settle(arn, changes, (queue, { handle, timeoutMs }) =>
      queue.changeVisibility(handle, timeoutMs),
    );
  }

  async release(arn: Arn, handles: readonly string[]): Promise<void> {
    await this.#settle(arn, handles, (queue, handle) => {
      queue.release(handle);
      return 'done';
    });
  }

  async purge(arn: Arn): Promise<void> {
    const queue = this.#present(this.#channel(arn));
    await this.#around.records.together(() => queue.clear());
  }

  async counts(arn: Arn): Promise<ReturnType<QueueState['counts']>> {
    const { queue } = this.#channel(arn);
    queue?.refresh();
    return queue?.counts() ?? { visible: 0, inFlight: 0, delayed: 0 };
  }

  due(arn: Arn): Due {
    const queue = this.#channels.get(arn)?.queue;
    if (!queue) return NOTHING_DUE;
    queue.refresh();
    return { dueNow: queue.takeable, nextDueAtMs: queue.nextVisibleAtMs };
  }

  async move(arn: Arn, step: { readonly to?: Arn | undefined; readonly max: number }): Promise<MoveOutcome> {
    const queue = this.#present(this.#channel(arn));
    queue.refresh();
    const reached = new Set<Channel>();
    let moved = 0;
    let failure: MoveOutcome['failure'];
    await this.#around.records.together(() => {
      for (let message = queue.peek(); message && moved < step.max && !failure; message = queue.peek()) {
        const target = this.#channels.get(step.to ?? message.record.redrivenFrom ?? ('' as Arn));
        if (step.to === undefined && message.record.redrivenFrom === undefined) failure = 'source-unknown';
        else if (!target?.queue) failure = 'destination-missing';
        else {
          this.#renew(message, target.queue);
          queue.discard(message);
          reached.add(target);
          moved++;
        }
      }
    });
    for (const channel of reached) this.#serve(channel);
    return { moved, left: queue.counts().visible, failure };
  }

  onRedrive(listener: (redrive: Redrive) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { waiters } of this.#channels.values()) waiters.close();
  }

  #load(): void {
    const { records } = this.#around;
    const byTag = new Map<string, QueueState>();
    for (const [arn, { tag, settings }] of records.queues()) {
      const queue = new QueueState(arn, tag, settings, this.#around);
      this.#channel(arn).queue = queue;
      byTag.set(tag, queue);
    }
    for (const { tag, ...message } of records.messages()) byTag.get(tag)?.load(message);
    const remembered = [...records.deduplications()].sort((a, b) => a.record.untilMs - b.record.untilMs);
    for (const { tag, key, record } of remembered) byTag.get(tag)?.loadDeduplication(key, record);
  }

  #channel(arn: Arn): Channel {
    const known = this.#channels.get(arn);
    if (known) return known;
    const channel: Channel = {
      arn,
      queue: undefined,
      waiters: new Waiters(this.#around.clock, () => this.#serve(channel)),
    };
    this.#channels.set(arn, channel);
    return channel;
  }

  #present({ arn, queue }: Channel): QueueState {
    if (!queue) throw new HeadwaterError('QUEUE_MISSING', `There is no queue "${arn}"`);
    return queue;
  }

  /** Hands messages to those who wait, in this turn of the event loop, and sets the timer for the rest. */
  #serve(channel: Channel): void {
    const { waiters, queue } = channel;
    if (!queue) return;
    for (let options = waiters.first; options !== undefined; options = waiters.first) {
      const taken = this.#take(channel, options);
      if (taken.length === 0) break;
      waiters.hand(taken);
    }
    waiters.wakeAt(waiters.size > 0 ? queue.nextVisibleAtMs : undefined);
  }

  #take({ queue }: Channel, options: ReceiveOptions): readonly ReceivedMessage[] {
    if (!queue) return [];
    queue.refresh();
    const reached = new Set<Channel>();
    const taken = queue.take(options, (message) => {
      const target = this.#redrive(queue, message);
      if (target) reached.add(target);
      return target !== undefined;
    });
    for (const target of reached) this.#serve(target);
    return taken;
  }

  /** Moves a message to its dead-letter queue in one commit; `undefined` when there is none, so that it stays. */
  #redrive(queue: QueueState, message: StoredMessage): Channel | undefined {
    const { redrive } = queue.settings;
    const target = redrive && this.#channels.get(redrive.to);
    if (!target?.queue || target.queue === queue || target.queue.settings.fifo !== queue.settings.fifo)
      return undefined;
    const { queue: deadLetters } = target;
    // Nobody awaits this commit, so it counts as work in progress.
    this.#activity.start('moving a message to its dead-letter queue', () =>
      this.#around.records.together(() => {
        deadLetters.adopt(message, queue.arn);
        queue.discard(message);
      }),
    );
    const { receiveCount } = message;
    for (const listener of this.#listeners) {
      listener({ messageId: message.record.id, from: queue.arn, to: deadLetters.arn, receiveCount });
    }
    return target;
  }

  #renew({ record }: StoredMessage, target: QueueState): void {
    const id = this.#around.random.uuid();
    const deduplicationId = target.settings.fifo ? id : undefined;
    target.send({ id, content: record.content, groupId: record.groupId, deduplicationId, delayMs: 0 });
  }

  async #settle<Item>(
    arn: Arn,
    items: readonly Item[],
    settle: (queue: QueueState, item: Item) => HandleOutcome,
  ): Promise<readonly HandleOutcome[]> {
    const channel = this.#channel(arn);
    const { queue } = channel;
    if (!queue) return items.map(() => 'gone');
    queue.refresh();
    let outcomes: HandleOutcome[] = [];
    const written = this.#around.records.together(() => {
      outcomes = items.map((item) => settle(queue, item));
    });
    if (channel.waiters.size > 0) this.#serve(channel);
    await written;
    return outcomes;
  }
}
