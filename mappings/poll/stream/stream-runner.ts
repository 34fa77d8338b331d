import { sleep } from '../../../src/core/clock.ts';
import { BackendUnavailable } from '../../../src/core/errors.ts';
import type { ReadFrom, SourceShard } from '../../../src/core/source.ts';
import { startOf } from '../beginning.ts';
import type { MappingRunner } from '../mapping/mapping-kind.ts';
import { pauseInOutage } from '../outage-pause.ts';
import type { Beginning, CheckpointStore } from './checkpoint/checkpoint-store.ts';
import { checkpointAt, type ShardCheckpoint } from './checkpoint/shard-checkpoint.ts';
import { moveTo, positionOf } from './move-checkpoint.ts';
import { LeasedShard } from './shard/leased-shard.ts';
import type { ShardLeases } from './shard/shard-leases.ts';
import { type ShardParts, ShardRunner } from './shard-runner.ts';
import type { StreamFormat } from './stream-format.ts';
import type { StreamMapping } from './stream-settings.ts';

/** What running a mapping of a stream needs. */
export interface StreamParts extends ShardParts {
  readonly format: StreamFormat;
  readonly checkpoints: CheckpointStore;
  readonly leases: ShardLeases;
  readonly processed: (result: string) => void;
}

/** A backend that is away has been asked for other things, too. */
const SHARDS_TRIES = 3;

/**
 * Runs the shards of one mapping side by side, children once their parents are at their end, each in one process at a time.
 * The shards that are there when the mapping first runs begin where its settings say; those that come later begin at their
 * first record.
 */
export class StreamRunner implements MappingRunner {
  readonly ready: Promise<void>;
  readonly #mapping: StreamMapping;
  readonly #parts: StreamParts;
  /** Those that this process reads, or waits for. */
  readonly #shards = new Map<string, LeasedShard>();
  readonly #reshard: Disposable;
  readonly #stopping = new AbortController();
  #changes: Promise<void>;
  #retry: AbortController | undefined;

  /** @param before resolves when an earlier runner of the mapping has settled what it had in flight */
  constructor(mapping: StreamMapping, parts: StreamParts, before?: Promise<void>) {
    this.#mapping = mapping;
    this.#parts = parts;
    this.#changes = before ?? Promise.resolve();
    this.#reshard = parts.source.onReshard(mapping.sourceArn, () => void this.#refresh());
    const started = this.#refresh();
    // After an earlier runner it is decided already where the shards go on.
    this.ready = before ? Promise.resolve() : started;
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#reshard[Symbol.dispose]();
    this.#retry?.abort();
    for (const shard of this.#shards.values()) shard.stop();
  }

  async drained(): Promise<void> {
    await this.#changes;
    await Promise.all([...this.#shards.values()].map(({ finished }) => finished));
  }

  /** Lets a shard go on elsewhere; its open batches end. */
  move(shardId: string, to: ReadFrom, replay: string | undefined): Promise<void> {
    return this.#change('moving a checkpoint', async () => {
      const runner = this.#shards.get(shardId)?.runner;
      runner?.stop();
      await runner?.finished;
      await moveTo(this.#parts, this.#mapping, { shardId, to, replay }).finally(() => void this.#refresh());
    });
  }

  checkpointsMoved(): void {
    void this.#change('looking at checkpoints', async () => {
      const kept = await this.#parts.checkpoints.list();
      for (const { shardId, runner } of this.#shards.values()) {
        if (runner && kept.get(shardId)?.token !== runner.token) runner.stop();
      }
    })
      .then(() => this.#refresh())
      .catch((error: unknown) => this.#note('fault', `Checkpoints could not be looked at: ${String(error)}`));
  }

  #refresh(): Promise<void> {
    return this.#change('looking for shards', () => this.#update()).catch((error: unknown) => {
      this.#note('fault', `The shards of ${this.#mapping.sourceArn} could not be read: ${String(error)}`);
      if (error instanceof BackendUnavailable) this.#parts.processed(`PROBLEM: ${error.message}`);
      this.#retry?.abort();
      if (this.#isStopping) return;
      this.#retry = new AbortController();
      void this.#refreshAfter(error, this.#retry.signal);
    });
  }

