import { setImmediate } from 'node:timers/promises';
import type { Due } from '../../../src/core/activity.ts';
import { realClock, SECOND, sleep } from '../../../src/core/clock.ts';
import { BackendUnavailable } from '../../../src/core/errors.ts';
import type { FunctionDirectory } from '../../../src/core/function.ts';
import { limits } from '../../../src/core/limits.ts';
import type { Permits } from '../../../src/core/ports/permits.ts';
import type { SqsMessageEvent } from '../../../src/core/records/sqs-message.ts';
import type { Poller, PollSource, Taken } from '../../../src/core/source.ts';
import { backOffMs, mappingBackOff } from '../../../src/core/waiting/back-off.ts';
import { sqsRecord } from '../../payload/sqs.ts';
import { parseFilters, passes } from '../filter-criteria.ts';
import { countEvents } from '../mapping/event-counts.ts';
import type { MappingRunner } from '../mapping/mapping-kind.ts';
import type { MappingRecord } from '../mapping/mapping-record.ts';
import { pauseInOutage } from '../outage-pause.ts';
import type { Room } from '../room.ts';
import { type Place, Turns } from '../turns.ts';
import { type BatchItem, type GatheredBatch, gatherBatch } from './batch-window.ts';
import { type BatchParts, runQueueBatch } from './queue-batch.ts';
import { QueueConcurrency } from './queue-concurrency.ts';
import type { QueueSettings } from './queue-settings.ts';

/** What polling a queue needs. */
export interface RunnerParts extends BatchParts {
  readonly source: PollSource;
  readonly functions: FunctionDirectory;
  readonly room: Room;
  readonly permits: Permits;
  readonly capacity: number;
}

/** A mapping of a queue. */
export type QueueMapping = MappingRecord<QueueSettings>;

/** What Lambda adds to window and timeout where both pass the queue's visibility timeout (Developer Guide of 2022). */
const WINDOW_GRACE_MS = 30_000;

/** How long to wait while other processes run all batches that the mapping may have, before it is tried again. */
const NO_PERMIT = { firstMs: 10, maxMs: SECOND };

/** Starts to poll the mapping's queue. */
export function runQueueMapping(mapping: QueueMapping, parts: RunnerParts): MappingRunner {
  return new Runner(mapping, parts);
}

/**
 * One loop gathers batches, one after the other; each runs beside the loop. The loop polls only while a batch could run,
 * so that no message is received, and counted as received, in vain.
 */
class Runner implements MappingRunner {
  /** Nothing is missed however late the first poll is. */
  readonly ready = Promise.resolve();
  readonly #mapping: QueueMapping;
  readonly #parts: RunnerParts;
  readonly #poller: Poller;
  readonly #concurrency: QueueConcurrency;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #turns: Turns;
  readonly #admit: (taken: Taken) => string | undefined;
  readonly #polling: Promise<void>;
  #pausedUntilMs: number | undefined;
  #windowEndMs: number | undefined;
  #previousEndMs: number | undefined;
  /** Given to the loop for the batch that it gathers. */
  #place: Place | undefined;
  /** Others may wait for the place while it is held. */
  #holding: Disposable | undefined;
  /** Set while the loop waits until another batch could run. */
  #goOn: ((place?: Place) => void) | undefined;
  /** The loop's, for the batch that it gathers: counted over all processes. */
  #permit: Disposable | undefined;
  /** Set while the loop waits for a permit. */
  #permitFreed: (() => void) | undefined;

  constructor(mapping: QueueMapping, parts: RunnerParts) {
    this.#mapping = mapping;
    this.#parts = parts;
    this.#poller = parts.source.poller(mapping.sourceArn);
    this.#concurrency = new QueueConcurrency(mapping.settings, parts.timing, parts.capacity);
    this.#turns = new Turns(parts.room);
    this.#admit = admission(mapping);
    this.#polling = this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#goOn?.();
    await this.#polling;
  }

