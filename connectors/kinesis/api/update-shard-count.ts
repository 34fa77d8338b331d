import type { UpdateShardCountInput, UpdateShardCountOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { limitExceeded, missingMember } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { reshard } from '../shards/reshard.ts';
import { rescale } from '../shards/shard-changes.ts';
import { checkShardLimit, countWithinDay } from '../stream/quotas.ts';
import { openShards } from '../stream/stream.ts';

const MAX_SHARDS = 10_000;
const MAX_TIMES_A_DAY = 10;

/** Splits and merges until the stream has so many shards of even size. */
export const updateShardCount: Operation<KinesisService, UpdateShardCountInput, UpdateShardCountOutput> = async (
  service,
  input,
  context,
) => {
  const stream = await service.directory.of(input, context);
  const target = input.TargetShardCount;
  if (target === undefined) throw missingMember('targetShardCount');
  const current = openShards(stream).length;
  await checkShardLimit(service, stream, Math.max(0, target - current));
  await reshard(service, stream, (now, nowMs) => {
    checkTarget(openShards(now).length, target);
    const countChangesAtMs = countWithinDay(now.countChangesAtMs, nowMs, MAX_TIMES_A_DAY, 'UpdateShardCount');
    return { ...rescale(now, target, nowMs), countChangesAtMs };
  });
  return { StreamName: stream.name, CurrentShardCount: current, TargetShardCount: target, StreamARN: stream.arn };
};

/** AWS's sentences, as users met them. */
function checkTarget(open: number, target: number): void {
  const counts = `Current open shard count: ${open}, Target shard count: ${target}`;
  if (target > MAX_SHARDS) {
    throw limitExceeded(`Target shard count or number of open shards cannot be greater than ${MAX_SHARDS}. ${counts}`);
  }
  if (target > open * 2) {
    throw limitExceeded(`UpdateShardCount cannot scale up over double your current open shard count. ${counts}`);
  }
  if (target < open / 2) {
    throw limitExceeded(`UpdateShardCount cannot scale down below half your current open shard count. ${counts}`);
  }
}
