// Streams: their life, their settings and their shards as the API shows them.
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/clock.ts';
import { ACCOUNT, type Answer, refusalOf, START_MS, shardId, startKinesis } from './kinesis-fixture.ts';

const idsOf = ({ Shards }: { readonly Shards: readonly Answer[] }) => Shards.map(({ ShardId }) => ShardId);

describe('a stream', () => {
  test('is described as AWS does', async () => {
    const { stream, call } = startKinesis();
    const { arn } = await stream('orders');
    const common = {
      StreamName: 'orders',
      StreamARN: arn,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: new Date(START_MS),
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: 'NONE',
    };
    expect((await call('DescribeStream', { StreamARN: arn })).StreamDescription).toEqual({
      ...common,
      HasMoreShards: false,
      Shards: [
        {
          ShardId: shardId(0),
          HashKeyRange: { StartingHashKey: '0', EndingHashKey: '340282366920938463463374607431768211455' },
          SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^49\d{54}$/) },
        },
      ],
    });
    expect((await call('DescribeStreamSummary', { StreamName: 'orders' })).StreamDescriptionSummary).toEqual({
      ...common,
      OpenShardCount: 1,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: 1024,
    });
  });

  test('begins on demand with four shards unless a number is given', async () => {
    const { call, use } = startKinesis();
    await call('CreateStream', { StreamName: 'plain' });
    await call('CreateStream', { StreamName: 'moded', StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    await call('CreateStream', { StreamName: 'counted', ShardCount: 3 });
    expect(await use('plain').shards()).toHaveLength(4);
    expect(await use('moded').shards()).toHaveLength(4);
    expect(await use('counted').shards()).toHaveLength(3);
    const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamName: 'counted' });
    expect(StreamDescriptionSummary.StreamModeDetails).toEqual({ StreamMode: 'PROVISIONED' });
  });

  test('cuts the hash keys evenly and completely', async () => {
    const { stream } = startKinesis();
    const shards = await (await stream('orders', 3)).shards();
    const ranges = shards.map(({ HashKeyRange }) => HashKeyRange);
    expect(ranges[0].StartingHashKey).toBe('0');
    expect(BigInt(ranges[1].StartingHashKey)).toBe(BigInt(ranges[0].EndingHashKey) + 1n);
    expect(BigInt(ranges[2].StartingHashKey)).toBe(BigInt(ranges[1].EndingHashKey) + 1n);
    expect(BigInt(ranges[2].EndingHashKey)).toBe(2n ** 128n - 1n);
  });

  test('of the same name is refused, and one that is not there is not found', async () => {
    const { stream, call } = startKinesis();
    await stream('orders');
    expect(await refusalOf(call('CreateStream', { StreamName: 'orders', ShardCount: 1 }))).toEqual({
      code: 'ResourceInUseException',
      message: `Stream orders under account ${ACCOUNT} already exists.`,
    });
    const notFound = {
      code: 'ResourceNotFoundException',
      message: `Stream none under account ${ACCOUNT} not found.`,
    };
    const StreamARN = `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/none`;
    expect(await refusalOf(call('DescribeStream', { StreamName: 'none' }))).toEqual(notFound);
    expect(await refusalOf(call('PutRecord', { StreamARN, Data: Buffer.from('x'), PartitionKey: 'k' }))).toEqual(
      notFound,
    );
  });

  test('is gone at once when it is deleted, with its records', async () => {
    const { stream, call } = startKinesis();
    const orders = await stream('orders');
    await orders.put('a');
    await call('DeleteStream', { StreamName: 'orders' });
    expect(await call('ListStreams')).toMatchObject({ StreamNames: [], HasMoreStreams: false });
    await stream('orders');
    expect(await orders.read()).toEqual([]);
  });

  test('that has consumers is deleted only when that is said', async () => {
    const { stream, call } = startKinesis();
    const { arn } = await stream('orders');
    await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    expect(await refusalOf(call('DeleteStream', { StreamName: 'orders' }))).toMatchObject({
      code: 'ResourceInUseException',
    });
    await call('DeleteStream', { StreamName: 'orders', EnforceConsumerDeletion: true });
    expect(await refusalOf(call('DescribeStream', { StreamName: 'orders' }))).toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  test('passes through its states where they take time', async () => {
    const { stream, call, clock } = startKinesis({ timing: { streamStateDelayMs: 5 * SECOND } });
    const orders = await stream('orders', 2);
    const status = async () => (await call('DescribeStream', { StreamName: 'orders' })).StreamDescription.StreamStatus;
    expect(await status()).toBe('CREATING');
    expect(await orders.shards()).toEqual([]);
    expect(await refusalOf(orders.put('a'))).toMatchObject({ code: 'ResourceNotFoundException' });
    await clock.advance(5 * SECOND);
    expect(await status()).toBe('ACTIVE');
    await call('MergeShards', {
      StreamName: 'orders',
      ShardToMerge: shardId(0),
      AdjacentShardToMerge: shardId(1),
    });
    expect(await status()).toBe('UPDATING');
    await orders.put('a');
    const split = { StreamName: 'orders', ShardToSplit: shardId(2), NewStartingHashKey: '10' };
    expect(await refusalOf(call('SplitShard', split))).toEqual({
      code: 'ResourceInUseException',
      message: `Stream orders under account ${ACCOUNT} not ACTIVE, instead in state UPDATING`,
    });
    await clock.advance(5 * SECOND);
    await call('DeleteStream', { StreamName: 'orders' });
    expect(await status()).toBe('DELETING');
    await clock.advance(5 * SECOND);
    expect(await refusalOf(status())).toMatchObject({ code: 'ResourceNotFoundException' });
    await stream('orders');
  });

  const KEY = { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' };
  test.each([
    ['IncreaseStreamRetentionPeriod', { RetentionPeriodHours: 48 }],
    ['DecreaseStreamRetentionPeriod', { RetentionPeriodHours: 24 }],
    ['StartStreamEncryption', KEY],
    ['StopStreamEncryption', KEY],
    ['EnableEnhancedMonitoring', { ShardLevelMetrics: ['ALL'] }],
    ['DisableEnhancedMonitoring', { ShardLevelMetrics: ['ALL'] }],
    ['UpdateMaxRecordSize', { MaxRecordSizeInKiB: 2048 }],
    ['UpdateStreamWarmThroughput', { WarmThroughputMiBps: 10 }],
  ])('is UPDATING after %s, which waits for others to be done', async (operation, input) => {
    const { stream, call, clock } = startKinesis({ timing: { streamStateDelayMs: 5 * SECOND } });
    const { arn: StreamARN } = await stream('orders');
    expect(await refusalOf(call(operation, { StreamARN, ...input }))).toEqual({
      code: 'ResourceInUseException',
      message: `Stream orders under account ${ACCOUNT} not ACTIVE, instead in state CREATING`,
    });
    await clock.advance(5 * SECOND);
    await call(operation, { StreamARN, ...input });
    const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamARN });
    expect(StreamDescriptionSummary.StreamStatus).toBe('UPDATING');
  });

  test('changes its mode twice a day', async () => {
    const { stream, call, clock } = startKinesis();
    const { arn } = await stream('orders');
    const change = (StreamMode: string) =>
      call('UpdateStreamMode', { StreamARN: arn, StreamModeDetails: { StreamMode } });
    await change('ON_DEMAND');
    const split = { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: '10' };
    expect(await refusalOf(call('SplitShard', split))).toEqual({
      code: 'ValidationException',
      message: `Request is invalid. Stream orders under account ${ACCOUNT} is in On-Demand mode.`,
    });
    await change('PROVISIONED');
    expect(await refusalOf(change('ON_DEMAND'))).toMatchObject({ code: 'LimitExceededException' });
    await clock.advance(DAY);
    await change('ON_DEMAND');
  });

  test('of another account is reached only by what its policy grants', async () => {
    const { stream, call } = startKinesis();
    const { arn } = await stream('orders');
    const caller = { accessKeyId: 'x', arn: 'arn:aws:iam::111111111111:user/u', userId: 'x' };
    const other = { account: '111111111111', caller };
    const put = () => call('PutRecord', { StreamARN: arn, Data: Buffer.from('x'), PartitionKey: 'k' }, other);
    const denied = (action: string) => ({
      code: 'AccessDeniedException',
      message: `User: ${caller.arn} is not authorized to perform: kinesis:${action} on resource: ${arn} because no resource-based policy allows the kinesis:${action} action`,
    });
    expect(await call('ListStreams', {}, other)).toMatchObject({ StreamNames: [] });
    expect(await refusalOf(put())).toEqual(denied('PutRecord'));
    const Principal = { AWS: 'arn:aws:iam::111111111111:root' };
    const Statement = [{ Effect: 'Allow', Principal, Action: 'kinesis:PutRecord', Resource: arn }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await call('PutResourcePolicy', { ResourceARN: arn, Policy });
    await put();
    expect(await refusalOf(call('DescribeStream', { StreamARN: arn }, other))).toEqual(denied('DescribeStream'));
  });
});

