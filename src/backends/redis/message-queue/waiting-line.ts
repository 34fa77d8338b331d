import type { Activity, Due } from '../../../core/activity.ts';
import type { Arn } from '../../../core/arn.ts';
import { type Clock, realClock, SECOND } from '../../../core/clock.ts';
import { BackendUnavailable } from '../../../core/errors.ts';
import type { ReceivedMessage, ReceiveOptions } from '../../../core/ports/message-queue.ts';
import { backOffMs } from '../../../core/waiting/back-off.ts';
import type { QueueNews } from './conversation.ts';

interface Waiter {
  readonly options: ReceiveOptions;
  readonly resolve: (messages: readonly ReceivedMessage[]) => void;
  readonly reject: (error: unknown) => void;
  /** A take on its behalf is on its way. */
  isAsking: boolean;
}

/** What a line needs of its queue. */
export interface LineSurroundings {
  readonly clock: Clock;
  readonly activity: Activity;
  /** Takes messages, without waiting. */
  readonly take: (options: ReceiveOptions) => Promise<readonly ReceivedMessage[]>;
  /** Gives back what was taken for nobody. */
  readonly giveBack: (messages: readonly ReceivedMessage[]) => Promise<void>;
  /** Looks at the queue, so that the line learns how it stands. */
  readonly look: () => Promise<unknown>;
  /** Whether what is published is heard now. */
  readonly hears: () => boolean;
}

const RETRY = { firstMs: 50, maxMs: SECOND };

/**
 * What this process knows of one queue, and who of this process waits for its messages, first come first served. Takes are
 * asked for only when there may be something to take: as known from our own answers and from what is published, or at the
 * instant when a hidden message is to be seen. There is one timer at most, set only while somebody waits.
 */
export class WaitingLine {
  readonly #queue: Arn;
  readonly #around: LineSurroundings;
  readonly #waiters = new Set<Waiter>();
  #known: QueueNews | undefined;
  /** Takes on their way, and how many messages they may bring. */
  #asking = 0;
  #expected = 0;
  #isLooking = false;
  readonly #pending = new Set<Promise<void>>();
  #failures = 0;
  #timer: { readonly atMs: number; readonly handle: Disposable } | undefined;
  #retry: Disposable | undefined;
  #isClosed = false;

  constructor(queue: Arn, around: LineSurroundings) {
    this.#queue = queue;
    this.#around = around;
  }

  /** Whether nobody would miss it. */
  get isIdle(): boolean {
    return this.#waiters.size === 0 && this.#asking === 0 && !this.#isLooking && this.#retry === undefined;
  }

