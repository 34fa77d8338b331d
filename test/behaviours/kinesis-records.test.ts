// Putting records into streams and reading them back.
// https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/core/clock.ts';
import { ACCOUNT, type Answer, refusalOf, START_MS, shardId, startKinesis } from './kinesis-fixture.ts';

const LAST_HASH_KEY = (2n ** 128n - 1n).toString();

describe('putting', () => {
  test('returns what was put, in order, with growing sequence numbers', async () => {
    const { stream } = startKinesis();
    const orders = await stream('orders');
    const first = await orders.put('a');
    const second = await orders.put('b');
    expect(BigInt(second.SequenceNumber) > BigInt(first.SequenceNumber)).toBe(true);
    expect(second).toEqual({ ShardId: shardId(0), SequenceNumber: expect.stringMatching(/^49\d{54}$/) });
    expect(await orders.read()).toEqual(['a', 'b']);
  });

  test('goes to the shard that the MD5 of the partition key falls into', async () => {
    const { stream } = startKinesis();
    const orders = await stream('orders', 4);
    for (const key of ['a', 'b', 'ключ', '💣', 'k'.repeat(256)]) {
      const hash = BigInt(`0x${createHash('md5').update(key).digest('hex')}`);
      expect((await orders.put('x', key)).ShardId).toBe(shardId(Number((hash * 4n) >> 128n)));
    }
  });

  test('goes where an explicit hash key says', async () => {
    const { stream } = startKinesis();
    const orders = await stream('orders', 2);
    const put = async (ExplicitHashKey: string) => (await orders.put('x', 'same', { ExplicitHashKey })).ShardId;
    expect(await put('0')).toBe(shardId(0));
    expect(await put((2n ** 127n - 1n).toString())).toBe(shardId(0));
    expect(await put((2n ** 127n).toString())).toBe(shardId(1));
    expect(await put(LAST_HASH_KEY)).toBe(shardId(1));
    expect(await refusalOf(put((2n ** 128n).toString()))).toEqual({
      code: 'InvalidArgumentException',
      message: `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${2n ** 128n}`,
    });
  });

  test('many at once keeps the order within each shard and answers for each', async () => {
    const { stream } = startKinesis();
    const orders = await stream('orders', 2);
    const records = Array.from({ length: 100 }, (_, each) => [`${each}`, `key-${each % 7}`] as const);
    const { FailedRecordCount, Records } = await orders.putAll(records);
    expect(FailedRecordCount).toBe(0);
    for (const shard of [shardId(0), shardId(1)]) {
      const put = records.filter((_, each) => Records[each].ShardId === shard).map(([data]) => data);
      expect(await orders.read({ ShardId: shard })).toEqual(put);
    }
  });

  test('takes a record without data', async () => {
    const { stream } = startKinesis();
    const orders = await stream('orders');
    await orders.put('');
    expect(await orders.read()).toEqual(['']);
  });

  test('refuses a record larger than the stream takes, keys included', async () => {
    const { stream, call } = startKinesis();
    const orders = await stream('orders');
    const data = 'x'.repeat(2 ** 20 - 3);
    await orders.put(data, 'key');
    const refusal = {
      code: 'ValidationException',
      message: `1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576`,
    };
    expect(await refusalOf(orders.put(`${data}x`, 'key'))).toEqual(refusal);
    await call('UpdateMaxRecordSize', { StreamARN: orders.arn, MaxRecordSizeInKiB: 2048 });
    await orders.put(`${data}x`, 'key');
  });

  test('refuses more than 10 MiB at once', async () => {
    const { stream } = startKinesis();
    const orders = await stream('orders');
    const record = ['x'.repeat(2 ** 20 - 1), 'k'] as const;
    await orders.putAll(Array.from({ length: 10 }, () => record));
    expect(await refusalOf(orders.putAll([...Array.from({ length: 10 }, () => record), ['', 'k']]))).toEqual({
      code: 'InvalidArgumentException',
      message: 'Records size exceeds 10 MB limit',
    });
  });

  test('refuses a sequence number for ordering that is none', async () => {
    const { stream } = startKinesis();
    const orders = await stream('orders');
    const { SequenceNumber } = await orders.put('a');
    await orders.put('b', 'key', { SequenceNumberForOrdering: SequenceNumber });
    expect(await refusalOf(orders.put('c', 'key', { SequenceNumberForOrdering: '17' }))).toEqual({
      code: 'InvalidArgumentException',
      message: `ExclusiveMinimumSequenceNumber 17 used in PutRecord on stream orders under account ${ACCOUNT} is invalid.`,
    });
  });

  test('a dry run puts nothing', async () => {
    const { stream } = startKinesis();
    const orders = await stream('orders');
    expect(await refusalOf(orders.put('a', 'key', { DryRun: true }))).toMatchObject({
      code: 'DryRunOperationException',
    });
    expect(await orders.read()).toEqual([]);
  });

  test('is told to the journal with the ids that the functions will see', async () => {
    const { stream, entries } = startKinesis();
    const { SequenceNumber } = await (await stream('orders')).put('a');
    expect(entries).toMatchObject([{ kind: 'event', eventIds: [`${shardId(0)}:${SequenceNumber}`] }]);
  });
});

