import type { ReadFrom, SourceShard } from '../../../src/core/source.ts';
import type { MappingRunner } from '../mapping/mapping-kind.ts';
import type { CheckpointStore } from './checkpoint/checkpoint-store.ts';
import { checkpointAt, type ShardCheckpoint } from './checkpoint/shard-checkpoint.ts';
import { moveTo, positionOf } from './move-checkpoint.ts';
import { type ShardParts, ShardRunner } from './shard-runner.ts';
import type { StreamFormat } from './stream-format.ts';
import type { StreamMapping, StreamSettings } from './stream-settings.ts';

/** What running a mapping of a stream needs. */
export interface StreamParts extends ShardParts {
  readonly format: StreamFormat;
  readonly checkpoints: CheckpointStore;
  readonly processed: (result: string) => void;
}

/**
 * Runs the shards of one mapping side by side, children once their parents are at their end. The shards that are there when
 * the mapping first runs begin where its settings say; those that come later begin at their first record.
 */
export class StreamRunner implements MappingRunner {
  readonly ready: Promise<void>;
  readonly #mapping: StreamMapping;
  readonly #parts: StreamParts;
  readonly #running = new Map<string, ShardRunner>();
  readonly #reshard: Disposable;
  #stopping = false;
  #changes: Promise<void>;
  #retry: Disposable | undefined;

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

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#reshard[Symbol.dispose]();
    this.#retry?.[Symbol.dispose]();
    for (const runner of this.#running.values()) runner.stop();
  }

  async drained(): Promise<void> {
    await this.#changes;
    await Promise.all([...this.#running.values()].map(({ finished }) => finished));
  }

  /** Lets a shard go on elsewhere; its open batches end. */
  move(shardId: string, to: ReadFrom, replay: string | undefined): Promise<void> {
    return this.#change('moving a checkpoint', async () => {
      const runner = this.#running.get(shardId);
      runner?.stop();
      await runner?.finished;
      await moveTo(this.#parts, this.#mapping, { shardId, to, replay }).finally(() => void this.#refresh());
    });
  }

  #refresh(): Promise<void> {
    return this.#change('looking for shards', () => this.#update()).catch((error: unknown) => {
      this.#note('fault', `The shards of ${this.#mapping.sourceArn} could not be read: ${String(error)}`);
      const { clock, timing } = this.#parts;
      this.#retry?.[Symbol.dispose]();
      if (this.#stopping) return;
      this.#retry = clock.setTimer(timing.mappingThrottleFirstDelayMs, () => void this.#refresh());
    });
  }

  /** One change after the other. */
  #change(what: string, work: () => Promise<void>): Promise<void> {
    const changed = this.#parts.activity.during(what, async () => {
      await this.#changes;
      if (!this.#stopping) await work();
    });
    this.#changes = changed.catch(() => {});
    return changed;
  }

  async #update(): Promise<void> {
    const { source, checkpoints } = this.#parts;
    const shards = await source.shards(this.#mapping.sourceArn);
    const kept = await checkpoints.list();
    const begins = kept.size === 0 ? firstFrom(this.#mapping.settings) : ({ at: 'trim-horizon' } as const);
    for (const { shardId } of shards) if (!kept.has(shardId)) await this.#enter(shardId, begins);
    // Only now: while a checkpoint is kept, the mapping is known to have begun.
    await this.#forget(shards, [...kept.keys()]);
    const known = await checkpoints.list();
    for (const shard of shards) if (this.#mayRun(shard, known)) await this.#start(shard.shardId);
  }

  /** Keeps where a new shard begins: what is written from now on is not missed, whenever it is read. */
  async #enter(shardId: string, from: ReadFrom): Promise<void> {
    const position = await positionOf(this.#parts, this.#mapping, shardId, from);
    if (position !== undefined) await this.#parts.checkpoints.claim(shardId, checkpointAt(position));
  }

  /** Children wait for their parents, as far as these are still there. */
  #mayRun({ shardId, parentIds }: SourceShard, known: ReadonlyMap<string, ShardCheckpoint>): boolean {
    if (this.#running.has(shardId) || known.get(shardId)?.ended !== false) return false;
    return parentIds.every((parentId) => known.get(parentId)?.ended !== false);
  }

  async #start(shardId: string): Promise<void> {
    const { format, checkpoints, processed } = this.#parts;
    const claim = await checkpoints.claim(shardId, checkpointAt(''));
    if (this.#stopping) return;
    const runner = new ShardRunner(this.#parts, { mapping: this.#mapping, format, shardId, claim, processed });
    this.#running.set(shardId, runner);
    void runner.finished.then((end) => {
      this.#running.delete(shardId);
      if (end !== 'stopped') void this.#refresh();
    });
  }

  /** Of a shard that is gone nothing is kept, once nothing of it is in flight. */
  async #forget(shards: readonly SourceShard[], kept: readonly string[]): Promise<void> {
    const there = new Set(shards.map(({ shardId }) => shardId));
    const { sourceArn } = this.#mapping;
    const isGone = shards.length === 0 && !(await this.#parts.source.describe(sourceArn));
    if (isGone) this.#parts.processed(`PROBLEM: Stream not found: ${sourceArn}`);
    for (const shardId of kept.filter((each) => !there.has(each))) {
      const runner = this.#running.get(shardId);
      if (runner && !isGone) continue;
      runner?.stop();
      await runner?.finished;
      await this.#parts.checkpoints.remove(shardId);
    }
  }

  #note(kind: 'fault', what: string): void {
    this.#parts.journal.append({ kind, what, mapping: this.#mapping.uuid, arn: this.#mapping.sourceArn });
  }
}

function firstFrom({ startingPosition, startingTimestampMs }: StreamSettings): ReadFrom {
  switch (startingPosition) {
    case 'TRIM_HORIZON':
      return { at: 'trim-horizon' };
    case 'LATEST':
      return { at: 'latest' };
    case 'AT_TIMESTAMP':
      return { at: 'timestamp', timestampMs: startingTimestampMs ?? 0 };
  }
}
