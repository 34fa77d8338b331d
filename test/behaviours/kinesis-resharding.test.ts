// Splitting and merging shards, and what readers and writers see of it.
// https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, SECOND } from '../../src/core/clock.ts';
import type { EventLog } from '../../src/core/ports/event-log.ts';
import { embeddedOnly } from '../support/real-namespace.ts';
import { runSeed } from '../support/seed.ts';
import { ACCOUNT, type Answer, refusalOf, shardId, startKinesis, text } from './kinesis-fixture.ts';

const MIDDLE = (2n ** 127n).toString();

/** Reads from a shard to its end and on into its children. */
async function readToEnd(call: (name: string, input: object) => Promise<Answer>, ShardIterator: string) {
  const data: string[] = [];
  for (let next: string | undefined = ShardIterator; next; ) {
    const page: Answer = await call('GetRecords', { ShardIterator: next });
    data.push(...page.Records.map((record: Answer) => text(record.Data)));
    if (page.Records.length === 0) return { data, page };
    next = page.NextShardIterator;
  }
  throw new Error('The page with the last records has a next iterator');
}

describe('splitting', () => {
  test('closes a shard and opens two with its hash keys', async () => {
    const { stream, call, clock } = startKinesis();
    const orders = await stream('orders');
    await orders.put('before');
    await clock.advance(SECOND);
    await call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: MIDDLE });
    const [parent, left, right] = await orders.shards();
    expect(parent.SequenceNumberRange).toHaveProperty('EndingSequenceNumber');
    expect(left).toMatchObject({
      ShardId: shardId(1),
      ParentShardId: shardId(0),
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: (2n ** 127n - 1n).toString() },
    });
    expect(right).toMatchObject({
      ShardId: shardId(2),
      ParentShardId: shardId(0),
      HashKeyRange: { StartingHashKey: MIDDLE },
    });
    expect(left).not.toHaveProperty('AdjacentParentShardId');
    expect(
      BigInt(left.SequenceNumberRange.StartingSequenceNumber) > BigInt(parent.SequenceNumberRange.EndingSequenceNumber),
    ).toBe(true);
    expect((await orders.put('after', 'k', { ExplicitHashKey: MIDDLE })).ShardId).toBe(shardId(2));
    expect(await orders.read()).toEqual(['before']);
  });

  test('ends the parent with its children and without a next iterator', async () => {
    const { stream, call, clock } = startKinesis();
    const orders = await stream('orders');
    await orders.put('a');
    const ShardIterator = await orders.iterator();
    await call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: MIDDLE });
    await clock.advance(3 * SECOND);
    const { data, page } = await readToEnd(call, ShardIterator);
    expect(data).toEqual(['a']);
    expect(page).toEqual({
      Records: [],
      MillisBehindLatest: 3 * SECOND,
      ChildShards: [
        {
          ShardId: shardId(1),
          ParentShards: [shardId(0)],
          HashKeyRange: { StartingHashKey: '0', EndingHashKey: (2n ** 127n - 1n).toString() },
        },
        {
          ShardId: shardId(2),
          ParentShards: [shardId(0)],
          HashKeyRange: { StartingHashKey: MIDDLE, EndingHashKey: (2n ** 128n - 1n).toString() },
        },
      ],
    });
  });

  test('is refused outside the range, of an unknown and of a closed shard', async () => {
    const { stream, call } = startKinesis();
    await stream('orders', 2);
    const refused = (ShardToSplit: string, NewStartingHashKey: string) =>
      refusalOf(call('SplitShard', { StreamName: 'orders', ShardToSplit, NewStartingHashKey }));
    const end = (2n ** 127n - 1n).toString();
    for (const outside of ['0', '1', end, MIDDLE]) {
      expect(await refused(shardId(0), outside)).toEqual({
        code: 'InvalidArgumentException',
        message: `NewStartingHashKey ${outside} used in SplitShard() on shard ${shardId(0)} in stream orders under account ${ACCOUNT} is not both greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey ${end}.`,
      });
    }
    expect(await refused(shardId(9), '5')).toEqual({
      code: 'ResourceNotFoundException',
      message: `Could not find shard ${shardId(9)} in stream orders under account ${ACCOUNT}.`,
    });
    await call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: '5' });
    expect((await refused(shardId(0), '5')).message).toBe(
      `Shard ${shardId(0)} in stream orders under account ${ACCOUNT} has already been merged or split, and thus is not eligible for merging or splitting.`,
    );
  });
});

