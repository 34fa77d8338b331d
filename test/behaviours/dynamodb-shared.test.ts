// Several processes on the same backends share the work: "DynamoDB … any of them answers any request". What AWS promises of
// one DynamoDB holds of all of them together: docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.html
import { afterEach, describe, expect, it } from 'vitest';
import { openLeases } from '../../src/backends/embedded/leases.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { openTableStore } from '../../src/backends/embedded/table-store/table-store.ts';
import { openLeases as openRedisLeases } from '../../src/backends/redis/members/leases.ts';
import { openMembers } from '../../src/backends/redis/members/members.ts';
import { openRegistry as openRedisRegistry } from '../../src/backends/redis/registry.ts';
import { openTableStore as openRedisTableStore } from '../../src/backends/redis/table-store/table-store.ts';
import { createActivity } from '../../src/core/activity.ts';
import { asArn } from '../../src/core/arn.ts';
import { type Clock, HOUR, SECOND } from '../../src/core/clock.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { TableStore } from '../../src/core/ports/table-store.ts';
import { systemRandom } from '../../src/core/random.ts';
import type { ShardReader } from '../../src/core/source.ts';
import type { Delivery } from '../../src/core/target.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import { describeOn } from '../support/backends.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { createTestRedis } from '../support/test-redis.ts';
import { ACCOUNT, type Answer, expectRefusal, keyed, START_MS, startDynamodb } from './dynamodb-fixture.ts';

/** What processes share. */
interface Shared {
  readonly registry: Registry;
  readonly tables: TableStore;
  readonly leases: Leases;
}

/** Opens it for another process; ends with the test. */
type OpenShared = (clock: Clock) => Promise<Shared>;

const KINESIS = asArn(`arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/changes`);
const LIMITS = { maxRecords: 1000, maxBytes: 1e6 };
const STREAMED = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('Two processes on the embedded backend', () => {
  describeSharing(() => {
    const store = openMemoryStore();
    let shared: Shared | undefined;
    return async (clock) => {
      shared ??= { registry: openRegistry(store), tables: openTableStore({ store, clock }), leases: openLeases() };
      return shared;
    };
  });
});

describeOn(['redis'], 'Two processes on Redis', () => {
  describeSharing(() => {
    const redis = createTestRedis();
    closing.push(async () => await redis[Symbol.asyncDispose]());
    return async (clock) => {
      const link = await redis.open();
      const members = await openMembers({ link, random: systemRandom });
      const leases = await openRedisLeases({ link, members });
      closing.push(async () => {
        await leases[Symbol.asyncDispose]();
        await members[Symbol.asyncDispose]();
      });
      return {
        leases,
        registry: await openRedisRegistry({ link }),
        tables: await openRedisTableStore({ link, clock }),
      };
    };
  });
});

