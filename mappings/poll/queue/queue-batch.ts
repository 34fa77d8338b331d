import type { Activity } from '../../../src/core/activity.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Dispatcher, InvokeOutcome } from '../../../src/core/dispatch.ts';
import { BackendUnavailable } from '../../../src/core/errors.ts';
import type { Journal, JournalEntry } from '../../../src/core/journal.ts';
import { traceIdOf } from '../../../src/core/journal.ts';
import { limits } from '../../../src/core/limits.ts';
import type { Random } from '../../../src/core/random.ts';
import type { Timing } from '../../../src/core/timing.ts';
import { backOffMs, mappingBackOff } from '../../../src/core/waiting/back-off.ts';
import { recordsPayload } from '../../payload/records.ts';
import { readBatchResponse } from '../batch-response.ts';
import { type CountParts, countEvents } from '../mapping/event-counts.ts';
import type { MappingRecord } from '../mapping/mapping-record.ts';
import { pauseInOutage } from '../outage-pause.ts';
import type { BatchItem } from './batch-window.ts';
import { doneOf, type Settlement, settle, summaryOf } from './settlement.ts';

/** What running a batch needs. */
export interface BatchParts extends CountParts {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
}

/**
 * Invokes the function with a batch of messages and settles each. While the function is throttled the same batch is tried
 * again, until its messages come back to the queue; `stop` ends only that waiting. Without a word from the function about
 * items, an error leaves all of them to the queue's visibility timeout.
 * docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function runQueueBatch(
  parts: BatchParts,
  mapping: MappingRecord,
  items: readonly BatchItem[],
  stop: AbortSignal,
): Promise<void> {
  const run = new BatchRun(parts, mapping, items, stop);
  try {
    await run.finish();
  } finally {
    run[Symbol.dispose]();
  }
}

class BatchRun implements Disposable {
  readonly #parts: BatchParts;
  readonly #mapping: MappingRecord;
  readonly #items: readonly BatchItem[];
  readonly #stop: AbortSignal;
  readonly #eventIds: readonly string[];
  readonly #payload: Uint8Array;
  #token: Disposable | undefined;

  constructor(parts: BatchParts, mapping: MappingRecord, items: readonly BatchItem[], stop: AbortSignal) {
    this.#parts = parts;
    this.#mapping = mapping;
    this.#items = items;
    this.#stop = stop;
    this.#eventIds = items.map(({ taken }) => taken.event.id);
    this.#payload = recordsPayload(items.map(({ record }) => record));
    this.#hold();
  }

  async finish(): Promise<void> {
    this.#note(
      'batch',
      `Batch of ${this.#items.length} from ${this.#mapping.sourceArn} to ${this.#mapping.functionArn}`,
    );
    const settlement = await this.#decide();
    await this.#settle(settlement);
    countEvents(this.#parts, this.#mapping, { DeletedEventCount: doneOf(settlement, this.#items.length) });
    this.#note('settle', summaryOf(settlement, this.#items.length));
  }

  /** While the queue's backend is away it is tried again, as long as the messages are this batch's. */
  async #settle(settlement: Settlement): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await settle(this.#items, settlement);
      } catch (error) {
        const inTime = this.#parts.clock.nowMs() < this.#expiresAtMs();
        if (!(error instanceof BackendUnavailable) || !inTime || this.#stop.aborted) throw error;
        if (tries === 1) this.#note('fault', `${error.message}: the batch is settled when it is back`);
        await pauseInOutage(this.#parts.activity, error, tries, this.#stop);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#token?.[Symbol.dispose]();
  }

  #hold(): void {
    this.#token = this.#parts.activity.begin(`batch of mapping ${this.#mapping.uuid}`);
  }

  async #decide(): Promise<Settlement> {
    if (this.#payload.length > limits.syncPayloadBytes) {
      this.#countFailed(this.#items.length);
      return { kind: 'failed', why: `the event has ${this.#payload.length} bytes, more than an invocation takes` };
    }
    for (let tries = 1; ; tries++) {
      const outcome = await this.#invoke();
      const why = notYet(outcome);
      if (why === undefined) {
        const settlement = this.#settlementOf(outcome);
        this.#countFailed(this.#items.length - doneOf(settlement, this.#items.length));
        return settlement;
      }
      this.#countFailed(this.#items.length);
      const delayMs = backOffMs(tries, mappingBackOff(this.#parts.timing));
      const nextMs = this.#parts.clock.nowMs() + delayMs;
      if (nextMs >= this.#expiresAtMs()) return { kind: 'failed', why };
      this.#note('retry', `${why}: the batch is tried again at ${new Date(nextMs).toISOString()}`);
      await this.#backOff(delayMs);
      if (this.#stop.aborted) return { kind: 'released' };
    }
  }

  /** While a backend is away it is tried again, as long as the messages are this batch's. */
  async #invoke(): Promise<InvokeOutcome> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#invokeOnce();
      } catch (error) {
        if (!(error instanceof BackendUnavailable)) throw error;
        if (this.#parts.clock.nowMs() >= this.#expiresAtMs() || this.#stop.aborted) {
          return { kind: 'refused', code: 'ServiceException', message: error.message, status: 503 };
        }
        if (tries === 1) this.#note('retry', `${error.message}: the batch is tried again when it is back`);
        await pauseInOutage(this.#parts.activity, error, tries, this.#stop);
      }
    }
  }

  #countFailed(events: number): void {
    countEvents(this.#parts, this.#mapping, { FailedInvokeEventCount: events });
  }

  #invokeOnce(): Promise<InvokeOutcome> {
    countEvents(this.#parts, this.#mapping, { InvokedEventCount: this.#items.length });
    const [only] = this.#items;
    return this.#parts.dispatcher.invoke(
      {
        functionArn: this.#mapping.functionArn,
        payload: this.#payload,
        requestId: this.#parts.random.uuid(),
        trigger: 'sqs',
        // A batch carries on its message's trace when it is the only one.
        traceHeader: this.#items.length === 1 ? only?.taken.event.traceHeader : undefined,
        eventIds: this.#eventIds,
      },
      neverAborted,
    );
  }

  #settlementOf(outcome: InvokeOutcome): Settlement {
    switch (outcome.kind) {
      case 'throttled':
        return { kind: 'failed', why: outcome.reason };
      case 'function-error':
        return { kind: 'failed', why: 'function error' };
      case 'refused':
        // The function was deleted in the meantime: nothing was delivered, and nothing more is polled.
        if (outcome.code === 'ResourceNotFoundException') return { kind: 'released' };
        return { kind: 'failed', why: `${outcome.code}: ${outcome.message}` };
      case 'ok':
        return this.#mapping.settings.reportsItemFailures ? this.#reported(outcome.payload) : { kind: 'done' };
    }
  }

  #reported(payload: Uint8Array): Settlement {
    const response = readBatchResponse(payload, new Set(this.#eventIds));
    switch (response.kind) {
      case 'succeeded':
        return { kind: 'done' };
      case 'partly-failed':
        return { kind: 'partly-done', failed: response.failed };
      case 'not-understood':
        return { kind: 'failed', why: response.why };
    }
  }

  /** When the first message of the batch comes back to the queue. */
  #expiresAtMs(): number {
    return Math.min(...this.#items.map(({ taken }) => taken.expiresAtMs ?? Number.POSITIVE_INFINITY));
  }

  /** Waits on the clock without being in progress; it is again from the turn in which the wait ends. */
  #backOff(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#hold();
        timer[Symbol.dispose]();
        this.#stop.removeEventListener('abort', wake);
        resolve();
      };
      const timer = this.#parts.clock.setTimer(delayMs, wake);
      this.#stop.addEventListener('abort', wake, { once: true });
      this.#token?.[Symbol.dispose]();
      if (this.#stop.aborted) wake();
    });
  }

  #note(kind: JournalEntry['kind'], what: string): void {
    const [only] = this.#items;
    this.#parts.journal.append({
      kind,
      what,
      eventIds: this.#eventIds,
      mapping: this.#mapping.uuid,
      arn: this.#mapping.sourceArn,
      traceId: this.#items.length === 1 ? traceIdOf(only?.taken.event.traceHeader) : undefined,
    });
  }
}

/** A batch in flight is finished whatever becomes of its mapping. */
const neverAborted = new AbortController().signal;

/**
 * Why the batch should be tried again: throttled, the function is not ready, or a backend is away. `undefined` when it had
 * its turn.
 */
function notYet(outcome: InvokeOutcome): string | undefined {
  if (outcome.kind === 'throttled') return `Throttled (${outcome.reason})`;
  if (outcome.kind !== 'refused') return undefined;
  return outcome.code === 'ResourceConflictException' || outcome.status === 503 ? outcome.message : undefined;
}
