// Streams as event sources of mappings and as targets of deliveries.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
import { describe, expect, test } from 'vitest';
import { asArn } from '../../src/core/arn.ts';
import { DAY, HOUR, SECOND } from '../../src/core/clock.ts';
import type { ReadFrom, ShardReader } from '../../src/core/source.ts';
import type { Delivery } from '../../src/core/target.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { ACCOUNT, START_MS, shardId, startKinesis } from './kinesis-fixture.ts';

const forever = new AbortController().signal;
const LIMITS = { maxRecords: 100, maxBytes: 6 * 2 ** 20 };
const FROM_START: ReadFrom = { at: 'trim-horizon' };

async function setUp(shards = 1) {
  const parts = startKinesis();
  const orders = await parts.stream('orders', shards);
  const { source } = parts.kinesis;
  const open = async (from: ReadFrom = FROM_START, id = shardId(0), arn = orders.arn) => {
    const reader = await source.reader(arn, id, from);
    if (!reader) throw new Error(`There is no shard ${id}`);
    return reader;
  };
  const split = (index: number, NewStartingHashKey = '9') =>
    parts.call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(index), NewStartingHashKey });
  return { ...parts, orders, source, open, split };
}

const dataOf = async (reader: ShardReader, limits = LIMITS) => {
  const { records } = await reader.read(limits, forever);
  return records.map(({ event }) => Buffer.from((event.detail as { data: Uint8Array }).data).toString());
};

describe('a reader', () => {
  test('hands out events with all that a Lambda record holds', async () => {
    const { orders, open } = await setUp();
    const { SequenceNumber } = await orders.put('a', 'key');
    using reader = await open();
    const { records, ended, lost } = await reader.read(LIMITS, forever);
    expect({ ended, lost }).toEqual({ ended: false, lost: 0 });
    expect(records).toEqual([
      {
        key: 'key',
        positionAfter: reader.position,
        event: {
          id: `${shardId(0)}:${SequenceNumber}`,
          source: 'kinesis',
          sourceArn: orders.arn,
          name: 'aws:kinesis:record',
          occurredAtMs: START_MS,
          position: { shardId: shardId(0), sequenceNumber: SequenceNumber },
          detail: { partitionKey: 'key', data: Buffer.from('a'), arrivedAtMs: START_MS },
        },
      },
    ]);
  });

  test('waits without a timer and is handed a record in the turn in which it is put', async () => {
    const { orders, open, clock } = await setUp();
    using reader = await open();
    expect(reader.due()).toEqual({ dueNow: 0 });
    let taken = 0;
    void reader.read(LIMITS, forever).then(({ records }) => {
      taken = records.length;
    });
    expect(clock.nextTimerAtMs()).toBeUndefined();
    await orders.put('a');
    expect(taken).toBe(1);
    expect(reader.due()).toEqual({ dueNow: 0 });
  });

  test('counts what it could read', async () => {
    const { orders, open } = await setUp();
    await orders.putAll([
      ['a', 'k'],
      ['b', 'k'],
      ['c', 'k'],
    ]);
    using reader = await open();
    expect(reader.due().dueNow).toBe(3);
    expect(await dataOf(reader, { ...LIMITS, maxRecords: 2 })).toEqual(['a', 'b']);
    expect(reader.due().dueNow).toBe(1);
  });

  test('keeps to the bytes it may read, but always moves', async () => {
    const { orders, open } = await setUp();
    await orders.putAll([
      ['aaaa', 'k'],
      ['bb', 'k'],
      ['cc', 'k'],
      ['d', 'k'],
    ]);
    using reader = await open();
    expect(await dataOf(reader, { maxRecords: 100, maxBytes: 1 })).toEqual(['aaaa']);
    expect(await dataOf(reader, { maxRecords: 100, maxBytes: 6 })).toEqual(['bb', 'cc']);
  });

  test('resolves to nothing when it is aborted, and has not moved', async () => {
    const { orders, open } = await setUp();
    using reader = await open();
    const { position } = reader;
    const abort = new AbortController();
    const read = reader.read(LIMITS, abort.signal);
    abort.abort();
    expect(await read).toEqual({ records: [], ended: false, lost: 0 });
    await orders.put('a');
    expect(await reader.read(LIMITS, abort.signal)).toEqual({ records: [], ended: false, lost: 0 });
    expect(reader.position).toBe(position);
    expect(await dataOf(reader)).toEqual(['a']);
  });

  test('begins where it is told', async () => {
    const { orders, open, clock } = await setUp();
    await orders.put('a');
    await clock.advance(SECOND);
    const { SequenceNumber: sequenceNumber } = await orders.put('b');
    await orders.put('c');
    const from = async (start: ReadFrom) => {
      using reader = await open(start);
      return reader.due().dueNow > 0 ? await dataOf(reader) : [];
    };
    expect(await from({ at: 'latest' })).toEqual([]);
    expect(await from({ at: 'timestamp', timestampMs: START_MS + 1 })).toEqual(['b', 'c']);
    expect(await from({ at: 'timestamp', timestampMs: START_MS + DAY })).toEqual([]);
    expect(await from({ at: 'sequence-number', sequenceNumber })).toEqual(['b', 'c']);
    expect(await from({ at: 'after-sequence-number', sequenceNumber })).toEqual(['c']);
    await expect(open({ at: 'sequence-number', sequenceNumber: '17' })).rejects.toMatchObject({
      code: 'UNKNOWN_SEQUENCE_NUMBER',
    });
  });

  test('goes on at a position, and says what was trimmed before it could be read', async () => {
    const { orders, open, clock } = await setUp();
    await orders.putAll([
      ['a', 'k'],
      ['b', 'k'],
    ]);
    await clock.advance(HOUR);
    await orders.put('c');
    using first = await open();
    const { records } = await first.read({ ...LIMITS, maxRecords: 1 }, forever);
    expect(first.position).toBe(records[0]?.positionAfter);
    const { position } = first;
    using second = await open({ at: 'position', position });
    expect(await dataOf(second)).toEqual(['b', 'c']);
    await clock.advance(DAY - HOUR + 1);
    using late = await open({ at: 'position', position });
    expect(await late.read(LIMITS, forever)).toMatchObject({ records: [{ key: 'key' }], lost: 1 });
    using fresh = await open();
    expect(await fresh.read(LIMITS, forever)).toMatchObject({ records: [{ key: 'key' }], lost: 0 });
  });

  test('is told the end of a closed shard after its records, and counts it as due until then', async () => {
    const { orders, open, split, activity } = await setUp();
    await orders.put('a');
    using reader = await open();
    await split(0);
    expect(await dataOf(reader)).toEqual(['a']);
    // A reader may have to ask for the shard map; until it knows, that is work in progress.
    expect(await activity.rest(PATIENCE_MS)).toEqual([]);
    expect(reader.due().dueNow).toBe(1);
    expect(await reader.read(LIMITS, forever)).toEqual({ records: [], ended: true, lost: 0 });
    expect(reader.due().dueNow).toBe(0);
  });

  test('that waits is told the end when its shard closes', async () => {
    const { open, split } = await setUp();
    using reader = await open();
    const read = reader.read(LIMITS, forever);
    await split(0);
    expect(await read).toMatchObject({ records: [], ended: true });
  });

  test('ends when its stream is deleted, though one of the same name is made', async () => {
    const { orders, open, call, stream } = await setUp();
    using reader = await open();
    const read = reader.read(LIMITS, forever);
    await call('DeleteStream', { StreamName: 'orders' });
    await stream('orders');
    await orders.put('other');
    expect(await read).toMatchObject({ records: [], ended: true });
    using again = await open({ at: 'position', position: reader.position });
    expect(await dataOf(again)).toEqual(['other']);
  });
});