  async drained(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  async #poll(): Promise<void> {
    using _poller = this.#poller;
    using _probe = this.#parts.activity.probe(() => this.#due());
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      let outage: BackendUnavailable | undefined;
      if (!this.#hasRoom()) {
        await this.#roomAgain();
        continue;
      }
      try {
        if (!(await this.#isPermitted(signal))) continue;
        failures = (await this.#pollOnce(signal)) ? 0 : failures + 1;
      } catch (error) {
        failures++;
        if (error instanceof BackendUnavailable) outage = error;
        this.#note('fault', `Polling ${this.#mapping.sourceArn} failed: ${String(error)}`);
      }
      this.#leavePlace();
      this.#leavePermit();
      if (outage) await pauseInOutage(this.#parts.activity, outage, failures, signal);
      else if (failures > 0) await this.#pause(backOffMs(failures, mappingBackOff(this.#parts.timing)), signal);
      else await this.#restIfIdle(signal);
    }
    this.#leavePlace();
  }

  /** Whether a batch may run, of all that do in all processes; if not, it has waited a while. */
  async #isPermitted(signal: AbortSignal): Promise<boolean> {
    const pool = { name: `lambda-mapping/${this.#mapping.uuid}`, limit: 0 };
    for (let tries = 1; !signal.aborted; tries++) {
      const limit = this.#concurrency.limitOfAll(this.#parts.clock.nowMs());
      const permit = await this.#parts.permits.enter([{ ...pool, limit }]);
      if (permit.kind === 'entered') {
        this.#permit = permit;
        return true;
      }
      this.#leavePlace();
      await this.#untilPermitFreed(backOffMs(tries, NO_PERMIT), signal);
      if (!this.#hasRoom()) return false;
    }
    return false;
  }

  /** One of its own batches has ended, or those of others may have. */
  async #untilPermitFreed(atMostMs: number, signal: AbortSignal): Promise<void> {
    const freed = new AbortController();
    this.#permitFreed = () => freed.abort();
    signal.addEventListener('abort', this.#permitFreed, { once: true });
    await sleep(realClock, atMostMs, freed.signal).catch(() => {});
    signal.removeEventListener('abort', this.#permitFreed);
    this.#permitFreed = undefined;
  }

  /** Gathers one batch and sets it off; false when the function cannot be invoked. */
  async #pollOnce(signal: AbortSignal): Promise<boolean> {
    const found = await this.#parts.functions.resolve(this.#mapping.functionArn);
    if (found.kind === 'missing') {
      this.#note('decision', `Nothing is polled: function ${this.#mapping.functionArn} does not exist`);
      return false;
    }
    if (this.#inFlight.size === 0 && this.#poller.due().dueNow === 0) this.#concurrency.idle();
    const { items, closing } = await this.#gather(found.spec.timeoutMs, signal);
    using _closing = closing;
    this.#windowEndMs = undefined;
    if (items.length > 0) this.#launch(items);
    return true;
  }

  /** What is there is taken before the event loop turns; a place is not kept for what may come later. */
  async #gather(functionTimeoutMs: number, signal: AbortSignal): Promise<GatheredBatch> {
    const gathering = gatherBatch(await this.#batchSource(functionTimeoutMs), signal);
    if (this.#place && !(await Promise.race([gathering, setImmediate()]))) this.#leavePlace();
    return await gathering;
  }

  async #batchSource(functionTimeoutMs: number) {
    const { batchSize, windowSeconds } = this.#mapping.settings;
    const windowMs = windowSeconds * 1000;
    return {
      poller: this.#poller,
      clock: this.#parts.clock,
      activity: this.#parts.activity,
      maxRecords: batchSize,
      maxBytes: limits.syncPayloadBytes,
      windowMs,
      previousEndMs: () => this.#previousEndMs,
      visibilityTimeoutMs: windowMs > 0 ? await this.#longerVisibilityMs(windowMs + functionTimeoutMs) : undefined,
      admit: this.#admit,
      drop: (taken: readonly Taken[]) => this.#drop(taken),
      windowOpened: (endMs: number) => {
        this.#windowEndMs = endMs;
      },
    };
  }

  /** With a window, messages are hidden long enough for window and function; `undefined`: as long as the queue says. */
  async #longerVisibilityMs(neededMs: number): Promise<number | undefined> {
    const queue = await this.#parts.source.describe(this.#mapping.sourceArn);
    const visibilityMs = queue?.visibilityTimeoutMs;
    return visibilityMs !== undefined && neededMs > visibilityMs ? neededMs + WINDOW_GRACE_MS : undefined;
  }

  #launch(items: readonly BatchItem[]): void {
    countEvents(this.#parts, this.#mapping, { PolledEventCount: items.length });
    this.#concurrency.busy(this.#parts.clock.nowMs());
    const place = this.#place ?? this.#turns.take();
    const permit = this.#permit;
    this.#permit = undefined;
    const running = this.#run(items);
    this.#inFlight.add(running);
    this.#hold(undefined);
    void running.finally(() => {
      const heldUp = this.#isAtLimit() ? this.#goOn : undefined;
      this.#inFlight.delete(running);
      permit?.[Symbol.dispose]();
      this.#permitFreed?.();
      this.#previousEndMs = this.#parts.clock.nowMs();
      // The next batch gets the place for as long as the mapping's turn lasts.
      if (heldUp) heldUp(place.mayGoOn() ? place : undefined);
      else place[Symbol.dispose]();
    });
  }

  #hold(place: Place | undefined): void {
    this.#place = place;
    this.#holding?.[Symbol.dispose]();
    this.#holding = place && this.#parts.activity.begin(`taking for mapping ${this.#mapping.uuid}`);
  }

  #leavePlace(): void {
    this.#place?.[Symbol.dispose]();
    this.#hold(undefined);
  }

  #leavePermit(): void {
    this.#permit?.[Symbol.dispose]();
    this.#permit = undefined;
  }

