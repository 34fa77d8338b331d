// "DynamoDB Streams captures a time-ordered sequence of item-level modifications in any DynamoDB table and stores this
// information in a log for up to 24 hours. … Each stream record appears exactly once in the stream. For each item that is
// modified in a DynamoDB table, the stream records appear in the same sequence as the actual modifications to the item."
// docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/core/clock.ts';
import { type Answer, expectRefusal, keyed, START_MS, startDynamodb, TABLE_ARN } from './dynamodb-fixture.ts';

type ViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

const streaming = (StreamViewType: ViewType = 'NEW_AND_OLD_IMAGES') =>
  keyed('S', { StreamSpecification: { StreamEnabled: true, StreamViewType } });

/** A table with a stream, and what one mostly does with it. */
async function startStream(viewType?: ViewType, options: Parameters<typeof startDynamodb>[0] = {}) {
  const subject = startDynamodb(options);
  const { call } = subject;
  const orders = await subject.table('orders', streaming(viewType));
  const arn = async (): Promise<string> => (await call('DescribeTable', { TableName: 'orders' })).Table.LatestStreamArn;
  const StreamArn = await arn();
  const describeIt = async (input: object = {}): Promise<Answer> =>
    (await call('DescribeStream', { StreamArn, ...input })).StreamDescription;
  const iterator = async (input: object = {}): Promise<string> => {
    const { Shards } = await describeIt();
    const given = { StreamArn, ShardId: Shards[0].ShardId, ShardIteratorType: 'TRIM_HORIZON', ...input };
    return (await call('GetShardIterator', given)).ShardIterator;
  };
  const records = async (input: object = {}): Promise<readonly Answer[]> =>
    (await call('GetRecords', { ShardIterator: await iterator(input) })).Records;
  const put = (id: string, more: object = {}): Promise<Answer> => orders.put({ id: { S: id }, ...more });
  const update = (StreamSpecification: object): Promise<Answer> =>
    call('UpdateTable', { TableName: 'orders', StreamSpecification });
  return { ...subject, orders, arn, StreamArn, describeIt, iterator, records, put, update };
}

const summary = ({ eventName, dynamodb: { Keys, NewImage, OldImage, SizeBytes, StreamViewType } }: Answer) => ({
  eventName,
  ...{ Keys, NewImage, OldImage, SizeBytes, StreamViewType },
});

describe('A record', () => {
  it('says what was done to which item, with both images where the view type has them', async () => {
    const { put, orders, records } = await startStream();
    await put('a', { n: { N: '1' } });
    await put('a', { n: { N: '2' } });
    await orders.remove({ id: { S: 'a' } });
    const Keys = { id: { S: 'a' } };
    const first = { ...Keys, n: { N: '1' } };
    const second = { ...Keys, n: { N: '2' } };
    const StreamViewType = 'NEW_AND_OLD_IMAGES';
    expect((await records()).map(summary)).toEqual([
      { eventName: 'INSERT', Keys, NewImage: first, SizeBytes: 9, StreamViewType },
      { eventName: 'MODIFY', Keys, NewImage: second, OldImage: first, SizeBytes: 15, StreamViewType },
      { eventName: 'REMOVE', Keys, OldImage: second, SizeBytes: 9, StreamViewType },
    ]);
  });

  it.each([
    ['KEYS_ONLY', false, false, 3],
    ['NEW_IMAGE', true, false, 9],
    ['OLD_IMAGE', false, true, 9],
  ] as const)('has with %s only what that names, and counts only that', async (viewType, newImage, oldImage, size) => {
    const { put, records } = await startStream(viewType);
    await put('a', { n: { N: '1' } });
    await put('a', { n: { N: '2' } });
    const modified = (await records())[1];
    expect('NewImage' in modified.dynamodb).toBe(newImage);
    expect('OldImage' in modified.dynamodb).toBe(oldImage);
    expect(modified).toMatchObject({ eventName: 'MODIFY', dynamodb: { SizeBytes: size, StreamViewType: viewType } });
  });

  it('has the members that AWS gives it, and no others', async () => {
    const { put, records } = await startStream('KEYS_ONLY');
    await put('a');
    expect(await records()).toEqual([
      {
        awsRegion: 'us-east-1',
        dynamodb: {
          ApproximateCreationDateTime: new Date(START_MS),
          Keys: { id: { S: 'a' } },
          SequenceNumber: expect.stringMatching(/^\d{21,40}$/),
          SizeBytes: 3,
          StreamViewType: 'KEYS_ONLY',
        },
        eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventName: 'INSERT',
        eventSource: 'aws:dynamodb',
        eventVersion: '1.1',
      },
    ]);
  });

  it('is not written when a put or an update changes nothing, or a delete finds nothing', async () => {
    const { put, orders, records } = await startStream();
    await put('a', { tags: { SS: ['x', 'y'] }, n: { N: '1.0' } });
    await put('a', { n: { N: '1' }, tags: { SS: ['y', 'x'] } });
    await orders.change({
      Key: { id: { S: 'a' } },
      UpdateExpression: 'SET n = :n',
      ExpressionAttributeValues: { ':n': { N: '1' } },
    });
    await orders.remove({ id: { S: 'b' } });
    expect((await records()).map(({ eventName }) => eventName)).toEqual(['INSERT']);
  });

  it('has a sequence number greater than all before', async () => {
    const { put, records } = await startStream();
    for (const id of ['a', 'b', 'c', 'a']) await put(id, { n: { N: '1' } });
    const numbers = (await records()).map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber));
    expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(numbers).size).toBe(3);
  });
});