describe('a source', () => {
  test('describes the stream and its consumers, and nothing else', async () => {
    const { source, orders, call } = await setUp();
    const { Consumer } = await call('RegisterStreamConsumer', { StreamARN: orders.arn, ConsumerName: 'c' });
    expect(await source.describe(orders.arn)).toEqual({ arn: orders.arn, retentionMs: DAY });
    expect(await source.describe(Consumer.ConsumerARN)).toEqual({ arn: Consumer.ConsumerARN, retentionMs: DAY });
    expect(await source.describe(asArn(`${orders.arn}/consumer/c:1`))).toBeUndefined();
    expect(await source.describe(asArn(`${orders.arn}-none`))).toBeUndefined();
  });

  test('reads by the ARN of a consumer, which its events name', async () => {
    const { orders, open, call, source } = await setUp();
    const { Consumer } = await call('RegisterStreamConsumer', { StreamARN: orders.arn, ConsumerName: 'c' });
    await orders.put('a');
    expect(await source.shards(Consumer.ConsumerARN)).toEqual([{ shardId: shardId(0), parentIds: [] }]);
    using reader = await open(FROM_START, shardId(0), Consumer.ConsumerARN);
    const { records } = await reader.read(LIMITS, forever);
    expect(records[0]?.event.sourceArn).toBe(Consumer.ConsumerARN);
  });

  test('has no shards for a consumer that was deregistered, and tells of that', async () => {
    const { orders, call, source } = await setUp();
    const { Consumer } = await call('RegisterStreamConsumer', { StreamARN: orders.arn, ConsumerName: 'c' });
    let changes = 0;
    using _watched = source.onReshard(Consumer.ConsumerARN, () => changes++);
    await call('DeregisterStreamConsumer', { ConsumerARN: Consumer.ConsumerARN });
    expect(changes).toBe(1);
    expect(await source.shards(Consumer.ConsumerARN)).toEqual([]);
  });

  test('lists parents before children while they hold records, and tells of changes', async () => {
    const { source, orders, split, clock } = await setUp();
    let changes = 0;
    using _watch = source.onReshard(orders.arn, () => {
      changes += 1;
    });
    await orders.put('a');
    await split(0);
    expect(changes).toBeGreaterThan(0);
    const children = [1, 2].map((index) => ({ shardId: shardId(index), parentIds: [shardId(0)] }));
    expect(await source.shards(orders.arn)).toEqual([{ shardId: shardId(0), parentIds: [] }, ...children]);
    await clock.advance(DAY + HOUR);
    expect(await source.shards(orders.arn)).toEqual(children);
  });

  test('lists a shard of which some was trimmed at each moment of its split', async () => {
    const { source, orders, split, clock, open } = await setUp();
    await orders.put('expired');
    await clock.advance(HOUR);
    await orders.put('kept');
    await clock.advance(DAY - HOUR + 1);
    using reader = await open();
    expect(await dataOf(reader)).toEqual(['kept']);
    const seen: Promise<boolean>[] = [];
    const look = async () => (await source.shards(orders.arn)).some(({ shardId: id }) => id === shardId(0));
    using _watch = source.onReshard(orders.arn, () => {
      seen.push(look());
    });
    await split(0);
    expect(seen.length).toBeGreaterThan(1);
    expect(await Promise.all(seen)).not.toContain(false);
  });

  test('lists the empty shards between a parent that holds records and its grandchildren', async () => {
    const { source, orders, call } = await setUp(4);
    for (let each = 0; each < 16; each += 1) await orders.put('x', `key-${each}`);
    await call('UpdateShardCount', { StreamName: 'orders', TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' });
    const listed = await source.shards(orders.arn);
    const ids = new Set(listed.map(({ shardId: id }) => id));
    expect(listed.slice(4).every(({ parentIds }) => parentIds.every((id) => ids.has(id)))).toBe(true);
    expect(listed.length).toBeGreaterThan(7);
  });

  test('says what is left of a shard', async () => {
    const { source, orders, clock, split } = await setUp();
    expect(await source.extent(orders.arn, shardId(0))).toEqual({ count: 0, closed: false, trimmed: false });
    await orders.put('a');
    await clock.advance(HOUR);
    const b = await orders.put('b');
    const c = await orders.put('c');
    await clock.advance(DAY - HOUR + 1);
    await split(0);
    expect(await source.extent(orders.arn, shardId(0))).toEqual({
      first: { sequenceNumber: b.SequenceNumber, arrivedAtMs: START_MS + HOUR },
      last: { sequenceNumber: c.SequenceNumber, arrivedAtMs: START_MS + HOUR },
      count: 2,
      closed: true,
      trimmed: true,
    });
    expect(await source.extent(orders.arn, shardId(9))).toBeUndefined();
    expect(await source.reader(orders.arn, shardId(9), FROM_START)).toBeUndefined();
  });
});

describe('a target', () => {
  const delivery: Delivery = {
    payload: Buffer.from('payload'),
    principal: 'dynamodb.amazonaws.com',
    sourceArn: asArn(`arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/t`),
    key: 'item',
    eventIds: [],
  };

  test('puts a delivery under its key', async () => {
    const { kinesis, orders, call } = await setUp();
    expect(await kinesis.target.deliver(orders.arn, delivery, forever)).toMatchObject({ kind: 'accepted' });
    const { Records } = await call('GetRecords', { ShardIterator: await orders.iterator() });
    expect(Records).toMatchObject([{ Data: Buffer.from('payload'), PartitionKey: 'item' }]);
    expect(await kinesis.target.describe(orders.arn)).toEqual({ arn: orders.arn, retentionMs: DAY });
  });

  test('refuses for good what no trying again can help, and for now what it can', async () => {
    const { kinesis, ground } = startKinesis();
    const arn = asArn(`arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/none`);
    expect(await kinesis.target.deliver(arn, delivery, forever)).toEqual({
      kind: 'refused',
      permanent: true,
      code: 'ResourceNotFoundException',
      message: `Stream none under account ${ACCOUNT} not found.`,
    });
    const busy = startKinesis({ ground, throttle: true });
    const orders = await busy.stream('orders');
    await orders.put('x'.repeat(2 ** 20 - 10));
    expect(await busy.kinesis.target.deliver(orders.arn, delivery, forever)).toMatchObject({
      kind: 'refused',
      permanent: false,
      code: 'ProvisionedThroughputExceededException',
    });
  });
});
