import { invalidArgument, invalidParameter, shardNotFound } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { type Stream, shardAt } from '../stream/stream.ts';
import { updateStream } from '../stream/stream-update.ts';
import { isOpen, type Shard, shardIdOf, shardIndexOf } from './shard.ts';

/**
 * Changes the shards of a provisioned stream that is at rest. It takes records all the while: from now on the children do.
 * @param decide makes the new shards; refuses where that cannot be
 */
export async function reshard(
  service: KinesisService,
  stream: Stream,
  decide: (current: Stream, nowMs: number) => Stream,
): Promise<Stream> {
  const changed = await updateStream(service, stream, (current, nowMs) => {
    if (current.mode === 'ON_DEMAND') throw onDemand(current);
    return decide(current, nowMs);
  });
  service.retention.expect(changed);
  return await service.directory.settleClosed(changed);
}

/** The shard that is to be split or merged. */
export function shardToReshard(stream: Stream, shardId: string | undefined): Shard {
  const index = shardIndexOf(shardId ?? '');
  const shard = index === undefined ? undefined : shardAt(stream, index);
  if (!shard) throw shardNotFound(index === undefined ? `${shardId}` : shardIdOf(index), stream);
  if (isOpen(shard)) return shard;
  throw invalidArgument(
    `Shard ${shardIdOf(shard.index)} in stream ${stream.name} under account ${stream.account} has already been merged or split, and thus is not eligible for merging or splitting.`,
  );
}

const onDemand = ({ name, account }: Stream) =>
  invalidParameter(`Request is invalid. Stream ${name} under account ${account} is in On-Demand mode.`);