describe('merging', () => {
  test('closes two shards and opens one with the hash keys of both', async () => {
    const { stream, call } = startKinesis();
    const orders = await stream('orders', 2);
    await call('MergeShards', { StreamName: 'orders', ShardToMerge: shardId(0), AdjacentShardToMerge: shardId(1) });
    const [, , child] = await orders.shards();
    expect(child).toMatchObject({
      ShardId: shardId(2),
      ParentShardId: shardId(0),
      AdjacentParentShardId: shardId(1),
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: (2n ** 128n - 1n).toString() },
    });
  });

  test('is refused of shards that do not adjoin in that order', async () => {
    const { stream, call } = startKinesis();
    await stream('orders', 3);
    for (const [lower, upper] of [
      [0, 2],
      [1, 0],
      [1, 1],
    ] as const) {
      const merge = { StreamName: 'orders', ShardToMerge: shardId(lower), AdjacentShardToMerge: shardId(upper) };
      expect(await refusalOf(call('MergeShards', merge))).toEqual({
        code: 'InvalidArgumentException',
        message: `Shards ${shardId(lower)} and ${shardId(upper)} in stream orders under account ${ACCOUNT} are not an adjacent pair of shards eligible for merging`,
      });
    }
  });
});

describe('updating the number of shards', () => {
  test.each([
    [1, 2],
    [2, 1],
    [4, 3],
    [3, 5],
    [8, 8],
    [5, 10],
  ])('from %i to %i leaves even shards that cover all hash keys', async (from, to) => {
    const { stream, call } = startKinesis();
    const orders = await stream('orders', from);
    expect(
      await call('UpdateShardCount', { StreamName: 'orders', TargetShardCount: to, ScalingType: 'UNIFORM_SCALING' }),
    ).toEqual({ StreamName: 'orders', CurrentShardCount: from, TargetShardCount: to, StreamARN: orders.arn });
    const open = (await orders.shards())
      .filter(({ SequenceNumberRange }) => SequenceNumberRange.EndingSequenceNumber === undefined)
      .map(({ HashKeyRange }) => [BigInt(HashKeyRange.StartingHashKey), BigInt(HashKeyRange.EndingHashKey)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const width = 2n ** 128n / BigInt(to);
    expect(open.map(([start]) => start)).toEqual(Array.from({ length: to }, (_, each) => width * BigInt(each)));
    expect(open.map(([, end]) => end + 1n)).toEqual([...open.slice(1).map(([start]) => start), 2n ** 128n]);
  });

  test('takes no longer for each of thousands of shards than for one of a few', async (context) => {
    embeddedOnly(context, 'each shard is a partition, of which one small broker cannot hold thousands');
    const { stream, call } = startKinesis();
    await stream('orders', 4_000);
    const target = { TargetShardCount: 3_000, ScalingType: 'UNIFORM_SCALING' };
    await call('UpdateShardCount', { StreamName: 'orders', ...target });
    const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamName: 'orders' });
    expect(StreamDescriptionSummary.OpenShardCount).toBe(3_000);
  });

  test('is refused beyond double, below half and more than ten times a day', async () => {
    const { stream, call, clock } = startKinesis();
    await stream('orders', 2);
    const update = (TargetShardCount: number) =>
      call('UpdateShardCount', { StreamName: 'orders', TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
    expect(await refusalOf(update(5))).toEqual({
      code: 'LimitExceededException',
      message:
        'UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: 2, Target shard count: 5',
    });
    await update(4);
    expect((await refusalOf(update(1))).message).toBe(
      'UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: 4, Target shard count: 1',
    );
    for (let each = 0; each < 9; each += 1) await update(each % 2 === 0 ? 2 : 4);
    expect(await refusalOf(update(4))).toMatchObject({ code: 'LimitExceededException' });
    await clock.advance(DAY);
    await update(4);
  });
});

test('closed shards are listed as long as their last records are kept', async () => {
  const { stream, call, clock } = startKinesis();
  const orders = await stream('orders');
  await orders.put('a');
  await clock.advance(HOUR);
  await call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: MIDDLE });
  await clock.advance(DAY);
  expect(await orders.shards()).toHaveLength(3);
  await clock.advance(SECOND);
  expect((await orders.shards()).map(({ ShardId, ParentShardId }) => [ShardId, ParentShardId])).toEqual([
    [shardId(1), shardId(0)],
    [shardId(2), shardId(0)],
  ]);
  await clock.advance(HOUR);
  await call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(1), NewStartingHashKey: '9' });
  expect((await orders.shards()).map(({ ShardId }) => ShardId)).toEqual([1, 2, 3, 4].map(shardId));
});

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('a record that is put while its shard closes is kept once, and none is lost', async (context) => {
  embeddedOnly(context, 'each run makes the same stream anew, and a test has one namespace');
  const seed = runSeed('kinesis-resharding');
  const actions = fc.array(fc.oneof(fc.constant('put' as const), fc.integer({ min: 0, max: 5 })), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(actions, async (steps) => {
      let appends = 0;
      // As from another process: where a record comes to lie is settled later than its shard was chosen.
      const wrapLog = (log: EventLog): EventLog => ({
        ...log,
        append: async (name, partition, entries) => {
          await turns(appends++ % 7);
          return await log.append(name, partition, entries);
        },
      });
      const { stream, call } = startKinesis({ wrapLog });
      const orders = await stream('orders', 2);
      const put: string[] = [];
      const running = steps.map(async (step, index) => {
        if (step === 'put') {
          await orders.put(`${index}`, `key-${index}`);
          put.push(`${index}`);
          return;
        }
        await turns(step);
        const { Shards } = await call('ListShards', { StreamName: 'orders', ShardFilter: { Type: 'AT_LATEST' } });
        const { ShardId, HashKeyRange } = Shards[index % Shards.length];
        const at = (BigInt(HashKeyRange.StartingHashKey) + BigInt(HashKeyRange.EndingHashKey)) / 2n;
        const split = { StreamName: 'orders', ShardToSplit: ShardId, NewStartingHashKey: at.toString() };
        await call('SplitShard', split).catch(() => {});
      });
      await Promise.all(running);
      expect([...(await orders.readAll())].sort()).toEqual(put.sort());
    }),
    { seed, numRuns: 50 },
  );
});