describe('A stream', () => {
  it('is described with its table, its key and its open shard', async () => {
    const { describeIt, StreamArn } = await startStream('NEW_IMAGE');
    expect(await describeIt()).toEqual({
      StreamArn,
      StreamLabel: '2026-01-01T00:00:00.000',
      StreamStatus: 'ENABLED',
      StreamViewType: 'NEW_IMAGE',
      CreationRequestDateTime: new Date(START_MS),
      TableName: 'orders',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      Shards: [
        {
          ShardId: expect.stringMatching(/^shardId-\d{20}-[0-9a-f]{8}$/),
          SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{21,40}$/) },
        },
      ],
    });
    expect(StreamArn).toBe(`${TABLE_ARN}orders/stream/2026-01-01T00:00:00.000`);
  });

  it('is disabled and enabled under another label; the old one can be read for a day', async () => {
    const { put, update, arn, StreamArn, describeIt, records, clock, call } = await startStream();
    await put('a');
    await update({ StreamEnabled: false });
    await put('b');
    expect(await describeIt()).toMatchObject({
      StreamStatus: 'DISABLED',
      Shards: [{ SequenceNumberRange: { EndingSequenceNumber: expect.any(String) } }],
    });
    await update({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' });
    expect(await arn()).not.toBe(StreamArn);
    const { Streams } = await call('ListStreams', { TableName: 'orders' });
    expect(Streams.map((stream: Answer) => stream.StreamArn)).toEqual([StreamArn, await arn()]);
    await clock.advance(24 * HOUR - 1);
    expect(await records()).toHaveLength(1);
    await clock.advance(1);
    await expectRefusal(
      describeIt(),
      'ResourceNotFoundException',
      `Requested resource not found: Stream: ${StreamArn} not found`,
    );
  });

  it('says that a closed shard is at its end by giving no further iterator', async () => {
    const { put, update, iterator, call } = await startStream();
    await put('a');
    const open = await call('GetRecords', { ShardIterator: await iterator() });
    expect(open.NextShardIterator).toEqual(expect.any(String));
    await update({ StreamEnabled: false });
    const last = await call('GetRecords', { ShardIterator: open.NextShardIterator });
    expect(last).toEqual({ Records: [] });
  });

  it('outlives its table for a day', async () => {
    const { put, call, records, describeIt } = await startStream();
    await put('a');
    await call('DeleteTable', { TableName: 'orders' });
    expect(await describeIt()).toMatchObject({ StreamStatus: 'DISABLED' });
    expect(await records()).toHaveLength(1);
  });

  it.each([
    [{ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' }, 'Table already has an enabled stream: TableName: orders'],
    [
      { StreamEnabled: true },
      'One or more parameter values were invalid: If stream is being enabled then UpdateViewType is required',
    ],
    [
      { StreamEnabled: false, StreamViewType: 'KEYS_ONLY' },
      'One or more parameter values were invalid: If stream is being disabled, then UpdateViewType must not be specified',
    ],
  ])('cannot be changed by %j', async (specification, message) => {
    const { update } = await startStream();
    await expectRefusal(update(specification), 'ValidationException', message);
  });

  it('cannot be disabled where there is none', async () => {
    const { call, table } = startDynamodb();
    await table('plain');
    await expectRefusal(
      call('UpdateTable', { TableName: 'plain', StreamSpecification: { StreamEnabled: false } }),
      'ValidationException',
      'Table has no stream to disable: TableName: plain',
    );
  });

  it('is listed page by page', async () => {
    const { call, table } = startDynamodb();
    for (const name of ['aaa', 'bbb', 'ccc']) await table(name, streaming());
    const first = await call('ListStreams', { Limit: 2 });
    expect(first.Streams.map((stream: Answer) => stream.TableName)).toEqual(['aaa', 'bbb']);
    const second = await call('ListStreams', { Limit: 2, ExclusiveStartStreamArn: first.LastEvaluatedStreamArn });
    expect(second.Streams.map((stream: Answer) => stream.TableName)).toEqual(['ccc']);
    expect(second.LastEvaluatedStreamArn).toBeUndefined();
  });
});

describe('Shards', () => {
  const timing = { tableShardLifeMs: 4 * HOUR };

  it('go on in a child after their time, which begins where they end', async () => {
    const { put, clock, describeIt, records } = await startStream('KEYS_ONLY', { timing });
    await put('a');
    await clock.advance(4 * HOUR);
    await put('b');
    // The new shard is opened beside the write that finds the old one too old.
    await clock.advance(0);
    const { Shards } = await describeIt();
    expect(Shards).toHaveLength(2);
    expect(Shards[1]).toMatchObject({ ParentShardId: Shards[0].ShardId });
    const numberOf = async (ShardId: string) =>
      (await records({ ShardId })).map(({ dynamodb }) => dynamodb.SequenceNumber);
    const [first] = await numberOf(Shards[0].ShardId);
    const [second] = await numberOf(Shards[1].ShardId);
    expect(Shards[0].SequenceNumberRange.EndingSequenceNumber).toBe(first);
    expect(second > first).toBe(true);
  });

  it('are described page by page, and as children of one', async () => {
    const { put, clock, describeIt } = await startStream('KEYS_ONLY', { timing });
    for (const id of ['a', 'b', 'c']) {
      await put(id);
      await clock.advance(4 * HOUR);
    }
    const all = (await describeIt()).Shards;
    expect(all).toHaveLength(3);
    const first = await describeIt({ Limit: 2 });
    expect(first.Shards).toEqual(all.slice(0, 2));
    expect(first.LastEvaluatedShardId).toBe(all[1].ShardId);
    const second = await describeIt({ Limit: 2, ExclusiveStartShardId: first.LastEvaluatedShardId });
    expect(second.Shards).toEqual(all.slice(2));
    const children = await describeIt({ ShardFilter: { Type: 'CHILD_SHARDS', ShardId: all[0].ShardId } });
    expect(children.Shards).toEqual([all[1]]);
  });

  it('are gone a day after they were closed', async () => {
    const { put, clock, describeIt } = await startStream('KEYS_ONLY', { timing });
    await put('a');
    await clock.advance(4 * HOUR);
    await put('b');
    await clock.advance(0);
    const [parent, child] = (await describeIt()).Shards;
    await clock.advance(24 * HOUR - 1);
    expect((await describeIt()).Shards).toEqual([parent, child]);
    await clock.advance(1);
    expect((await describeIt()).Shards).toEqual([child]);
  });
});

describe('Reading', () => {
  it('starts at or after a sequence number, at the oldest change or behind the newest', async () => {
    const { put, records, iterator, call } = await startStream('KEYS_ONLY');
    for (const id of ['a', 'b', 'c']) await put(id);
    const [, second] = await records();
    const { SequenceNumber } = second.dynamodb;
    const ids = (found: readonly Answer[]) => found.map(({ dynamodb }) => dynamodb.Keys.id.S);
    expect(ids(await records({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber }))).toEqual(['b', 'c']);
    expect(ids(await records({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber }))).toEqual(['c']);
    const ShardIterator = await iterator({ ShardIteratorType: 'LATEST' });
    await put('d');
    expect(ids((await call('GetRecords', { ShardIterator })).Records)).toEqual(['d']);
  });

  it('starts at the number that a shard starts with, even before anything was written', async () => {
    const { put, describeIt, iterator, call } = await startStream('KEYS_ONLY');
    const SequenceNumber = (await describeIt()).Shards[0].SequenceNumberRange.StartingSequenceNumber;
    const ShardIterator = await iterator({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber });
    await put('a');
    expect((await call('GetRecords', { ShardIterator })).Records).toHaveLength(1);
  });

  it('gives so many records at a time as are asked for', async () => {
    const { put, iterator, call } = await startStream('KEYS_ONLY');
    for (const id of ['a', 'b', 'c']) await put(id);
    const first = await call('GetRecords', { ShardIterator: await iterator(), Limit: 2 });
    expect(first.Records).toHaveLength(2);
    expect((await call('GetRecords', { ShardIterator: first.NextShardIterator })).Records).toHaveLength(1);
  });

  it('gives at most 1 MB at a time', async () => {
    const { put, iterator, call } = await startStream('NEW_IMAGE');
    for (let n = 0; n < 4; n += 1) await put(`${n}`, { text: { S: 'x'.repeat(300_000) } });
    const first = await call('GetRecords', { ShardIterator: await iterator() });
    expect(first.Records).toHaveLength(3);
  });

  it('forgets changes after a day, and refuses iterators and numbers of them', async () => {
    const { put, clock, records, iterator, call } = await startStream('KEYS_ONLY', {
      timing: { tableShardLifeMs: DAY },
    });
    await put('a');
    const [{ dynamodb }] = (await records()) as [Answer];
    await clock.advance(24 * HOUR - 5 * MINUTE);
    await put('b');
    const ShardIterator = await iterator();
    await clock.advance(5 * MINUTE);
    expect((await records()).map((record) => record.dynamodb.Keys.id.S)).toEqual(['b']);
    const trimmed = ['TrimmedDataAccessException', 'The data you are trying to access has been trimmed'] as const;
    await expectRefusal(call('GetRecords', { ShardIterator }), ...trimmed);
    const { SequenceNumber } = dynamodb;
    await expectRefusal(iterator({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber }), ...trimmed);
  });

  it('refuses an iterator that is older than 15 minutes', async () => {
    const { iterator, call, clock } = await startStream();
    const ShardIterator = await iterator();
    await clock.advance(15 * MINUTE);
    await expect(call('GetRecords', { ShardIterator })).resolves.toMatchObject({ Records: [] });
    await clock.advance(1);
    await expect(call('GetRecords', { ShardIterator })).rejects.toMatchObject({ code: 'ExpiredIteratorException' });
  });

  it('refuses an iterator that it did not give', async () => {
    const { StreamArn, call } = await startStream();
    for (const ShardIterator of ['nonsense', `${StreamArn}|1|nonsense`, `${StreamArn}|1|`]) {
      await expectRefusal(call('GetRecords', { ShardIterator }), 'ValidationException', 'Invalid ShardIterator');
    }
  });

  it('refuses a shard that is not there', async () => {
    const { iterator } = await startStream();
    await expectRefusal(
      iterator({ ShardId: `shardId-${'0'.repeat(20)}-00000000` }),
      'ResourceNotFoundException',
      'Requested resource not found: Shard does not exist',
    );
  });

  it('takes a sequence number with the types that need one, and with no other', async () => {
    const { iterator, describeIt } = await startStream();
    const SequenceNumber = (await describeIt()).Shards[0].SequenceNumberRange.StartingSequenceNumber;
    for (const wrong of [
      { ShardIteratorType: 'AT_SEQUENCE_NUMBER' },
      { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' },
      { ShardIteratorType: 'LATEST', SequenceNumber },
      { ShardIteratorType: 'TRIM_HORIZON', SequenceNumber },
      { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: '9'.repeat(21) },
    ]) {
      await expect(iterator(wrong)).rejects.toMatchObject({ code: 'ValidationException' });
    }
  });
});
