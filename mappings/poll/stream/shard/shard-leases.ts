import { realClock } from '../../../../src/core/clock.ts';
import type { Lease, Leases } from '../../../../src/core/ports/leases.ts';

/** A shard that is this process's until it is disposed of. */
export interface HeldShard extends AsyncDisposable {
  /** Aborted when another process may read it from now on, or should: what is in flight may be brought to its end. */
  readonly over: AbortSignal;
}

/**
 * The shards that this process reads, of all mappings, and those that it waits for. One that holds more than its share
 * gives shards up that others wait for; it then stands in line for them again, behind the others.
 */
export class ShardLeases implements Disposable {
  readonly #leases: Leases;
  readonly #held = new Map<Lease, AbortController>();
  #waiting = 0;
  #timer: Disposable | undefined;

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  /** Waits until the shard is this process's; `undefined` when the signal is aborted first. */
  async hold(name: string, signal: AbortSignal): Promise<HeldShard | undefined> {
    this.#waiting++;
    try {
      const lease = await this.#leases.hold(name, signal);
      return lease && this.#keep(lease);
    } finally {
      this.#waiting--;
    }
  }

  /** Resolves when those who asked before have been told whether what they want is free. */
  async answered(): Promise<void> {
    // It is asked behind them.
    await this.#leases.members().catch(() => 0);
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #keep(lease: Lease): HeldShard {
    const over = new AbortController();
    const end = () => over.abort();
    lease.lost.addEventListener('abort', end, { once: true });
    if (lease.lost.aborted) end();
    this.#held.set(lease, over);
    this.#shareInTime();
    return {
      over: over.signal,
      [Symbol.asyncDispose]: async () => {
        lease.lost.removeEventListener('abort', end);
        this.#held.delete(lease);
        if (this.#held.size === 0) this[Symbol.dispose]();
        // What cannot be given back is free when its time has passed.
        await Promise.resolve(lease[Symbol.asyncDispose]()).catch(() => {});
      },
    };
  }

  /** Leases run in real time, and nobody else is there where they last for none. */
  #shareInTime(): void {
    const { ttlMs } = this.#leases;
    if (ttlMs === 0) return;
    this.#timer ??= realClock.setTimer(ttlMs / 2, () => {
      void this.#share()
        .catch(() => {})
        .then(() => {
          if (this.#timer === undefined) return;
          this.#timer = undefined;
          if (this.#held.size > 0) this.#shareInTime();
        });
    });
  }

  async #share(): Promise<void> {
    const wanted = [...this.#held].filter(([lease, over]) => lease.isWanted && !over.signal.aborted);
    if (wanted.length === 0) return;
    const members = await this.#leases.members();
    const share = Math.ceil((this.#held.size + this.#waiting) / members);
    const tooMany = Math.max(0, this.#held.size - share);
    for (const [, over] of wanted.slice(0, tooMany)) over.abort();
  }
}
