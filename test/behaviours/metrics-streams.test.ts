// docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
import { expect, it } from 'vitest';
import { SECOND } from '../../src/core/clock.ts';
import { startKinesis } from './kinesis-fixture.ts';

const OF_STREAM = { StreamName: 'clicks' };

it('counts what is put into a stream and got from it, and how far behind its readers are', async () => {
  const { stream, call, clock, metrics } = startKinesis();
  const { put, putAll, iterator } = await stream('clicks');
  await put('four');
  await clock.advance(SECOND);
  await putAll([
    ['a', 'key'],
    ['b', 'key'],
  ]);
  await call('GetRecords', { ShardIterator: await iterator(), Limit: 1 });
  expect(metrics.values('IncomingRecords', OF_STREAM)).toEqual([1, 2]);
  expect(metrics.values('IncomingBytes', OF_STREAM)).toEqual([4, 2]);
  expect(metrics.values('GetRecords.Records', OF_STREAM)).toEqual([1]);
  expect(metrics.values('GetRecords.IteratorAgeMilliseconds', OF_STREAM)).toEqual([SECOND]);
  expect(metrics.sum('WriteProvisionedThroughputExceeded', OF_STREAM)).toBe(0);
});

it('counts records that a shard did not take', async () => {
  const { stream, metrics } = startKinesis({ throttle: true });
  const { putAll } = await stream('clicks');
  const large = 'x'.repeat(700_000);
  await putAll([
    [large, 'key'],
    [large, 'key'],
  ]);
  expect(metrics.sum('IncomingRecords', OF_STREAM)).toBe(1);
  expect(metrics.sum('WriteProvisionedThroughputExceeded', OF_STREAM)).toBe(1);
});