describe('lists', () => {
  test('streams page by page', async () => {
    const { stream, call } = startKinesis();
    for (const name of ['c', 'a', 'b']) await stream(name);
    const first = await call('ListStreams', { Limit: 2 });
    expect(first).toMatchObject({ StreamNames: ['a', 'b'], HasMoreStreams: true });
    expect(first.StreamSummaries).toHaveLength(2);
    const rest = { StreamNames: ['c'], HasMoreStreams: false };
    expect(await call('ListStreams', { NextToken: first.NextToken })).toMatchObject(rest);
    expect(await call('ListStreams', { ExclusiveStartStreamName: 'b' })).toMatchObject(rest);
  });

  test('refuse a token of another list', async () => {
    const { stream, call } = startKinesis();
    const StreamARN = (await stream('orders', 2)).arn;
    await stream('others');
    for (const ConsumerName of ['a', 'b']) await call('RegisterStreamConsumer', { StreamARN, ConsumerName });
    const tokens = [
      (await call('ListStreams', { Limit: 1 })).NextToken,
      (await call('ListShards', { StreamARN, MaxResults: 1 })).NextToken,
      (await call('ListStreamConsumers', { StreamARN, MaxResults: 1 })).NextToken,
    ];
    const lists: readonly [string, object][] = [
      ['ListStreams', {}],
      ['ListShards', {}],
      ['ListStreamConsumers', { StreamARN }],
    ];
    const refused = { code: 'InvalidArgumentException', message: 'Invalid NextToken.' };
    for (const [place, [list, input]] of lists.entries()) {
      for (const NextToken of tokens.filter((_, each) => each !== place)) {
        expect(await refusalOf(call(list, { ...input, NextToken }))).toEqual(refused);
      }
    }
  });

  test('shards page by page, with a token that is good for five minutes', async () => {
    const { stream, call, clock } = startKinesis();
    await stream('orders', 5);
    const first = await call('ListShards', { StreamName: 'orders', MaxResults: 2 });
    expect(idsOf(first)).toEqual([shardId(0), shardId(1)]);
    const { NextToken } = first;
    expect(idsOf(await call('ListShards', { NextToken }))).toEqual([shardId(2), shardId(3), shardId(4)]);
    expect(await refusalOf(call('ListShards', { NextToken, StreamName: 'orders' }))).toEqual({
      code: 'InvalidArgumentException',
      message: 'NextToken and StreamName cannot be provided together.',
    });
    await clock.advance(5 * MINUTE + 1);
    expect(await refusalOf(call('ListShards', { NextToken }))).toMatchObject({ code: 'ExpiredNextTokenException' });
    const described = await call('DescribeStream', {
      StreamName: 'orders',
      Limit: 2,
      ExclusiveStartShardId: shardId(1),
    });
    expect(described.StreamDescription.HasMoreShards).toBe(true);
    expect(idsOf(described.StreamDescription)).toEqual([shardId(2), shardId(3)]);
  });

  test('the shards that were open at a time, or since', async () => {
    const { stream, call, clock } = startKinesis();
    await stream('orders', 2);
    await clock.advance(HOUR);
    const split = { StreamName: 'orders', ShardToSplit: shardId(1), NewStartingHashKey: (3n * 2n ** 126n).toString() };
    await call('SplitShard', split);
    await clock.advance(HOUR);
    const list = async (Type: string, more: object = {}) =>
      idsOf(await call('ListShards', { StreamName: 'orders', ShardFilter: { Type, ...more } })).map((id) =>
        Number(id.slice(-2)),
      );
    const at = (hours: number) => ({ Timestamp: new Date(START_MS + hours * HOUR) });
    expect(await list('AT_LATEST')).toEqual([0, 2, 3]);
    expect(await list('AT_TRIM_HORIZON')).toEqual([0, 1]);
    expect(await list('FROM_TRIM_HORIZON')).toEqual([0, 1, 2, 3]);
    expect(await list('AT_TIMESTAMP', at(0.5))).toEqual([0, 1]);
    expect(await list('AT_TIMESTAMP', at(1.5))).toEqual([0, 2, 3]);
    expect(await list('FROM_TIMESTAMP', at(0.5))).toEqual([0, 1, 2, 3]);
    expect(await list('FROM_TIMESTAMP', at(1.5))).toEqual([0, 2, 3]);
    expect(await list('AFTER_SHARD_ID', { ShardId: shardId(1) })).toEqual([2, 3]);
  });
});