describe('an iterator', () => {
  test('begins where its type says', async () => {
    const { stream, clock } = startKinesis();
    const orders = await stream('orders');
    await orders.put('a');
    await clock.advance(SECOND);
    const { SequenceNumber: StartingSequenceNumber } = await orders.put('b');
    await clock.advance(SECOND);
    await orders.put('c');
    const from = (ShardIteratorType: string, more: object = {}) => orders.read({ ShardIteratorType, ...more });
    expect(await from('TRIM_HORIZON')).toEqual(['a', 'b', 'c']);
    expect(await from('AT_SEQUENCE_NUMBER', { StartingSequenceNumber })).toEqual(['b', 'c']);
    expect(await from('AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber })).toEqual(['c']);
    expect(await from('AT_TIMESTAMP', { Timestamp: new Date(START_MS + SECOND) })).toEqual(['b', 'c']);
    expect(await from('AT_TIMESTAMP', { Timestamp: new Date(START_MS - HOUR) })).toEqual(['a', 'b', 'c']);
    expect(await from('LATEST')).toEqual([]);
  });

  test('of type LATEST sees what is put after it', async () => {
    const { stream, call } = startKinesis();
    const orders = await stream('orders');
    await orders.put('before');
    const ShardIterator = await orders.iterator({ ShardIteratorType: 'LATEST' });
    await orders.put('after');
    expect((await call('GetRecords', { ShardIterator })).Records).toMatchObject([{ Data: Buffer.from('after') }]);
  });

  test('starts at the number that a shard starts with', async () => {
    const { stream } = startKinesis();
    const orders = await stream('orders');
    await orders.put('a');
    const [{ SequenceNumberRange }] = (await orders.shards()) as [Answer];
    const { StartingSequenceNumber } = SequenceNumberRange;
    expect(await orders.read({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber })).toEqual(['a']);
    expect(await orders.read({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber })).toEqual(['a']);
  });

  test('expires after five minutes, in the words of AWS', async () => {
    const { stream, clock, call } = startKinesis();
    const orders = await stream('orders');
    const ShardIterator = await orders.iterator();
    await clock.advance(5 * MINUTE);
    await call('GetRecords', { ShardIterator });
    await clock.advance(SECOND);
    expect(await refusalOf(call('GetRecords', { ShardIterator }))).toEqual({
      code: 'ExpiredIteratorException',
      message:
        'Iterator expired. The iterator was created at time Thu Jan 01 00:00:00 UTC 2026 while right now it is Thu Jan 01 00:05:01 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.',
    });
  });

  test('is taken in quotes, too', async () => {
    const { stream, call } = startKinesis();
    const orders = await stream('orders');
    await orders.put('a');
    expect((await call('GetRecords', { ShardIterator: `"${await orders.iterator()}"` })).Records).toHaveLength(1);
  });

  test('that nobody gave out, or of a stream that was replaced, is refused', async () => {
    const { stream, call } = startKinesis();
    const orders = await stream('orders');
    const ShardIterator = await orders.iterator();
    const invalid = { code: 'InvalidArgumentException', message: 'Invalid ShardIterator.' };
    for (const made of ['', 'garbage', ShardIterator.replace(/.{8}$/, 'AAAAAAA='), ShardIterator.slice(0, 40)]) {
      expect(await refusalOf(call('GetRecords', { ShardIterator: made }))).toEqual(invalid);
    }
    await call('DeleteStream', { StreamName: 'orders' });
    expect(await refusalOf(call('GetRecords', { ShardIterator }))).toEqual({
      code: 'ResourceNotFoundException',
      message: `Shard ${shardId(0)} in stream orders under account ${ACCOUNT} does not exist`,
    });
    await stream('orders');
    expect(await refusalOf(call('GetRecords', { ShardIterator }))).toEqual(invalid);
  });

  test('is refused for what contradicts itself or came from elsewhere', async () => {
    const { stream, clock } = startKinesis();
    const orders = await stream('orders', 2);
    await clock.advance(10 * SECOND);
    const others = await stream('others');
    const own = (await orders.put('x', 'a', { ExplicitHashKey: '0' })).SequenceNumber;
    const sibling = (await orders.put('x', 'a', { ExplicitHashKey: LAST_HASH_KEY })).SequenceNumber;
    const foreign = (await others.put('x')).SequenceNumber;
    const refused = async (ShardIteratorType: string, more: object) =>
      (await refusalOf(orders.iterator({ ShardIteratorType, ...more }))).message;
    const either =
      'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. ';
    expect(await refused('LATEST', { StartingSequenceNumber: own })).toBe(
      `${either}Request specified LATEST and also a StartingSequenceNumber.`,
    );
    expect(await refused('AT_SEQUENCE_NUMBER', {})).toBe(
      `${either}Request specified AT_SEQUENCE_NUMBER and no StartingSequenceNumber.`,
    );
    expect(await refused('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: sibling })).toBe(
      `Invalid StartingSequenceNumber. It encodes ${shardId(1)}, while it was used in a call to a shard with ${shardId(0)}`,
    );
    const used = (number: string) =>
      `StartingSequenceNumber ${number} used in GetShardIterator on shard ${shardId(0)} in stream orders under account ${ACCOUNT} is invalid`;
    expect(await refused('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: foreign })).toBe(
      `${used(foreign)} because it did not come from this stream.`,
    );
    expect(await refused('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: '42' })).toBe(`${used('42')}.`);
    const nowMs = clock.nowMs();
    expect(await refused('AT_TIMESTAMP', { Timestamp: new Date(nowMs + 1) })).toBe(
      `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${nowMs + 1}, currentTimestampInMillis: ${nowMs}`,
    );
    const missing = (index: number, name: string) =>
      `Shard ${shardId(index)} in stream ${name} under account ${ACCOUNT} does not exist`;
    expect(await refused('TRIM_HORIZON', { ShardId: shardId(7) })).toBe(missing(7, 'orders'));
    expect(await refused('TRIM_HORIZON', { StreamName: 'none' })).toBe(missing(0, 'none'));
    expect(await refused('TRIM_HORIZON', { ShardId: 'shard-none' })).toBe(
      `Could not find shard shard-none in stream orders under account ${ACCOUNT}.`,
    );
  });
});

describe('reading', () => {
  test('goes on with the next iterator and says how far behind it is', async () => {
    const { stream, clock, call } = startKinesis();
    const orders = await stream('orders');
    await orders.put('a');
    await clock.advance(10 * SECOND);
    await orders.put('b');
    const first = await call('GetRecords', { ShardIterator: await orders.iterator(), Limit: 1 });
    expect(first).toMatchObject({ Records: [{ Data: Buffer.from('a') }], MillisBehindLatest: 10 * SECOND });
    expect(first).not.toHaveProperty('ChildShards');
    const second = await call('GetRecords', { ShardIterator: first.NextShardIterator });
    expect(second).toMatchObject({ Records: [{ Data: Buffer.from('b') }], MillisBehindLatest: 0 });
    const third = await call('GetRecords', { ShardIterator: second.NextShardIterator });
    expect(third).toEqual({ Records: [], MillisBehindLatest: 0, NextShardIterator: expect.any(String) });
  });

  test('returns records as AWS does, without an encryption type where there is none', async () => {
    const { stream, call } = startKinesis();
    const orders = await stream('orders');
    const { SequenceNumber } = await orders.put('a', 'key');
    const read = async () => (await call('GetRecords', { ShardIterator: await orders.iterator() })).Records;
    const record = {
      SequenceNumber,
      ApproximateArrivalTimestamp: new Date(START_MS),
      Data: Buffer.from('a'),
      PartitionKey: 'key',
    };
    expect(await read()).toEqual([record]);
    await call('StartStreamEncryption', { StreamName: 'orders', EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
    expect(await read()).toEqual([{ ...record, EncryptionType: 'KMS' }]);
  });

  test('returns at most 10 MiB', async () => {
    const { stream, call } = startKinesis();
    const orders = await stream('orders');
    const record = ['x'.repeat(2 ** 20 - 1), 'k'] as const;
    for (const count of [6, 6]) await orders.putAll(Array.from({ length: count }, () => record));
    const first = await call('GetRecords', { ShardIterator: await orders.iterator() });
    expect(first.Records).toHaveLength(10);
    expect((await call('GetRecords', { ShardIterator: first.NextShardIterator })).Records).toHaveLength(2);
  });
});

describe('retention', () => {
  test('forgets a record after a day', async () => {
    const { stream, clock } = startKinesis();
    const orders = await stream('orders');
    await orders.put('old');
    await clock.advance(HOUR);
    await orders.put('young');
    await clock.advance(23 * HOUR);
    expect(await orders.read()).toEqual(['old', 'young']);
    await clock.advance(1);
    expect(await orders.read()).toEqual(['young']);
  });

  test('frees what nobody reads, too', async () => {
    const { stream, clock } = startKinesis();
    const orders = await stream('orders');
    await orders.put('a');
    await clock.advance(25 * HOUR);
    expect(await orders.bounds(0)).toEqual({ first: 1, next: 1 });
    await orders.put('b');
    expect(await orders.bounds(0)).toEqual({ first: 1, next: 2 });
    await clock.advance(25 * HOUR);
    expect(await orders.bounds(0)).toEqual({ first: 2, next: 2 });
    expect(clock.nextTimerAtMs()).toBeUndefined();
  });

  test('can be made longer, which brings nothing back, and shorter, which forgets at once', async () => {
    const { stream, clock, call } = startKinesis();
    const orders = await stream('orders');
    const retain = (how: string, RetentionPeriodHours: number) =>
      call(`${how}StreamRetentionPeriod`, { StreamName: 'orders', RetentionPeriodHours });
    await orders.put('a');
    await retain('Increase', 48);
    await clock.advance(47 * HOUR);
    await orders.put('b');
    expect(await orders.read()).toEqual(['a', 'b']);
    await retain('Decrease', 24);
    await retain('Increase', 48);
    expect(await orders.read()).toEqual(['b']);
  });

  test('is refused below, above and in the wrong direction', async () => {
    const { stream, call } = startKinesis();
    await stream('orders');
    const refused = async (how: string, RetentionPeriodHours: number) =>
      (await refusalOf(call(`${how}StreamRetentionPeriod`, { StreamName: 'orders', RetentionPeriodHours }))).message;
    expect(await refused('Increase', 23)).toBe(
      'Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.',
    );
    expect(await refused('Increase', 8761)).toBe(
      'Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.',
    );
    expect(await refused('Decrease', 25)).toBe(
      'Requested retention period (25 hours) for stream orders can not be longer than existing retention period (24 hours). Use IncreaseRetentionPeriod API.',
    );
    await call('IncreaseStreamRetentionPeriod', { StreamName: 'orders', RetentionPeriodHours: 48 });
    expect(await refused('Increase', 24)).toBe(
      'Requested retention period (24 hours) for stream orders can not be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API.',
    );
  });
});