test('who reads parents before children sees the records of each key in the order they were put', async (context) => {
  embeddedOnly(context, 'each run makes the same stream anew, and a test has one namespace');
  const seed = runSeed('kinesis-key-order');
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ put: fc.integer({ min: 0, max: 9 }) }) },
    { weight: 1, arbitrary: fc.record({ split: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ merge: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ rescale: fc.integer({ min: 1, max: 6 }) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      const { stream, call } = startKinesis();
      const orders = await stream('orders', 2);
      const put = new Map<string, string[]>();
      const open = async (): Promise<readonly Answer[]> => {
        const { Shards } = await call('ListShards', { StreamName: 'orders', ShardFilter: { Type: 'AT_LATEST' } });
        const start = ({ HashKeyRange }: Answer) => BigInt(HashKeyRange.StartingHashKey);
        return Shards.sort((a: Answer, b: Answer) => (start(a) < start(b) ? -1 : 1));
      };
      for (const [index, step] of actions.entries()) {
        const shards = await open();
        if ('put' in step) {
          await orders.put(`${index}`, `key-${step.put}`);
          put.set(`key-${step.put}`, [...(put.get(`key-${step.put}`) ?? []), `${index}`]);
        } else if ('split' in step) {
          const { ShardId, HashKeyRange } = shards[step.split % shards.length];
          const at = (BigInt(HashKeyRange.StartingHashKey) + BigInt(HashKeyRange.EndingHashKey)) / 2n;
          await call('SplitShard', { StreamName: 'orders', ShardToSplit: ShardId, NewStartingHashKey: `${at}` });
        } else if ('merge' in step && shards.length > 1) {
          const lower = step.merge % (shards.length - 1);
          const [ShardToMerge, AdjacentShardToMerge] = [shards[lower].ShardId, shards[lower + 1].ShardId];
          await call('MergeShards', { StreamName: 'orders', ShardToMerge, AdjacentShardToMerge });
        } else if ('rescale' in step) {
          const target = { TargetShardCount: step.rescale, ScalingType: 'UNIFORM_SCALING' };
          await call('UpdateShardCount', { StreamName: 'orders', ...target }).catch(() => {});
        }
      }
      // A child's number is higher than its parents'.
      const read = new Map<string, string[]>();
      for (const { ShardId } of await orders.shards()) {
        const { Records } = await call('GetRecords', { ShardIterator: await orders.iterator({ ShardId }) });
        for (const { PartitionKey, Data } of Records) {
          read.set(PartitionKey, [...(read.get(PartitionKey) ?? []), text(Data)]);
        }
      }
      expect(read).toEqual(put);
    }),
    { seed, numRuns: 60 },
  );
});
