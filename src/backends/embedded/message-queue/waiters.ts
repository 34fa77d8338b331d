import type { Clock } from '../../../core/clock.ts';
import type { ReceivedMessage, ReceiveOptions } from '../../../core/ports/message-queue.ts';
import { type Linked, LinkedList } from './list.ts';

interface Waiter extends Linked<Waiter> {
  readonly options: ReceiveOptions;
  readonly resolve: (messages: readonly ReceivedMessage[]) => void;
}

/**
 * Who waits for messages of one queue, first come first served. There is one timer at most, set only while somebody
 * waits and a hidden message will come back.
 */
export class Waiters {
  readonly #waiting = new LinkedList<Waiter>();
  readonly #clock: Clock;
  readonly #serve: () => void;
  #timer: { readonly atMs: number; readonly handle: Disposable } | undefined;

  /** @param serve called when the timer fires */
  constructor(clock: Clock, serve: () => void) {
    this.#clock = clock;
    this.#serve = serve;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** What the one who has waited longest asks for. */
  get first(): ReceiveOptions | undefined {
    return this.#waiting.first?.options;
  }

  wait(options: ReceiveOptions, signal: AbortSignal): Promise<readonly ReceivedMessage[]> {
    return new Promise((resolve) => {
      const leave = () => {
        if (waiter.list) this.#waiting.remove(waiter);
        if (this.#waiting.size === 0) this.wakeAt(undefined);
        resolve([]);
      };
      const waiter: Waiter = {
        options,
        resolve: (messages) => {
          signal.removeEventListener('abort', leave);
          resolve(messages);
        },
        previous: undefined,
        next: undefined,
        list: undefined,
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiter);
    });
  }

  /** Gives the messages to the one who has waited longest. */
  hand(messages: readonly ReceivedMessage[]): void {
    const waiter = this.#waiting.first;
    if (waiter === undefined) return;
    this.#waiting.remove(waiter);
    waiter.resolve(messages);
  }

  /** Sets the timer for that instant, or none. */
  wakeAt(atMs: number | undefined): void {
    if (this.#timer?.atMs === atMs) return;
    this.#timer?.handle[Symbol.dispose]();
    this.#timer = undefined;
    if (atMs === undefined) return;
    const fire = () => {
      this.#timer = undefined;
      this.#serve();
    };
    this.#timer = { atMs, handle: this.#clock.setTimer(atMs - this.#clock.nowMs(), fire) };
  }

  /** Sends everybody away with nothing. */
  close(): void {
    this.wakeAt(undefined);
    while (this.#waiting.first !== undefined) this.hand([]);
  }
}
