import type { Activity } from '../../../src/core/activity.ts';
import { type Clock, realClock, SECOND, sleep } from '../../../src/core/clock.ts';
import type { Permits } from '../../../src/core/ports/permits.ts';
import type { Timing } from '../../../src/core/timing.ts';
import { backOffMs } from '../../../src/core/waiting/back-off.ts';
import type { Room } from '../room.ts';
import { type Place, Turns } from '../turns.ts';
import { QueueConcurrency } from './queue-concurrency.ts';
import type { QueueMapping } from './queue-settings.ts';

/** What says whether a batch may run. */
export interface PlaceParts {
  readonly clock: Clock;
  readonly timing: Timing;
  readonly activity: Activity;
  readonly room: Room;
  readonly permits: Permits;
  readonly capacity: number;
}

/** How long to wait while other processes run all batches that the mapping may have, before it is tried again. */
const NO_PERMIT = { firstMs: 10, maxMs: SECOND };

/**
 * Where the batches of one mapping run. A batch is begun with a place on the machine and a permit, which counts it over
 * all processes, and has them until it ends; no more are begun than the mapping may have at once.
 */
export class BatchPlaces {
  readonly #uuid: string;
  readonly #parts: PlaceParts;
  readonly #concurrency: QueueConcurrency;
  readonly #turns: Turns;
  readonly #inFlight = new Set<Promise<void>>();
  /** Given to the loop for the batch that it gathers. */
  #place: Place | undefined;
  /** Others may wait for the place while it is held. */
  #holding: Disposable | undefined;
  /** Set while the loop waits until another batch could run. */
  #goOn: ((place?: Place) => void) | undefined;
  /** The loop's, for the batch that it gathers. */
  #permit: Disposable | undefined;
  /** Set while the loop waits for a permit. */
  #permitFreed: (() => void) | undefined;

  constructor({ uuid, settings }: QueueMapping, parts: PlaceParts) {
    this.#uuid = uuid;
    this.#parts = parts;
    this.#concurrency = new QueueConcurrency(settings, parts.timing, parts.capacity);
    this.#turns = new Turns(parts.room);
  }

  /** Whether no batch runs. */
  get isUnused(): boolean {
    return this.#inFlight.size === 0;
  }

  /** Whether a place was given to the loop. */
  get isGiven(): boolean {
    return this.#place !== undefined;
  }

  hasRoom(): boolean {
    return (this.#place !== undefined || this.#turns.free) && !this.#isAtLimit();
  }

  /** Nothing waits: how much may run at once starts low again. */
  idle(): void {
    this.#concurrency.idle();
  }

  /** Waits for a place; at the limit until a batch of its own has ended, or the limit has grown. Or polling stops. */
  roomAgain(): Promise<void> {
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

  /** Whether a batch may run, of all that do in all processes; if not, it has waited a while. */
  async isPermitted(signal: AbortSignal): Promise<boolean> {
    const pool = { name: `lambda-mapping/${this.#uuid}`, limit: 0 };
    for (let tries = 1; !signal.aborted; tries++) {
      const limit = this.#concurrency.limitOfAll(this.#parts.clock.nowMs());
      const permit = await this.#parts.permits.enter([{ ...pool, limit }]);
      if (permit.kind === 'entered') {
        this.#permit = permit;
        return true;
      }
      this.leavePlace();
      await this.#untilPermitFreed(backOffMs(tries, NO_PERMIT), signal);
      if (!this.hasRoom()) return false;
    }
    return false;
  }

  /** Runs a batch in the place and with the permit of the loop. `batch` does not reject. */
  begin(batch: () => Promise<void>): void {
    this.#concurrency.busy(this.#parts.clock.nowMs());
    const place = this.#place ?? this.#turns.take();
    const permit = this.#permit;
    this.#permit = undefined;
    const running = batch();
    this.#inFlight.add(running);
    this.#hold(undefined);
    void running.finally(() => {
      const heldUp = this.#isAtLimit() ? this.#goOn : undefined;
      this.#inFlight.delete(running);
      permit?.[Symbol.dispose]();
      this.#permitFreed?.();
      // The next batch gets the place for as long as the mapping's turn lasts.
      if (heldUp) heldUp(place.mayGoOn() ? place : undefined);
      else place[Symbol.dispose]();
    });
  }

  /** The loop gathers nothing now: the place is left to others. */
  leavePlace(): void {
    this.#place?.[Symbol.dispose]();
    this.#hold(undefined);
  }

  /** The loop gathers nothing now: place and permit are left to others. */
  leave(): void {
    this.leavePlace();
    this.#permit?.[Symbol.dispose]();
    this.#permit = undefined;
  }

  /** Ends the loop's wait for room. */
  wake(): void {
    this.#goOn?.();
  }

  /** Resolves once no batch runs. */
  async drained(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  #isAtLimit(): boolean {
    return this.#inFlight.size >= this.#concurrency.limit(this.#parts.clock.nowMs());
  }

  #hold(place: Place | undefined): void {
    this.#place = place;
    this.#holding?.[Symbol.dispose]();
    this.#holding = place && this.#parts.activity.begin(`taking for mapping ${this.#uuid}`);
  }

  #whenLimitGrows(wake: () => void): Disposable | undefined {
    const { clock } = this.#parts;
    const nowMs = clock.nowMs();
    const growsAtMs = this.#concurrency.growsAtMs(nowMs);
    return growsAtMs === undefined ? undefined : clock.setTimer(growsAtMs - nowMs, () => wake());
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
}