function describeSharing(share: () => OpenShared): void {
  const start = async () => {
    const open = share();
    const activity = createActivity();
    const clock = createVirtualClock(START_MS, activity);
    const delivered: Delivery[] = [];
    const target = {
      service: 'kinesis',
      deliver: async (_arn: unknown, delivery: Delivery) => {
        delivered.push(delivery);
        return { kind: 'accepted' } as const;
      },
      describe: async () => ({ arn: KINESIS }),
    };
    const startOne = async () => {
      const subject = startDynamodb({
        ground: { ...(await open(clock)), clock, activity },
        targets: { find: () => target },
        seed: clock.nowMs() + closing.length,
      });
      closing.push(() => subject.dynamodb.close());
      return subject;
    };
    const [one, other] = [await startOne(), await startOne()];
    return { one, other, startOne, clock, activity, delivered, rest: () => activity.rest(PATIENCE_MS) };
  };
  type Subject = Awaited<ReturnType<typeof start>>['one'];
  const put = ({ call }: Subject, id: string, more: object = {}) =>
    call('PutItem', { TableName: 'orders', Item: { id: { S: id }, ...more } });
  const arnIn = async ({ call }: Subject) =>
    asArn((await call('DescribeTable', { TableName: 'orders' })).Table.LatestStreamArn);

  it('answer for each other: tables, items and streams of one are there in the other at once', async () => {
    const { one, other } = await start();
    await one.table('orders', keyed('S', STREAMED));
    await put(other, 'a');
    const { Item } = await one.call('GetItem', { TableName: 'orders', Key: { id: { S: 'a' } } });
    expect(Item).toEqual({ id: { S: 'a' } });
    const StreamArn = await arnIn(other);
    const { StreamDescription } = await other.call('DescribeStream', { StreamArn });
    const shard = { StreamArn, ShardId: StreamDescription.Shards[0].ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await one.call('GetShardIterator', shard);
    const read = await other.call('GetRecords', { ShardIterator });
    expect(read).toMatchObject({ Records: [{ eventName: 'INSERT' }], NextShardIterator: expect.any(String) });
    expect((await one.call('ListTables')).TableNames).toEqual((await other.call('ListTables')).TableNames);
  });

  it('create a table once, and lose no change of its definition', async () => {
    const { one, other } = await start();
    const create = ({ call }: Subject) => call('CreateTable', { TableName: 'orders', ...keyed('S') });
    const outcomes = await Promise.allSettled([create(one), create(other)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const ResourceArn = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/orders`;
    const tag = ({ call }: Subject, Key: string) => call('TagResource', { ResourceArn, Tags: [{ Key, Value: '' }] });
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((key, place) => tag(place % 2 ? one : other, key)));
    const { Tags } = await one.call('ListTagsOfResource', { ResourceArn });
    expect(Tags.map(({ Key }: Answer) => Key).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    await expectRefusal(create(other), 'ResourceInUseException');
  });

  it('find in a new index what either of them writes while it is filled', async () => {
    const { one, other, clock } = await start();
    await one.table('orders', keyed('S'));
    const writing = Array.from({ length: 60 }, (_, at) => put(at % 2 ? one : other, `i${at}`, { g: { S: 'all' } }));
    await Promise.all(writing.slice(0, 20));
    const KeySchema = [{ AttributeName: 'g', KeyType: 'HASH' }];
    const Create = { IndexName: 'by-g', KeySchema, Projection: { ProjectionType: 'KEYS_ONLY' } };
    await one.call('UpdateTable', {
      TableName: 'orders',
      AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [{ Create }],
    });
    await Promise.all(writing);
    await clock.advance(SECOND);
    const query = { TableName: 'orders', IndexName: 'by-g', KeyConditionExpression: 'g = :g' };
    const found = await other.call('Query', { ...query, ExpressionAttributeValues: { ':g': { S: 'all' } } });
    expect(found.Count).toBe(60);
  });

  it('close a stream for both: what was acknowledged before is in it, and nothing comes after its end', async () => {
    const { one, other, rest } = await start();
    const { update } = await one.table('orders', keyed('S', STREAMED));
    const arn = await arnIn(one);
    const [shard] = await other.dynamodb.source.shards(arn);
    const reader = await other.dynamodb.source.reader(arn, shard?.shardId ?? '', { at: 'trim-horizon' });
    if (!reader) throw new Error('there is no shard');
    const acknowledged: string[] = [];
    const write = async (subject: Subject, id: string) => {
      await put(subject, id);
      acknowledged.push(id);
    };
    const writing = Array.from({ length: 40 }, (_, at) => write(at % 2 ? one : other, `i${at}`));
    await Promise.all(writing.slice(0, 10));
    const before = [...acknowledged];
    await update({ StreamSpecification: { StreamEnabled: false } });
    await Promise.all(writing);
    await rest();
    const seen = await readToEnd(reader);
    expect(new Set(seen).size).toBe(seen.length);
    expect(before.filter((id) => !seen.includes(id))).toEqual([]);
    const { first, next } = await one.tables.changes.bounds(arn, 0);
    expect(next - first).toBe(seen.length);
  });

  it('follow each other into new shards, and read each change once and in order', async () => {
    const { one, other, clock, rest } = await start();
    await one.table('orders', keyed('S', STREAMED));
    const arn = await arnIn(one);
    for (let round = 0; round < 5; round += 1) {
      await put(round % 2 ? one : other, 'a', { n: { N: String(round) } });
      await put(round % 2 ? other : one, 'b', { n: { N: String(round) } });
      await rest();
      await clock.advance(4 * HOUR);
    }
    const { source } = other.dynamodb;
    const shards = await source.shards(arn);
    expect(await one.dynamodb.source.shards(arn)).toEqual(shards);
    const readers = await Promise.all(shards.map(({ shardId }) => source.reader(arn, shardId, { at: 'trim-horizon' })));
    const seen: string[] = [];
    for (const [place, reader] of readers.entries()) {
      if (place < shards.length - 1) seen.push(...(await readToEnd(reader as ShardReader)));
      else if (reader && reader.due().dueNow > 0) seen.push(...(await readSome(reader)).ids);
    }
    expect(seen).toEqual(Array.from({ length: 5 }, () => ['a', 'b']).flat());
  });

  it('let an item expire once, also one that was written by a process that is gone', async () => {
    const { one, other, clock } = await start();
    await one.table('orders', keyed('S', STREAMED));
    const TimeToLiveSpecification = { AttributeName: 'until', Enabled: true };
    await one.call('UpdateTimeToLive', { TableName: 'orders', TimeToLiveSpecification });
    const until = (inMs: number) => ({ until: { N: String(Math.floor((START_MS + inMs) / SECOND)) } });
    await put(one, 'a', until(10 * SECOND));
    await put(other, 'b', until(10 * SECOND));
    await put(one, 'c', until(HOUR));
    await clock.advance(20 * SECOND);
    await one.dynamodb.close();
    await clock.advance(2 * HOUR);
    const arn = await arnIn(other);
    const [shard] = await other.dynamodb.source.shards(arn);
    const reader = await other.dynamodb.source.reader(arn, shard?.shardId ?? '', { at: 'trim-horizon' });
    const { names } = await readSome(reader as ShardReader);
    expect(names).toEqual(['INSERT', 'INSERT', 'INSERT', 'REMOVE', 'REMOVE', 'REMOVE']);
    expect((await other.call('Scan', { TableName: 'orders' })).Count).toBe(0);
  });

  it('send each change to Kinesis once, and go on when the one that sends is gone', async () => {
    const { one, other, delivered, rest } = await start();
    await one.table('orders', keyed('S'));
    const on = { TableName: 'orders', StreamArn: KINESIS };
    await one.call('EnableKinesisStreamingDestination', on);
    for (let at = 0; at < 10; at += 1) await put(at % 2 ? one : other, `i${at}`);
    await untilDelivered(delivered, 10);
    await rest();
    expect(delivered.length).toBe(10);
    await one.dynamodb.close();
    await put(other, 'last');
    await untilDelivered(delivered, 11);
    await other.call('DisableKinesisStreamingDestination', on);
    await rest();
    expect(delivered.length).toBe(11);
    expect(await other.registry.list(`dynamodb/${ACCOUNT}/us-east-1/destination/`)).toEqual([]);
  });

  it('write a transaction once, whichever of them its token comes to, also after a reset', async () => {
    const { one, other } = await start();
    await one.table('orders', keyed('S'));
    const Update = {
      ...{ TableName: 'orders', Key: { id: { S: 'a' } }, UpdateExpression: 'ADD n :one' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    };
    const send = ({ call }: Subject) =>
      call('TransactWriteItems', { ClientRequestToken: 'ü-1', TransactItems: [{ Update }] });
    await Promise.all([send(one), send(other), send(one)]);
    const read = () => other.call('GetItem', { TableName: 'orders', Key: { id: { S: 'a' } } });
    expect((await read()).Item.n).toEqual({ N: '1' });
    await one.dynamodb.reset();
    await other.table('orders', keyed('S'));
    await send(other);
    expect((await read()).Item.n).toEqual({ N: '1' });
  });
}

async function readSome(reader: ShardReader) {
  const { records, ended } = await reader.read(LIMITS, new AbortController().signal);
  const ids = records.map(({ event }) => (event.detail as { keys: { id: { S: string } } }).keys.id.S);
  return { ids, ended, names: records.map(({ event }) => event.name) };
}

async function readToEnd(reader: ShardReader): Promise<readonly string[]> {
  const all: string[] = [];
  for (;;) {
    const { ids, ended } = await readSome(reader);
    all.push(...ids);
    if (ended) return all;
  }
}

async function untilDelivered(delivered: readonly unknown[], count: number): Promise<void> {
  while (delivered.length < count) await new Promise((resolve) => setImmediate(resolve));
}