  async #run(items: readonly BatchItem[]): Promise<void> {
    try {
      await runQueueBatch(this.#parts, this.#mapping, items, this.#stopping.signal);
    } catch (error) {
      // Its messages were not settled, so they come back when their visibility timeout passes.
      this.#note('fault', `A batch of ${this.#mapping.sourceArn} could not be run: ${String(error)}`);
    }
  }

  /** What no filter lets through is deleted, as if it had been processed. */
  #drop(taken: readonly Taken[]): void {
    const eventIds = taken.map(({ event }) => event.id);
    const { length } = taken;
    countEvents(this.#parts, this.#mapping, { PolledEventCount: length, FilteredOutEventCount: length });
    this.#note('decision', `${taken.length} filtered out`, eventIds);
    const deleting = () => Promise.all(taken.map((each) => each.done()));
    void this.#parts.activity
      .during('deleting what was filtered out', deleting)
      .catch((error) => this.#note('fault', `Filtered messages could not be deleted: ${String(error)}`, eventIds));
  }

  #hasRoom(): boolean {
    return (this.#place !== undefined || this.#turns.free) && !this.#isAtLimit();
  }

  #isAtLimit(): boolean {
    return this.#inFlight.size >= this.#concurrency.limit(this.#parts.clock.nowMs());
  }

  /** Waits for a place; at the limit until a batch of its own has ended, or the limit has grown. Or polling stops. */
  #roomAgain(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (place?: Place) => {
        waiting?.[Symbol.dispose]();
        this.#goOn = undefined;
        this.#hold(place);
        resolve();
      };
      const waiting = this.#isAtLimit() ? this.#whenLimitGrows(goOn) : this.#turns.wait(goOn);
      this.#goOn = goOn;
    });
  }

  #whenLimitGrows(wake: () => void): Disposable | undefined {
    const { clock } = this.#parts;
    const nowMs = clock.nowMs();
    const growsAtMs = this.#concurrency.growsAtMs(nowMs);
    return growsAtMs === undefined ? undefined : clock.setTimer(growsAtMs - nowMs, () => wake());
  }

  /** With `--timing aws` an empty queue is not looked at all the time. */
  async #restIfIdle(signal: AbortSignal): Promise<void> {
    const { pollCadenceMs } = this.#parts.timing;
    if (pollCadenceMs > 0 && this.#poller.due().dueNow === 0) await this.#pause(pollCadenceMs, signal);
  }

  async #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    this.#pausedUntilMs = this.#parts.clock.nowMs() + delayMs;
    await sleep(this.#parts.clock, delayMs, signal).catch(() => {});
    this.#pausedUntilMs = undefined;
  }

  /** What the loop could take at this instant: nothing while it pauses or has no room. */
  #due(): Due {
    if (this.#stopping.signal.aborted || !this.#hasRoom()) return { dueNow: 0 };
    if (this.#pausedUntilMs !== undefined) return { dueNow: 0, nextDueAtMs: this.#pausedUntilMs };
    const { dueNow, nextDueAtMs } = this.#poller.due();
    const endMs = this.#windowEndMs;
    return { dueNow, nextDueAtMs: endMs === undefined ? nextDueAtMs : Math.min(endMs, nextDueAtMs ?? endMs) };
  }

  #note(kind: 'fault' | 'decision', what: string, eventIds?: readonly string[]): void {
    this.#parts.journal.append({ kind, what, eventIds, mapping: this.#mapping.uuid, arn: this.#mapping.sourceArn });
  }
}

/** Makes a message's record, unless the filters keep the message out. */
function admission({ settings }: QueueMapping): (taken: Taken) => string | undefined {
  const filters = parseFilters(settings.filters);
  const options = { window: settings.windowSeconds > 0 };
  return (taken) => {
    const event = taken.event as SqsMessageEvent;
    const record = sqsRecord(event, options);
    if (filters.length === 0) return record;
    const metadata = () => ({ ...(JSON.parse(record) as object), body: undefined });
    return passes(filters, { dataKey: 'body', data: event.detail.body, metadata }) ? record : undefined;
  };
}
