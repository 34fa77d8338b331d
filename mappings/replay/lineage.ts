/** A shard that may have parents. */
interface Descendant {
  readonly shardId: string;
  readonly parentIds: readonly string[];
}

/** Runs something for each shard side by side, for children after their parents: so the order of each key is kept. */
export async function byLineage<Shard extends Descendant>(
  shards: readonly Shard[],
  run: (shard: Shard) => Promise<void>,
): Promise<void> {
  const running = new Map<string, Promise<void>>();
  for (const shard of shards) {
    const parents = shard.parentIds.flatMap((id) => running.get(id) ?? []);
    running.set(
      shard.shardId,
      Promise.all(parents).then(() => run(shard)),
    );
  }
  await Promise.all(running.values());
}
