// Several processes on the same registry and log: each of them sees and does what one alone would.
// https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openEventLog } from '../../src/backends/kafka/event-log/event-log.ts';
import { openRegistry } from '../../src/backends/redis/registry.ts';
import { createActivity } from '../../src/core/activity.ts';
import { DAY, HOUR } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import { describeOn } from '../support/backends.ts';
import { createTestKafka } from '../support/test-kafka.ts';
import { createTestRedis } from '../support/test-redis.ts';
import { type KinesisGround, refusalOf, START_MS, shardId, startKinesis } from './kinesis-fixture.ts';

const MIDDLE = (2n ** 127n).toString();
const LIMITS = { maxRecords: 100, maxBytes: 2 ** 20 };
const forever = new AbortController().signal;

describe('two processes on embedded ports', () => {
  // The ports of one process, used by two connectors that know nothing of each other.
  describeProcesses(async () => {
    const { ground } = startKinesis();
    return () => startKinesis({ ground });
  });
});

describeOn(['redis', 'kafka'], 'two processes on Redis and Kafka', () => {
  const closing: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const each of closing.splice(0).reverse()) await each[Symbol.asyncDispose]();
  });
  describeProcesses(async () => {
    const [redis, kafka] = [createTestRedis(), createTestKafka()];
    closing.push(redis, kafka);
    const activity = createActivity();
    const clock = createVirtualClock(START_MS, activity);
    const grounds: KinesisGround[] = [];
    for (let each = 0; each < 2; each += 1) {
      const registry = await openRegistry({ link: await redis.open() });
      const log = openEventLog({ link: await kafka.open(), registry, clock, random: systemRandom });
      closing.push(registry, log);
      grounds.push({ activity, clock, registry, log });
    }
    return () => {
      const ground = grounds.shift();
      if (!ground) throw new Error('two are enough');
      return startKinesis({ ground });
    };
  });
});

/** @param open a way to start one after another of two processes */
function describeProcesses(open: () => Promise<() => ReturnType<typeof startKinesis>>): void {
  const started: ReturnType<typeof startKinesis>[] = [];
  afterEach(async () => {
    for (const { kinesis } of started.splice(0)) await kinesis.close();
  });
  async function setUp() {
    const start = await open();
    const [one, other] = [start(), start()];
    started.push(one, other);
    return { one, other };
  }

  test('what one puts, the other reads, and either may go on from the iterator of the other', async () => {
    const { one, other } = await setUp();
    const orders = await one.stream('orders', 2);
    const there = other.use('orders');
    await orders.put('a', 'key', { ExplicitHashKey: '0' });
    await there.put('b', 'key', { ExplicitHashKey: '0' });
    const page = await other.call('GetRecords', { ShardIterator: await orders.iterator(), Limit: 1 });
    expect(page.Records).toHaveLength(1);
    const { Records } = await one.call('GetRecords', { ShardIterator: page.NextShardIterator });
    expect(Records.map(({ Data }: { Data: Uint8Array }) => Buffer.from(Data).toString())).toEqual(['b']);
  });

  test('one alone creates a stream that both want to', async () => {
    const { one, other } = await setUp();
    const wanted = { StreamName: 'orders', ShardCount: 1 };
    const results = await Promise.allSettled([one.call('CreateStream', wanted), other.call('CreateStream', wanted)]);
    const refused = results.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused).toMatchObject([{ code: 'ResourceInUseException' }]);
    await one.use('orders').put('a');
    expect(await other.use('orders').readAll()).toEqual(['a']);
  });

  test('a stream that is deleted and created again holds nothing of the old one, for both', async () => {
    const { one, other } = await setUp();
    const orders = await one.stream('orders');
    const there = other.use('orders');
    await there.put('old');
    const iterator = await orders.iterator();
    await one.call('DeleteStream', { StreamName: 'orders' });
    expect((await refusalOf(there.put('lost'))).code).toBe('ResourceNotFoundException');
    await other.stream('orders');
    await orders.put('new');
    expect(await there.readAll()).toEqual(['new']);
    expect((await refusalOf(one.call('GetRecords', { ShardIterator: iterator }))).code).toBe(
      'InvalidArgumentException',
    );
  });

  test('a reader in one is told of records, of the end and of the children that the other made', async () => {
    const { one, other } = await setUp();
    const orders = await one.stream('orders');
    using reader = await other.kinesis.source.reader(orders.arn, shardId(0), { at: 'trim-horizon' });
    if (!reader) throw new Error('no reader');
    let isTold = false;
    using _reshard = other.kinesis.source.onReshard(orders.arn, () => {
      isTold = true;
    });
    const first = reader.read(LIMITS, forever);
    await orders.put('a', 'key', { ExplicitHashKey: '0' });
    expect((await first).records).toHaveLength(1);
    const last = reader.read(LIMITS, forever);
    await one.call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: MIDDLE });
    expect(await last).toMatchObject({ records: [], ended: true });
    expect(isTold).toBe(true);
    expect((await other.kinesis.source.shards(orders.arn)).map((shard) => shard.shardId)).toEqual(
      [0, 1, 2].map(shardId),
    );
  });

  test('no record is lost or out of order when one reshards while both write', async () => {
    const { one, other } = await setUp();
    const orders = await one.stream('orders');
    const sent = new Map<string, string[]>();
    const write = async (who: ReturnType<typeof startKinesis>, key: string) => {
      const texts: string[] = [];
      sent.set(key, texts);
      for (let each = 0; each < 60; each += 1) {
        await who.use('orders').put(`${key} ${each}`, key);
        texts.push(`${key} ${each}`);
      }
    };
    const writing = ['a', 'b', 'c', 'd'].map((key, index) => write(index % 2 === 0 ? one : other, key));
    await expect.poll(() => sent.get('a')?.length).toBeGreaterThan(5);
    await other.call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: MIDDLE });
    await one.call('MergeShards', {
      ...{ StreamName: 'orders', ShardToMerge: shardId(1), AdjacentShardToMerge: shardId(2) },
    });
    await Promise.all(writing);
    // Parents before children.
    const found = await orders.readAll();
    for (const [key, texts] of sent) expect(found.filter((text) => text.startsWith(`${key} `))).toEqual(texts);
    expect(found).toHaveLength(240);
  });

  test('a shard that one was killed while closing is ended by a reader of the other', async () => {
    const { one, other } = await setUp();
    const orders = await one.stream('orders');
    await orders.put('a');
    // Killed after the split is stored and before the end of the parent is.
    const bounds = vi.spyOn(one.ground.log, 'bounds').mockRejectedValue(new Error('killed'));
    const split = { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: MIDDLE };
    const splitting = one.call('SplitShard', split).catch(() => {});
    await splitting;
    bounds.mockRestore();
    using reader = await other.kinesis.source.reader(orders.arn, shardId(0), { at: 'trim-horizon' });
    expect((await reader?.read(LIMITS, forever))?.records).toHaveLength(1);
    expect(await reader?.read(LIMITS, forever)).toMatchObject({ ended: true });
  });

  test('records that have expired are read by neither, whoever trims them', async () => {
    const { one, other } = await setUp();
    const orders = await one.stream('orders');
    await orders.put('old');
    await one.clock.advance(HOUR);
    await other.use('orders').put('young');
    await one.clock.advance(DAY - HOUR + 1);
    expect(await other.use('orders').read()).toEqual(['young']);
    expect(await orders.read()).toEqual(['young']);
  });
}
