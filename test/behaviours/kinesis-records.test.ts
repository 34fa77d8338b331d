// Putting records into streams and reading them back.
// https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
import { expect, test } from 'vitest';
import { startKinesis } from './kinesis-fixture.ts';

test('returns what was put, in order, with growing sequence numbers', async () => {
  const { stream, call } = startKinesis();
  const orders = await stream('orders');
  const first = await orders.put('a');
  const second = await orders.put('b');
  expect(BigInt(second.SequenceNumber) > BigInt(first.SequenceNumber)).toBe(true);
  expect(await orders.read()).toEqual(['a', 'b']);
  console.log(first, await orders.shards(), await call('DescribeStreamSummary', { StreamName: 'orders' }));
});