  async #refreshAfter(error: unknown, signal: AbortSignal): Promise<void> {
    await this.#pause(error, signal);
    if (!signal.aborted) await this.#refresh();
  }

  async #pause(error: unknown, signal: AbortSignal): Promise<void> {
    const { activity, clock, timing } = this.#parts;
    if (error instanceof BackendUnavailable) return await pauseInOutage(activity, error, SHARDS_TRIES, signal);
    await sleep(clock, timing.mappingThrottleFirstDelayMs, signal).catch(() => {});
  }

  /** One change after the other. */
  #change<Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> {
    const changed = this.#parts.activity.during(what, async () => {
      await this.#changes;
      return this.#isStopping ? undefined : await work();
    });
    this.#changes = changed.then(
      () => {},
      () => {},
    );
    return changed;
  }

  async #update(): Promise<void> {
    const { source, checkpoints } = this.#parts;
    const shards = await source.shards(this.#mapping.sourceArn);
    const kept = await checkpoints.list();
    await this.#enter(shards, kept);
    await this.#forget(shards, [...kept.keys()]);
    const known = await checkpoints.list();
    const asked = shards.filter((shard) => this.#mayRun(shard, known)).map(({ shardId }) => this.#run(shardId).asked);
    await Promise.all(asked);
  }

  /** Keeps where new shards begin: what is written from now on is not missed, whenever and by whomever it is read. */
  async #enter(shards: readonly SourceShard[], kept: ReadonlyMap<string, ShardCheckpoint>): Promise<void> {
    const unknown = shards.filter(({ shardId }) => !kept.has(shardId));
    if (unknown.length === 0) return;
    const { checkpoints } = this.#parts;
    const begun = await checkpoints.beginning(async () => (kept.size > 0 ? {} : await this.#firstPositions(unknown)));
    for (const { shardId } of unknown) {
      const position = begun[shardId] ?? (await this.#positionOf(shardId, { at: 'trim-horizon' }));
      if (position !== undefined) await checkpoints.enter(shardId, checkpointAt(position));
    }
  }

  async #firstPositions(shards: readonly SourceShard[]): Promise<Beginning> {
    const positions: [string, string][] = [];
    for (const { shardId } of shards) {
      const position = await this.#positionOf(shardId, startOf(this.#mapping.settings));
      if (position !== undefined) positions.push([shardId, position]);
    }
    return Object.fromEntries(positions);
  }

  #positionOf(shardId: string, from: ReadFrom): Promise<string | undefined> {
    return positionOf(this.#parts, this.#mapping, shardId, from);
  }

  /** Children wait for their parents, as far as these are still there. */
  #mayRun({ shardId, parentIds }: SourceShard, known: ReadonlyMap<string, ShardCheckpoint>): boolean {
    if (this.#shards.has(shardId) || known.get(shardId)?.ended !== false) return false;
    return parentIds.every((parentId) => known.get(parentId)?.ended !== false);
  }

  #run(shardId: string): LeasedShard {
    const { leases, activity } = this.#parts;
    const take = () => this.#change('taking a shard', () => this.#take(shardId));
    const failed = (error: unknown, signal: AbortSignal) => this.#couldNotTake(shardId, error, signal);
    const shard = new LeasedShard(this.#mapping.uuid, shardId, { leases, activity, take, failed });
    this.#shards.set(shardId, shard);
    if (this.#isStopping) shard.stop();
    void shard.finished.then((end) => {
      this.#shards.delete(shardId);
      if (end === 'ended') void this.#refresh();
    });
    return shard;
  }

  /** Begins to run a shard, unless another process has brought it to its end, or forgotten it. */
  async #take(shardId: string): Promise<ShardRunner | 'ended'> {
    const { format, checkpoints, processed } = this.#parts;
    const claim = await checkpoints.claim(shardId);
    if (!claim || claim.found.ended) return 'ended';
    return new ShardRunner(this.#parts, { mapping: this.#mapping, format, shardId, claim, processed });
  }

  async #couldNotTake(shardId: string, error: unknown, signal: AbortSignal): Promise<void> {
    this.#note('fault', `${shardId} of ${this.#mapping.sourceArn} could not be taken: ${String(error)}`);
    await this.#pause(error, signal);
  }

  /** Of a shard that is gone nothing is kept, once nothing of it is in flight. */
  async #forget(shards: readonly SourceShard[], kept: readonly string[]): Promise<void> {
    const there = new Set(shards.map(({ shardId }) => shardId));
    const { sourceArn } = this.#mapping;
    const isGone = shards.length === 0 && !(await this.#parts.source.describe(sourceArn));
    if (isGone) this.#parts.processed(`PROBLEM: Stream not found: ${sourceArn}`);
    for (const shardId of kept.filter((each) => !there.has(each))) {
      const shard = this.#shards.get(shardId);
      const runner = shard?.runner;
      if (runner && !isGone) continue;
      shard?.stop();
      await runner?.finished;
      await this.#parts.checkpoints.remove(shardId);
    }
  }

  #note(kind: 'fault', what: string): void {
    this.#parts.journal.append({ kind, what, mapping: this.#mapping.uuid, arn: this.#mapping.sourceArn });
  }
}
