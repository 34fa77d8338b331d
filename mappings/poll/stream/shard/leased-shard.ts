import type { Activity } from '../../../../src/core/activity.ts';
import type { ShardEnd, ShardRunner } from '../shard-runner.ts';
import type { HeldShard, ShardLeases } from './shard-leases.ts';

/** What a shard needs to be run under its lease. */
export interface LeasedParts {
  readonly leases: ShardLeases;
  readonly activity: Activity;
  /** Begins to run the shard where it stands now; `undefined` when nothing is run any more. */
  readonly take: () => Promise<ShardRunner | 'ended' | undefined>;
  /** Told that it could not be taken; waits before it is tried again. */
  readonly failed: (error: unknown, signal: AbortSignal) => Promise<void>;
}

/**
 * One shard of a mapping in this process:
 *
 *   waiting → running     the lease is this process's
 *   running → waiting     the lease was lost or given up, or another took the shard, or it must be taken anew
 *   running → ended       all of it is settled
 *   any     → stopped
 */
export class LeasedShard {
  readonly shardId: string;
  /** Resolves when it is known whether another process reads the shard. */
  readonly asked: Promise<void>;
  readonly finished: Promise<'ended' | 'stopped'>;
  readonly #parts: LeasedParts;
  readonly #name: string;
  readonly #stopping = new AbortController();
  #runner: ShardRunner | undefined;
  #told = () => {};

  /** @param mapping its UUID */
  constructor(mapping: string, shardId: string, parts: LeasedParts) {
    this.shardId = shardId;
    this.#name = `lambda-shard/${mapping}/${shardId}`;
    this.#parts = parts;
    this.asked = new Promise((resolve) => {
      this.#told = resolve;
    });
    this.finished = this.#run();
  }

  /** The runner, while this process reads the shard. */
  get runner(): ShardRunner | undefined {
    return this.#runner;
  }

  /** Takes nothing more; `finished` resolves when what is in flight is settled. */
  stop(): void {
    this.#stopping.abort();
    this.#runner?.stop();
  }

  async #run(): Promise<'ended' | 'stopped'> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const held = await this.#hold();
        if (!held) break;
        // Also where it cannot be taken: who asks for what he holds waits for himself.
        const end = await this.#runUnder(held).finally(() => this.#leave(held));
        if (end === 'ended') return 'ended';
      } catch (error) {
        await this.#parts.failed(error, signal);
      }
    }
    return 'stopped';
  }

  async #leave(held: HeldShard): Promise<void> {
    using _token = this.#parts.activity.begin('leaving a shard');
    await held[Symbol.asyncDispose]();
  }

  /** In progress only until it is known whether another process has the shard: that one may have it for days. */
  async #hold(): Promise<HeldShard | undefined> {
    using _token = this.#parts.activity.begin('asking for a shard');
    const held = this.#parts.leases.hold(this.#name, this.#stopping.signal);
    await Promise.race([held, this.#parts.leases.answered()]);
    this.#told();
    return held;
  }

  async #runUnder(held: HeldShard): Promise<ShardEnd> {
    const runner = await this.#parts.take();
    if (runner === 'ended') return 'ended';
    if (!runner) {
      this.#stopping.abort();
      return 'stopped';
    }
    this.#runner = runner;
    const stop = () => runner.stop();
    held.over.addEventListener('abort', stop, { once: true });
    if (held.over.aborted || this.#stopping.signal.aborted) stop();
    const end = await runner.finished;
    held.over.removeEventListener('abort', stop);
    this.#runner = undefined;
    return end;
  }
}
