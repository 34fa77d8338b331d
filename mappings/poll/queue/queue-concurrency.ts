import { MINUTE } from '../../../src/core/clock.ts';
import { limits } from '../../../src/core/limits.ts';
import type { Timing } from '../../../src/core/timing.ts';
import type { QueueSettings } from './queue-settings.ts';

/**
 * How many batches of one mapping may run at once. It starts low and grows by the minute while there is a backlog; once
 * idle it starts over. docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export class QueueConcurrency {
  readonly #initial: number;
  readonly #perMinute: number;
  readonly #ceiling: number;
  readonly #capacity: number;
  #busySinceMs: number | undefined;

  /** @param capacity environments that the machine runs at most; polling past them would only age messages */
  constructor(settings: QueueSettings, timing: Timing, capacity: number) {
    const { provisionedPollers: pollers, maximumConcurrency } = settings;
    const perPoller = limits.sqsInvocationsPerProvisionedPoller;
    this.#initial = pollers ? pollers.minimum * perPoller : timing.sqsInitialConcurrency;
    this.#perMinute = pollers ? limits.sqsProvisionedConcurrencyPerMinute : timing.sqsConcurrencyPerMinute;
    const scaled = pollers ? pollers.maximum * perPoller : timing.sqsMaximumConcurrency;
    this.#ceiling = Math.max(1, maximumConcurrency ?? scaled);
    this.#capacity = Math.max(1, capacity);
  }

  /** A batch begins. */
  busy(nowMs: number): void {
    this.#busySinceMs ??= nowMs;
  }

  /** Nothing runs and nothing waits. */
  idle(): void {
    this.#busySinceMs = undefined;
  }

  /** In this process. */
  limit(nowMs: number): number {
    return Math.min(this.limitOfAll(nowMs), this.#capacity);
  }

  /** In all processes together. */
  limitOfAll(nowMs: number): number {
    const minutes = this.#busySinceMs === undefined ? 0 : Math.floor((nowMs - this.#busySinceMs) / MINUTE);
    return Math.min(this.#initial + minutes * this.#perMinute, this.#ceiling);
  }

  /** When the limit grows next; `undefined` when it will not. */
  growsAtMs(nowMs: number): number | undefined {
    if (this.#busySinceMs === undefined || this.limit(nowMs) >= Math.min(this.#ceiling, this.#capacity))
      return undefined;
    return this.#busySinceMs + (Math.floor((nowMs - this.#busySinceMs) / MINUTE) + 1) * MINUTE;
  }
}
