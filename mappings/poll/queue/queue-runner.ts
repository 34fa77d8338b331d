import { setImmediate } from 'node:timers/promises';
import type { Due } from '../../../src/core/activity.ts';
import { sleep } from '../../../src/core/clock.ts';
import { BackendUnavailable } from '../../../src/core/errors.ts';
import type { FunctionDirectory } from '../../../src/core/function.ts';
import { limits } from '../../../src/core/limits.ts';
import type { SqsMessageEvent } from '../../../src/core/records/sqs-message.ts';
import type { Poller, PollSource, Taken } from '../../../src/core/source.ts';
import { backOffMs, mappingBackOff } from '../../../src/core/waiting/back-off.ts';
import { sqsRecord } from '../../payload/sqs.ts';
import { parseFilters, passes } from '../filter-criteria.ts';
import { countEvents } from '../mapping/event-counts.ts';
import type { MappingRunner } from '../mapping/mapping-kind.ts';
import { pauseInOutage } from '../outage-pause.ts';
import { BatchPlaces, type PlaceParts } from './batch-places.ts';
import { type BatchItem, type GatheredBatch, gatherBatch } from './batch-window.ts';
import { type BatchParts, runQueueBatch } from './queue-batch.ts';
import type { QueueMapping } from './queue-settings.ts';

/** What polling a queue needs. */
export interface RunnerParts extends BatchParts, PlaceParts {
  readonly source: PollSource;
  readonly functions: FunctionDirectory;
}

/** What Lambda adds to window and timeout where both pass the queue's visibility timeout (Developer Guide of 2022). */
const WINDOW_GRACE_MS = 30_000;

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
  readonly #places: BatchPlaces;
  readonly #stopping = new AbortController();
  readonly #admit: (taken: Taken) => string | undefined;
  readonly #polling: Promise<void>;
  #pausedUntilMs: number | undefined;
  #windowEndMs: number | undefined;
  #previousEndMs: number | undefined;

  constructor(mapping: QueueMapping, parts: RunnerParts) {
    this.#mapping = mapping;
    this.#parts = parts;
    this.#poller = parts.source.poller(mapping.sourceArn);
    this.#places = new BatchPlaces(mapping, parts);
    this.#admit = admission(mapping);
    this.#polling = this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#places.wake();
    await this.#polling;
  }

  async drained(): Promise<void> {
    await this.#places.drained();
  }

  async #poll(): Promise<void> {
    using _poller = this.#poller;
    using _probe = this.#parts.activity.probe(() => this.#due());
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      let outage: BackendUnavailable | undefined;
      if (!this.#places.hasRoom()) {
        await this.#places.roomAgain();
        continue;
      }
      try {
        if (!(await this.#places.isPermitted(signal))) continue;
        failures = (await this.#pollOnce(signal)) ? 0 : failures + 1;
      } catch (error) {
        failures++;
        if (error instanceof BackendUnavailable) outage = error;
        this.#note('fault', `Polling ${this.#mapping.sourceArn} failed: ${String(error)}`);
      }
      this.#places.leave();
      if (outage) await pauseInOutage(this.#parts.activity, outage, failures, signal);
      else if (failures > 0) await this.#pause(backOffMs(failures, mappingBackOff(this.#parts.timing)), signal);
      else await this.#restIfIdle(signal);
    }
    this.#places.leavePlace();
  }

  /** Gathers one batch and sets it off; false when the function cannot be invoked. */
  async #pollOnce(signal: AbortSignal): Promise<boolean> {
    const found = await this.#parts.functions.resolve(this.#mapping.functionArn);
    if (found.kind === 'missing') {
      this.#note('decision', `Nothing is polled: function ${this.#mapping.functionArn} does not exist`);
      return false;
    }
    if (this.#places.isUnused && this.#poller.due().dueNow === 0) this.#places.idle();
    const { items, closing } = await this.#gather(found.spec.timeoutMs, signal);
    using _closing = closing;
    this.#windowEndMs = undefined;
    if (items.length > 0) this.#launch(items);
    return true;
  }

  /** What is there is taken before the event loop turns; a place is not kept for what may come later. */
  async #gather(functionTimeoutMs: number, signal: AbortSignal): Promise<GatheredBatch> {
    const gathering = gatherBatch(await this.#batchSource(functionTimeoutMs), signal);
    if (this.#places.isGiven && !(await Promise.race([gathering, setImmediate()]))) this.#places.leavePlace();
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
    this.#places.begin(() => this.#run(items));
  }

  async #run(items: readonly BatchItem[]): Promise<void> {
    try {
      await runQueueBatch(this.#parts, this.#mapping, items, this.#stopping.signal);
    } catch (error) {
      // Its messages were not settled, so they come back when their visibility timeout passes.
      this.#note('fault', `A batch of ${this.#mapping.sourceArn} could not be run: ${String(error)}`);
    }
    this.#previousEndMs = this.#parts.clock.nowMs();
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
    if (this.#stopping.signal.aborted || !this.#places.hasRoom()) return { dueNow: 0 };
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
