import type { Activity } from '../../../src/core/activity.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Poller, Taken } from '../../../src/core/source.ts';
import { EMPTY_PAYLOAD_BYTES, recordBytes } from '../../payload/records.ts';
import { batchingWindowEndMs } from '../batching-window.ts';

/** An event that was taken, with its record's text. */
export interface BatchItem {
  readonly taken: Taken;
  readonly record: string;
}

/** Where a batch comes from, and what closes it. */
export interface BatchSource {
  readonly poller: Poller;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly maxRecords: number;
  /** Of the whole event. */
  readonly maxBytes: number;
  readonly windowMs: number;
  /** When the previous invocation completed: the window runs from there. */
  readonly previousEndMs: () => number | undefined;
  readonly visibilityTimeoutMs: number | undefined;
  /** The record's text, or `undefined` when the filters keep it out. */
  readonly admit: (taken: Taken) => string | undefined;
  /** Gets what the filters kept out. */
  readonly drop: (taken: readonly Taken[]) => void;
  /** Told when a window begins that ends then. */
  readonly windowOpened: (endMs: number) => void;
}

/** A closed batch. `closing` is the activity of closing it; whoever runs the batch ends it. */
export interface GatheredBatch {
  readonly items: readonly BatchItem[];
  readonly closing?: Disposable | undefined;
}

/**
 * Gathers one batch. It is closed by the first of: as many records as it may have, no room for the next in the payload,
 * the end of the batching window. Without a window what one poll returned is the batch. When `signal` is aborted what was
 * gathered is given back. docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html, "Batching behavior"
 */
export async function gatherBatch(source: BatchSource, signal: AbortSignal): Promise<GatheredBatch> {
  const batch = new OpenBatch(source, signal);
  try {
    while (!batch.closed) await batch.poll();
  } finally {
    batch[Symbol.dispose]();
  }
  if (!signal.aborted) return { items: batch.items, closing: batch.closing };
  using _closing = batch.closing;
  using _token = source.activity.begin('giving a batch back');
  await Promise.all(batch.items.map(({ taken }) => taken.release()));
  return { items: [] };
}

class OpenBatch implements Disposable {
  readonly items: BatchItem[] = [];
  closing: Disposable | undefined;
  readonly #source: BatchSource;
  readonly #stop: AbortSignal;
  /** Ends a poll with the window; without one only `stop` does, which spares each batch a signal of its own. */
  readonly #ending: AbortController | undefined;
  readonly #end = () => this.#ending?.abort();
  #bytes = EMPTY_PAYLOAD_BYTES;
  #full = false;
  #timer: Disposable | undefined;

  constructor(source: BatchSource, stop: AbortSignal) {
    this.#source = source;
    this.#stop = stop;
    if (source.windowMs === 0) return;
    this.#ending = new AbortController();
    if (stop.aborted) this.#end();
    else stop.addEventListener('abort', this.#end, { once: true });
  }

  get #signal(): AbortSignal {
    return this.#ending?.signal ?? this.#stop;
  }

  get closed(): boolean {
    const whole =
      this.items.length >= this.#source.maxRecords || (this.items.length > 0 && this.#source.windowMs === 0);
    return this.#full || whole || this.#signal.aborted;
  }

  async poll(): Promise<void> {
    const { poller, maxRecords, visibilityTimeoutMs } = this.#source;
    const limits = { maxRecords: maxRecords - this.items.length };
    const taken = await poller.take(
      visibilityTimeoutMs === undefined ? limits : { ...limits, visibilityTimeoutMs },
      this.#signal,
    );
    this.#add(taken);
    if (this.items.length === 0) return;
    // No turn of the event loop may find records that are neither waiting nor in progress.
    if (this.closed) this.closing ??= this.#source.activity.begin('closing a batch');
    else if (this.#timer === undefined) this.#openWindow();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#stop.removeEventListener('abort', this.#end);
  }

  #add(taken: readonly Taken[]): void {
    const dropped: Taken[] = [];
    for (const [index, next] of taken.entries()) {
      const record = this.#source.admit(next);
      if (record === undefined) {
        dropped.push(next);
        continue;
      }
      const bytes = recordBytes(record);
      if (this.items.length > 0 && this.#bytes + bytes > this.#source.maxBytes) {
        this.#full = true;
        this.#giveBack(taken.slice(index));
        break;
      }
      this.items.push({ taken: next, record });
      this.#bytes += bytes;
    }
    if (dropped.length > 0) this.#source.drop(dropped);
  }

  /** They did not fit: the next batch takes them again, and they do not count as received. */
  #giveBack(taken: readonly Taken[]): void {
    const giving = () => Promise.all(taken.map((each) => each.release()));
    void this.#source.activity.during('giving records back', giving).catch(() => {});
  }

  #openWindow(): void {
    const { clock, activity, windowMs, previousEndMs, windowOpened } = this.#source;
    const nowMs = clock.nowMs();
    const endMs = batchingWindowEndMs(nowMs, previousEndMs(), windowMs);
    windowOpened(endMs);
    this.#timer = clock.setTimer(endMs - nowMs, () => {
      this.closing ??= activity.begin('closing a batch');
      this.#end();
    });
  }
}
