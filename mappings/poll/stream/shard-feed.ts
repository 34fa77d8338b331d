import { setImmediate } from 'node:timers/promises';
import type { Activity, Due } from '../../../src/core/activity.ts';
import type { Arn } from '../../../src/core/arn.ts';
import { type Clock, sleep } from '../../../src/core/clock.ts';
import { BackendUnavailable } from '../../../src/core/errors.ts';
import type { ShardPage, ShardReader, StreamSource } from '../../../src/core/source.ts';
import type { Timing } from '../../../src/core/timing.ts';
import { backOffMs } from '../../../src/core/waiting/back-off.ts';
import { pauseInOutage } from '../outage-pause.ts';

/** What reading a shard needs. */
export interface FeedParts {
  readonly source: StreamSource;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly activity: Activity;
}

/** Who is fed. */
export interface Fed {
  readonly sourceArn: Arn;
  readonly shardId: string;
  /** The pause between two reads; 0 reads whenever there is something. */
  readonly cadenceMs: number;
  /** Where reading begins. */
  position(): string;
  /** How much it can take now; `undefined` when nothing. */
  room(): { readonly maxRecords: number; readonly maxBytes: number } | undefined;
  /** Takes a page; true when it wants no more. */
  take(page: ShardPage): Promise<boolean>;
  /** There is nothing more at this instant that could be read. */
  caughtUp(): void;
  /** A read failed; it is tried again. */
  failed(error: unknown): void;
  /** Reading is possible again. */
  recovered(): void;
}

/** First pause after a read that failed; doubles. */
const FIRST_FAILURE_PAUSE_MS = 100;

/** Reads a shard page by page, as fast as its lanes take the records, and waits without a timer where there are none. */
export class ShardFeed {
  readonly #parts: FeedParts;
  readonly #fed: Fed;
  readonly #signal: AbortSignal;
  #reader: ShardReader | undefined;
  #restingUntilMs: number | undefined;
  /** Where the next read begins, once there was one; what lanes have not settled lies before it. */
  #readTo: string | undefined;
  #failures = 0;
  #roomMade = () => {};

  constructor(parts: FeedParts, fed: Fed, signal: AbortSignal) {
    this.#parts = parts;
    this.#fed = fed;
    this.#signal = signal;
  }

  /** Whether there is nothing at this instant that could be read. */
  isCaughtUp(): boolean {
    return this.#reader?.due().dueNow === 0;
  }

  /** There may be room where there was none. */
  roomMade(): void {
    this.#roomMade();
  }

  /** Reads until the shard's end, until nobody wants more, or until it is stopped. */
  async run(): Promise<void> {
    using _probe = this.#parts.activity.probe(() => this.#due());
    const pause = { firstMs: FIRST_FAILURE_PAUSE_MS, maxMs: this.#parts.timing.mappingThrottleMaxDelayMs };
    while (!this.#signal.aborted) {
      try {
        if (await this.#readOnce()) break;
      } catch (error) {
        this.#fed.failed(error);
        this.#close();
        this.#failures += 1;
        if (error instanceof BackendUnavailable) {
          await pauseInOutage(this.#parts.activity, error, this.#failures, this.#signal);
        } else await this.#rest(backOffMs(this.#failures, pause));
      }
    }
    this.#close();
  }

  /** True at the end of what there is to read. */
  async #readOnce(): Promise<boolean> {
    const { cadenceMs } = this.#fed;
    const reader = this.#reader ?? (await this.#open());
    if (!reader) return true;
    const limits = this.#fed.room();
    if (!limits) return await this.#untilRoom();
    const caughtUp = reader.due().dueNow === 0;
    if (caughtUp) {
      this.#recovered();
      this.#fed.caughtUp();
    }
    if (caughtUp && cadenceMs > 0) return await this.#rest(cadenceMs);
    const page = await reader.read(limits, this.#signal);
    this.#recovered();
    const enough = await this.#parts.activity.during('reading a shard', () => this.#fed.take(page));
    this.#readTo = reader.position;
    if (enough || page.ended) return true;
    if (cadenceMs > 0) return await this.#rest(cadenceMs);
    // A long backlog is read without a wait: others get their turn between its pages.
    if (reader.due().dueNow > 0) await setImmediate();
    return false;
  }

  #recovered(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#fed.recovered();
  }

  async #open(): Promise<ShardReader | undefined> {
    const { sourceArn, shardId } = this.#fed;
    const from = { at: 'position', position: this.#readTo ?? this.#fed.position() } as const;
    const open = () => this.#parts.source.reader(sourceArn, shardId, from);
    this.#reader = await this.#parts.activity.during('opening a shard', open);
    return this.#reader;
  }

  #close(): void {
    this.#reader?.[Symbol.dispose]();
    this.#reader = undefined;
  }

  #untilRoom(): Promise<false> {
    return new Promise((resolve) => {
      const go = () => {
        this.#roomMade = () => {};
        this.#signal.removeEventListener('abort', go);
        resolve(false);
      };
      this.#roomMade = go;
      this.#signal.addEventListener('abort', go, { once: true });
    });
  }

  async #rest(delayMs: number): Promise<false> {
    this.#restingUntilMs = this.#parts.clock.nowMs() + delayMs;
    await sleep(this.#parts.clock, delayMs, this.#signal).catch(() => {});
    this.#restingUntilMs = undefined;
    return false;
  }

  /** What could be read at this instant: nothing while it rests or has no room. */
  #due(): Due {
    if (this.#restingUntilMs !== undefined) return { dueNow: 0, nextDueAtMs: this.#restingUntilMs };
    if (this.#signal.aborted || !this.#reader || !this.#fed.room()) return { dueNow: 0 };
    return this.#reader.due();
  }
}
