// Streams on disk: what was answered is there after the process came back.
// https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#retention-period
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openLmdbStore, type Store } from '../../src/backends/embedded/store.ts';
import { HOUR } from '../../src/core/clock.ts';
import type { EventLog } from '../../src/core/ports/event-log.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { type KinesisChoices, START_MS, shardId, startKinesis } from './kinesis-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-kinesis-'));
const stores: Store[] = [];

/** Kinesis as a process finds it in that folder; the process before is no more. */
async function start(name: string, choices: KinesisChoices = {}) {
  for (const store of stores.splice(0)) await store[Symbol.asyncDispose]();
  const store = await openLmdbStore({ dataDir: join(folder, name), fsync: false });
  stores.push(store);
  return startKinesis({ ...choices, store });
}

afterEach(async () => {
  for (const store of stores.splice(0)) await store[Symbol.asyncDispose]();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MIDDLE = (2n ** 127n).toString();

test('streams, shards, records, consumers and tags outlive the process', async () => {
  const before = await start('all');
  const orders = await before.stream('orders');
  await orders.put('a');
  await before.call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: MIDDLE });
  await orders.put('b', 'key', { ExplicitHashKey: '0' });
  await before.call('RegisterStreamConsumer', { StreamARN: orders.arn, ConsumerName: 'c' });
  await before.call('AddTagsToStream', { StreamName: 'orders', Tags: { team: 'x' } });
  const shards = await orders.shards();

  const after = await start('all');
  const again = after.use('orders');
  expect(await again.shards()).toEqual(shards);
  expect(await again.readAll()).toEqual(['a', 'b']);
  await again.put('c', 'key', { ExplicitHashKey: '0' });
  expect(await again.read({ ShardId: shardId(1) })).toEqual(['b', 'c']);
  expect((await after.call('ListStreamConsumers', { StreamARN: orders.arn })).Consumers).toHaveLength(1);
  expect((await after.call('ListTagsForStream', { StreamName: 'orders' })).Tags).toHaveLength(1);
});

test('an iterator and a position go on in the next process', async () => {
  const before = await start('position');
  const orders = await before.stream('orders');
  await orders.putAll([
    ['a', 'k'],
    ['b', 'k'],
  ]);
  const { NextShardIterator } = await before.call('GetRecords', { ShardIterator: await orders.iterator(), Limit: 1 });
  using reader = await before.kinesis.source.reader(orders.arn, shardId(0), { at: 'trim-horizon' });
  await reader?.read({ maxRecords: 1, maxBytes: 1 }, new AbortController().signal);
  const position = reader?.position ?? '';

  const after = await start('position');
  expect((await after.call('GetRecords', { ShardIterator: NextShardIterator })).Records).toHaveLength(1);
  using again = await after.kinesis.source.reader(orders.arn, shardId(0), { at: 'position', position });
  expect(again?.due().dueNow).toBe(1);
});

test('records expire though the process that took them is no more', async () => {
  const before = await start('expiry');
  const orders = await before.stream('orders');
  await orders.put('a');
  const after = await start('expiry', { startMs: START_MS + 23 * HOUR });
  await after.activity.rest(PATIENCE_MS);
  expect(await after.use('orders').bounds(0)).toEqual({ first: 0, next: 1 });
  await after.clock.advance(2 * HOUR);
  expect(await after.use('orders').bounds(0)).toEqual({ first: 1, next: 1 });
});

test('a shard that was being closed when the process was killed ends where its records end', async () => {
  let killed = false;
  // The process dies after the split is stored and before the end of the parent is.
  const wrapLog = (log: EventLog): EventLog => ({
    ...log,
    bounds: (name, partition) => {
      if (killed) throw new Error('killed');
      return log.bounds(name, partition);
    },
  });
  const before = await start('closing', { wrapLog });
  const orders = await before.stream('orders');
  await orders.put('a');
  const split = { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: MIDDLE };
  killed = true;
  await expect(before.call('SplitShard', split)).rejects.toThrow('killed');

  const after = await start('closing');
  await after.activity.rest(PATIENCE_MS);
  const page = await after.call('GetRecords', { ShardIterator: await after.use('orders').iterator() });
  expect(page.Records).toHaveLength(1);
  const end = await after.call('GetRecords', { ShardIterator: page.NextShardIterator });
  expect(end.ChildShards).toHaveLength(2);
});
