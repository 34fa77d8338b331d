import { isVersionConflict, type Registry } from '../../../../src/core/ports/registry.ts';
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

/** The checkpoints of one mapping. */
export interface CheckpointStore {
  list(): Promise<ReadonlyMap<string, ShardCheckpoint>>;
  /** Takes a shard, with what stands there, or with `initial` when nothing does. */
  claim(shardId: string, initial: Standing): Promise<Claim>;
  /** Takes a shard and puts `standing` in place of what stands there. */
  replace(shardId: string, standing: Standing): Promise<void>;
  remove(shardId: string): Promise<void>;
}

/** Keeps a mapping's checkpoints in the registry. */
export function checkpointStore(registry: Registry, uuid: string): CheckpointStore {
  const prefix = `lambda-checkpoints/${uuid}/`;
  const take = async (shardId: string, standingOf: (found: ShardCheckpoint | undefined) => Standing) => {
    const key = prefix + shardId;
    const stored = await registry.get<ShardCheckpoint>(key);
    const token = (stored?.value.token ?? 0) + 1;
    const found: ShardCheckpoint = { ...standingOf(stored?.value), token };
    let version = await registry.put(key, found, stored?.version ?? 0);
    const save = async (standing: Standing) => {
      const kept: ShardCheckpoint = { ...standing, token, ...(found.replay && { replay: found.replay }) };
      version = await registry.put(key, kept, version);
    };
    return { found, save };
  };
  return {
    async list() {
      const entries = await registry.list<ShardCheckpoint>(prefix);
      return new Map(entries.map(({ key, value }) => [key.slice(prefix.length), value]));
    },
    claim: (shardId, initial) => take(shardId, (found) => found ?? initial),
    async replace(shardId, standing) {
      await take(shardId, () => standing);
    },
    remove: (shardId) => registry.remove(prefix + shardId),
  };
}

/** Whether a save was refused because another runner has taken the shard. */
export const isFenced = isVersionConflict;