  /** Takes in how the queue stands, unless something newer is known. */
  learn(news: QueueNews): void {
    if (this.#known !== undefined && news.version < this.#known.version) return;
    const had = this.#known?.takeable !== 0;
    this.#known = news;
    this.#serve();
    // Others took the last: whoever waits for quiet must look once more.
    if (had && news.takeable === 0) this.#around.activity.begin(`news of ${this.#queue}`)[Symbol.dispose]();
  }

  /** What was known may be out of date. */
  doubt(): void {
    this.#known = undefined;
    this.#failures = 0;
    this.#retry?.[Symbol.dispose]();
    this.#retry = undefined;
    this.#serve();
  }

  /** Waits for messages until it is aborted. */
  wait(options: ReceiveOptions, signal: AbortSignal): Promise<readonly ReceivedMessage[]> {
    if (signal.aborted || this.#isClosed) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiters.delete(waiter);
        this.#setTimer();
        resolve([]);
      };
      const settled = () => signal.removeEventListener('abort', leave);
      const waiter: Waiter = {
        options,
        isAsking: false,
        resolve(messages) {
          settled();
          resolve(messages);
        },
        reject(error) {
          settled();
          reject(error);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiters.add(waiter);
      this.#serve();
    });
  }

  /**
   * What is known to be due. What became visible by time alone, and what cannot be known as Redis is not heard, counts as
   * one until Redis was asked.
   */
  due(): Due {
    const known = this.#around.hears() ? this.#known : undefined;
    if (known === undefined || this.#isPassed(known)) {
      this.#lookSoon();
      return { dueNow: (known?.takeable ?? 0) + 1, nextDueAtMs: undefined };
    }
    return { dueNow: Math.max(known.takeable, this.#asking > 0 ? 1 : 0), nextDueAtMs: known.nextAtMs };
  }

  /** Sends everybody away with nothing; resolves when nothing is on its way any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#retry?.[Symbol.dispose]();
    this.#retry = undefined;
    for (const waiter of this.#waiters) waiter.resolve([]);
    this.#waiters.clear();
    this.#setTimer();
    await Promise.all(this.#pending);
  }

  #isPassed({ nextAtMs }: QueueNews): boolean {
    return nextAtMs !== undefined && nextAtMs <= this.#around.clock.nowMs();
  }

  /** Asks for messages for those who wait, as far as there may be some. */
  #serve(): void {
    for (const waiter of this.#waiters) {
      if (!this.#mayTake()) break;
      if (!waiter.isAsking) this.#keep(this.#ask(waiter));
    }
    this.#setTimer();
  }

  #keep(work: Promise<void>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }

  #mayTake(): boolean {
    if (this.#retry !== undefined || this.#isClosed) return false;
    if (this.#known === undefined || this.#isPassed(this.#known)) return this.#asking === 0;
    return this.#known.takeable > this.#expected;
  }

  async #ask(waiter: Waiter): Promise<void> {
    const { options } = waiter;
    using _token = this.#around.activity.begin(`receiving from ${this.#queue}`);
    waiter.isAsking = true;
    this.#asking += 1;
    this.#expected += options.max;
    try {
      const messages = await this.#around.take(options);
      this.#failures = 0;
      if (messages.length > 0) await this.#hand(waiter, messages);
    } catch (error) {
      this.#failed(waiter, error);
    } finally {
      waiter.isAsking = false;
      this.#asking -= 1;
      this.#expected -= options.max;
      this.#serve();
    }
  }

  /** Gives the messages to the waiter, to another one that asked for the same when it has left, or back. */
  #hand(waiter: Waiter, messages: readonly ReceivedMessage[]): Promise<void> | undefined {
    const heir = this.#waiters.has(waiter) ? waiter : this.#heirOf(waiter);
    if (heir === undefined) return this.#around.giveBack(messages);
    this.#waiters.delete(heir);
    heir.resolve(messages);
    return undefined;
  }

  #heirOf({ options: { max, visibilityTimeoutMs, attemptId } }: Waiter): Waiter | undefined {
    for (const waiter of this.#waiters) {
      const { options } = waiter;
      const isSame = options.visibilityTimeoutMs === visibilityTimeoutMs && options.max >= max;
      if (isSame && attemptId === undefined && options.attemptId === undefined) return waiter;
    }
    return undefined;
  }

  /** Without Redis everybody goes on waiting. */
  #failed(waiter: Waiter, error: unknown): void {
    if (!(error instanceof BackendUnavailable)) {
      this.#waiters.delete(waiter);
      waiter.reject(error);
      return;
    }
    this.#known = undefined;
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed || this.#retry !== undefined) return;
    this.#failures += 1;
    this.#retry = realClock.setTimer(backOffMs(this.#failures, RETRY), () => {
      this.#retry = undefined;
      if (this.#waiters.size > 0) this.#serve();
      else this.#lookSoon();
    });
  }

  #lookSoon(): void {
    if (this.#isLooking || this.#retry !== undefined || this.#asking > 0 || this.#isClosed) return;
    this.#isLooking = true;
    this.#keep(this.#around.activity.during(`looking at ${this.#queue}`, () => this.#look()));
  }

  async #look(): Promise<void> {
    try {
      await this.#around.look();
      this.#failures = 0;
    } catch {
      this.#known = undefined;
      this.#isLooking = false;
      this.#retryLater();
    } finally {
      this.#isLooking = false;
    }
  }

  /** For the instant when a hidden message is to be seen, while somebody waits who has not asked. */
  #setTimer(): void {
    const known = this.#known;
    // What has passed already is being asked for.
    const isAwaited = this.#waiters.size > 0 && known !== undefined && !this.#isPassed(known);
    const atMs = isAwaited && this.#retry === undefined ? known.nextAtMs : undefined;
    if (this.#timer?.atMs === atMs) return;
    this.#timer?.handle[Symbol.dispose]();
    this.#timer = undefined;
    if (atMs === undefined) return;
    const fire = () => {
      this.#timer = undefined;
      this.#serve();
    };
    this.#timer = { atMs, handle: this.#around.clock.setTimer(atMs - this.#around.clock.nowMs(), fire) };
  }
}
