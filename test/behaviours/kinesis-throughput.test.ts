// What a shard takes and gives in a second, where that is limited.
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
import { expect, test } from 'vitest';
import { SECOND } from '../../src/core/clock.ts';
import { ACCOUNT, refusalOf, shardId, startKinesis } from './kinesis-fixture.ts';

const EXCEEDED = {
  code: 'ProvisionedThroughputExceededException',
  message: `Rate exceeded for shard ${shardId(0)} in stream orders under account ${ACCOUNT}.`,
};
const many = (count: number) => Array.from({ length: count }, (_, each) => [`${each}`, 'key'] as const);

test('a shard takes a thousand records a second, and PutRecords says which it did not take', async () => {
  const { stream, clock } = startKinesis({ throttle: true });
  const orders = await stream('orders');
  await orders.putAll(many(500));
  await orders.putAll(many(499));
  const { FailedRecordCount, Records } = await orders.putAll(many(3));
  expect(FailedRecordCount).toBe(2);
  expect(Records).toEqual([
    { SequenceNumber: expect.any(String), ShardId: shardId(0) },
    ...[1, 2].map(() => ({ ErrorCode: EXCEEDED.code, ErrorMessage: EXCEEDED.message })),
  ]);
  expect(await refusalOf(orders.put('x'))).toEqual(EXCEEDED);
  await clock.advance(SECOND);
  await orders.put('x');
});

test('a shard takes a mebibyte a second', async () => {
  const { stream, clock } = startKinesis({ throttle: true });
  const orders = await stream('orders');
  await orders.put('x'.repeat(2 ** 20 - 3), 'key');
  expect(await refusalOf(orders.put('x'))).toEqual(EXCEEDED);
  await clock.advance(SECOND / 2);
  await orders.put('x'.repeat(2 ** 19 - 3), 'key');
});

test('a shard is read five times a second, and asked for five iterators', async () => {
  const { stream, clock, call } = startKinesis({ throttle: true });
  const orders = await stream('orders');
  const ShardIterator = await orders.iterator();
  for (let each = 0; each < 4; each += 1) await orders.iterator();
  expect(await refusalOf(orders.iterator())).toEqual(EXCEEDED);
  for (let each = 0; each < 5; each += 1) await call('GetRecords', { ShardIterator });
  expect(await refusalOf(call('GetRecords', { ShardIterator }))).toEqual(EXCEEDED);
  await clock.advance(SECOND);
  await call('GetRecords', { ShardIterator });
});

test('a shard that gave ten mebibytes gives nothing for the next seconds', async () => {
  const { stream, clock, call } = startKinesis({ throttle: true });
  const orders = await stream('orders');
  for (let each = 0; each < 10; each += 1) {
    await orders.put('x'.repeat(2 ** 20 - 3), 'key');
    await clock.advance(SECOND);
  }
  const ShardIterator = await orders.iterator();
  expect((await call('GetRecords', { ShardIterator })).Records).toHaveLength(10);
  await clock.advance(3 * SECOND);
  expect(await refusalOf(call('GetRecords', { ShardIterator }))).toEqual(EXCEEDED);
  await clock.advance(2 * SECOND);
  await call('GetRecords', { ShardIterator });
});

test('nothing is limited unless that is asked for', async () => {
  const { stream } = startKinesis();
  const orders = await stream('orders');
  for (let each = 0; each < 4; each += 1) expect((await orders.putAll(many(500))).FailedRecordCount).toBe(0);
});