describe('what is kept to be seen', () => {
  test('tags, by key and page by page', async () => {
    const { stream, call } = startKinesis();
    const { arn } = await stream('orders');
    await call('AddTagsToStream', { StreamName: 'orders', Tags: { b: '2', a: '1' } });
    await call('TagResource', { ResourceARN: arn, Tags: { c: '3', a: 'one' } });
    const all = [
      { Key: 'a', Value: 'one' },
      { Key: 'b', Value: '2' },
      { Key: 'c', Value: '3' },
    ];
    expect(await call('ListTagsForResource', { ResourceARN: arn })).toEqual({ Tags: all });
    const list = (more: object) => call('ListTagsForStream', { StreamName: 'orders', ...more });
    expect(await list({ Limit: 2 })).toEqual({ Tags: all.slice(0, 2), HasMoreTags: true });
    expect(await list({ ExclusiveStartTagKey: 'b' })).toEqual({ Tags: all.slice(2), HasMoreTags: false });
    await call('RemoveTagsFromStream', { StreamName: 'orders', TagKeys: ['a', 'none'] });
    await call('UntagResource', { ResourceARN: arn, TagKeys: ['b'] });
    expect(await list({})).toEqual({ Tags: all.slice(2), HasMoreTags: false });
  });

  test('no more than fifty tags, and none with illegal characters', async () => {
    const { stream, call } = startKinesis();
    await stream('orders');
    const add = (Tags: object) => refusalOf(call('AddTagsToStream', { StreamName: 'orders', Tags }));
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, each) => [`${each}`, 'x']));
    expect((await add(many)).message).toContain('cannot have more than 50 tags');
    expect((await add({ a: 'b;c' })).message).toContain('Some tags contain invalid characters.');
  });

  test('a resource policy', async () => {
    const { stream, call } = startKinesis();
    const { arn: ResourceARN } = await stream('orders');
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    expect(await call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy: '{}' });
    await call('PutResourcePolicy', { ResourceARN, Policy });
    expect(await call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy });
    await call('DeleteResourcePolicy', { ResourceARN });
    expect(await call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy: '{}' });
    expect(await refusalOf(call('DeleteResourcePolicy', { ResourceARN }))).toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  test('shard-level metrics, encryption and warm throughput', async () => {
    const { stream, call } = startKinesis();
    const { arn } = await stream('orders');
    const StreamName = 'orders';
    expect(await call('EnableEnhancedMonitoring', { StreamName, ShardLevelMetrics: ['IncomingBytes'] })).toEqual({
      StreamName,
      CurrentShardLevelMetrics: [],
      DesiredShardLevelMetrics: ['IncomingBytes'],
      StreamARN: arn,
    });
    await call('StartStreamEncryption', { StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
    await call('UpdateStreamWarmThroughput', { StreamName, WarmThroughputMiBps: 100 });
    expect((await call('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary).toMatchObject({
      EnhancedMonitoring: [{ ShardLevelMetrics: ['IncomingBytes'] }],
      EncryptionType: 'KMS',
      KeyId: 'alias/aws/kinesis',
      WarmThroughput: { TargetMiBps: 100, CurrentMiBps: 100 },
    });
    await call('DisableEnhancedMonitoring', { StreamName, ShardLevelMetrics: ['ALL'] });
    await call('StopStreamEncryption', { StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
    expect((await call('DescribeStream', { StreamName })).StreamDescription).toMatchObject({
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: 'NONE',
    });
  });

  test('limits with what is used of them', async () => {
    const { stream, call } = startKinesis();
    await stream('orders', 3);
    await call('CreateStream', { StreamName: 'flexible' });
    expect(await call('DescribeLimits')).toEqual({
      ShardLimit: 20_000,
      OpenShardCount: 3,
      OnDemandStreamCount: 1,
      OnDemandStreamCountLimit: 50,
    });
  });

  test('what Headwater does not do is refused by name', async () => {
    const { stream, call } = startKinesis();
    const { arn } = await stream('orders');
    const auto = { RecordDistributionStrategy: 'AUTO' };
    expect((await refusalOf(call('CreateStream', { StreamName: 'x', ...auto }))).message).toContain(
      'RecordDistributionStrategy',
    );
    expect(
      (await refusalOf(call('UpdateStreamRecordDistributionStrategy', { StreamARN: arn, ...auto }))).message,
    ).toContain('RecordDistributionStrategy');
  });
});

test('a reset forgets all streams', async () => {
  const { stream, call, kinesis } = startKinesis();
  const orders = await stream('orders');
  await orders.put('a');
  await kinesis.reset();
  expect(await call('ListStreams')).toMatchObject({ StreamNames: [] });
  await stream('orders');
  expect(await orders.read()).toEqual([]);
});
