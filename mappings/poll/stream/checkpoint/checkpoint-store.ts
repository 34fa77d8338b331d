import { isVersionConflict, type Registry } from '../../../../src/core/ports/registry.ts';
import { beginningKey, beginOnce } from '../../beginning.ts';
import type { ShardCheckpoint } from './shard-checkpoint.ts';

/** What a save keeps; the token is the claim's, and so is what is replayed. */
type Standing = Omit<ShardCheckpoint, 'token'>;

/** A shard that this runner has taken: nobody else's write gets in between, and its own is refused once another took it. */
export interface Claim {
  /** What stood there when it was taken. */
  readonly found: ShardCheckpoint;
  /** Resolves when it is kept. Rejects with `VERSION_CONFLICT` when another has taken the shard. */
  save(standing: Standing): Promise<void>;
}

/** Where the shards begin that were there when a mapping first ran, by shard; those that came later begin at their first record. */
export type Beginning = Readonly<Record<string, string>>;

/** The checkpoints of one mapping. */
export interface CheckpointStore {
  list(): Promise<ReadonlyMap<string, ShardCheckpoint>>;
  /** Where the mapping began. Of all processes that decide it at the same time, one is right. */
  beginning(decide: () => Promise<Beginning>): Promise<Beginning>;
  /** Keeps where a shard begins, unless something is kept of it. */
  enter(shardId: string, initial: Standing): Promise<void>;
  /** Takes a shard with what stands there; `undefined` when nothing does. */
  claim(shardId: string): Promise<Claim | undefined>;
  /** Takes a shard and puts `standing` in place of what stands there. */
  replace(shardId: string, standing: Standing): Promise<void>;
  remove(shardId: string): Promise<void>;
  /** Forgets all. */
  clear(): Promise<void>;
}

/** Keeps a mapping's checkpoints in the registry. */
export function checkpointStore(registry: Registry, uuid: string): CheckpointStore {
  const prefix = `lambda-checkpoints/${uuid}/`;
  const put = async (shardId: string, checkpoint: ShardCheckpoint, version: number) =>
    await registry.put(prefix + shardId, checkpoint, version);
  /** Whoever else writes at the same time, this write comes behind theirs. */
  const take = async <Found extends Standing | undefined>(
    shardId: string,
    standingOf: (found: ShardCheckpoint | undefined) => Found,
  ) => {
    for (;;) {
      const stored = await registry.get<ShardCheckpoint>(prefix + shardId);
      const standing = standingOf(stored?.value);
      if (!standing) return undefined;
      const found: ShardCheckpoint = { ...standing, token: (stored?.value.token ?? 0) + 1 };
      try {
        return { found, version: await put(shardId, found, stored?.version ?? 0) };
      } catch (error) {
        if (!isVersionConflict(error)) throw error;
      }
    }
  };
  const list = async () => {
    const entries = await registry.list<ShardCheckpoint>(prefix);
    return new Map(entries.map(({ key, value }) => [key.slice(prefix.length), value]));
  };
  return {
    list,
    beginning: (decide) => beginOnce<Beginning>(registry, uuid, decide),
    async enter(shardId, initial) {
      try {
        await put(shardId, { ...initial, token: 1 }, 0);
      } catch (error) {
        if (!isVersionConflict(error)) throw error;
      }
    },
    async claim(shardId) {
      const taken = await take(shardId, (found) => found);
      if (!taken) return undefined;
      const { found } = taken;
      let { version } = taken;
      const save = async (standing: Standing) => {
        const kept = { ...standing, token: found.token, ...(found.replay && { replay: found.replay }) };
        version = await put(shardId, kept, version);
      };
      return { found, save };
    },
    async replace(shardId, standing) {
      await take(shardId, () => standing);
    },
    remove: (shardId) => registry.remove(prefix + shardId),
    async clear() {
      for (const shardId of (await list()).keys()) await registry.remove(prefix + shardId);
      await registry.remove(beginningKey(uuid));
    },
  };
}

/** Whether a save was refused because another runner has taken the shard. */
export const isFenced = isVersionConflict;
