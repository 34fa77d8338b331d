// A shard of a mapping is read by one process at a time, under a lease that it leaves when it cannot read it.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
import { expect, test } from 'vitest';
import { LeasedShard } from '../../mappings/poll/stream/shard/leased-shard.ts';
import { ShardLeases } from '../../mappings/poll/stream/shard/shard-leases.ts';
import { openLeases } from '../../src/backends/embedded/leases.ts';
import { createActivity } from '../../src/core/activity.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';

test('a shard whose checkpoint could not be asked for is taken once it can', async () => {
  const answers = [() => Promise.reject(new BackendUnavailable('Redis', 'away')), async () => 'ended' as const];
  const failures: unknown[] = [];
  const shard = new LeasedShard('mapping', 'shard', {
    leases: new ShardLeases(openLeases()),
    activity: createActivity(),
    take: async () => await answers.shift()?.(),
    failed: async (error) => void failures.push(error),
  });
  expect(await shard.finished).toBe('ended');
  expect(failures).toEqual([expect.any(BackendUnavailable)]);
});
