// Consumers with throughput of their own, and what they are sent.
// https://docs.aws.amazon.com/streams/latest/dev/building-enhanced-consumers-api.html
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/clock.ts';
import { type Answer, refusalOf, START_MS, shardId, startKinesis, text } from './kinesis-fixture.ts';

async function setUp(shards = 1) {
  const parts = startKinesis();
  const orders = await parts.stream('orders', shards);
  const register = async (ConsumerName: string): Promise<string> =>
    (await parts.call('RegisterStreamConsumer', { StreamARN: orders.arn, ConsumerName })).Consumer.ConsumerARN;
  const consumer = await register('reader');
  const subscribe = async (StartingPosition: object = { Type: 'TRIM_HORIZON' }, more: object = {}, context = {}) => {
    const input = { ConsumerARN: consumer, ShardId: shardId(0), StartingPosition, ...more };
    const { EventStream } = await parts.call('SubscribeToShard', input, context);
    return EventStream[Symbol.asyncIterator]() as AsyncIterator<Answer>;
  };
  return { ...parts, orders, consumer, register, subscribe };
}

const next = async (events: AsyncIterator<Answer>) => (await events.next()).value?.SubscribeToShardEvent;
const textsOf = (event: Answer) => event.Records.map(({ Data }: { readonly Data: Uint8Array }) => text(Data));

describe('a consumer', () => {
  test('is registered under an ARN with the second of its registration', async () => {
    const { call, orders, consumer } = await setUp();
    expect(consumer).toBe(`${orders.arn}/consumer/reader:${START_MS / 1000}`);
    const described = {
      ConsumerName: 'reader',
      ConsumerARN: consumer,
      ConsumerStatus: 'ACTIVE',
      ConsumerCreationTimestamp: new Date(START_MS),
    };
    expect(await call('ListStreamConsumers', { StreamARN: orders.arn })).toEqual({ Consumers: [described] });
    const whole = { ConsumerDescription: { ...described, StreamARN: orders.arn } };
    expect(await call('DescribeStreamConsumer', { ConsumerARN: consumer })).toEqual(whole);
    expect(await call('DescribeStreamConsumer', { StreamARN: orders.arn, ConsumerName: 'reader' })).toEqual(whole);
  });

  test('has a name of its own, and there are twenty at most', async () => {
    const { register } = await setUp();
    expect(await refusalOf(register('reader'))).toMatchObject({ code: 'ResourceInUseException' });
    for (let each = 1; each < 20; each += 1) await register(`c${each}`);
    expect(await refusalOf(register('one-more'))).toMatchObject({ code: 'LimitExceededException' });
  });

  test('is listed page by page', async () => {
    const { call, orders, register } = await setUp();
    for (const name of ['c', 'a']) await register(name);
    const names = ({ Consumers }: Answer) => Consumers.map(({ ConsumerName }: Answer) => ConsumerName);
    const first = await call('ListStreamConsumers', { StreamARN: orders.arn, MaxResults: 2 });
    expect(names(first)).toEqual(['a', 'c']);
    const { NextToken } = first;
    expect(names(await call('ListStreamConsumers', { StreamARN: orders.arn, NextToken }))).toEqual(['reader']);
  });

  test('is forgotten when it is deregistered', async () => {
    const { call, orders } = await setUp();
    const reference = { StreamARN: orders.arn, ConsumerName: 'reader' };
    await call('DeregisterStreamConsumer', reference);
    expect(await refusalOf(call('DescribeStreamConsumer', reference))).toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  test('has tags and a policy of its own', async () => {
    const { call, orders, consumer: ResourceARN } = await setUp();
    const Policy = '{"Statement":[]}';
    await call('TagResource', { ResourceARN, Tags: { a: '1' } });
    await call('PutResourcePolicy', { ResourceARN, Policy });
    expect(await call('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'a', Value: '1' }] });
    expect(await call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy });
    expect(await call('ListTagsForResource', { ResourceARN: orders.arn })).toEqual({ Tags: [] });
  });
});

describe('a subscription', () => {
  test('is sent what is there and what comes, each with where to go on', async () => {
    const { orders, subscribe } = await setUp();
    await orders.put('a');
    const events = await subscribe();
    const first = await next(events);
    expect(textsOf(first)).toEqual(['a']);
    const waiting = next(events);
    const { Records } = await orders.putAll([
      ['b', 'k'],
      ['c', 'k'],
    ]);
    const second = await waiting;
    expect(textsOf(second)).toEqual(['b', 'c']);
    expect(second).toMatchObject({ ContinuationSequenceNumber: Records[1].SequenceNumber, MillisBehindLatest: 0 });
    expect(Object.keys(second.Records[0])).toEqual([
      'SequenceNumber',
      'ApproximateArrivalTimestamp',
      'Data',
      'PartitionKey',
    ]);
  });

  test('begins where it is told', async () => {
    const { orders, subscribe, clock } = await setUp();
    await orders.put('a');
    await clock.advance(10 * SECOND);
    const { SequenceNumber } = await orders.put('b');
    const from = async (position: object) => {
      const events = await subscribe(position);
      const event = await next(events);
      await events.return?.();
      return textsOf(event);
    };
    expect(await from({ Type: 'AT_TIMESTAMP', Timestamp: new Date(START_MS + 1) })).toEqual(['b']);
    expect(await from({ Type: 'AT_SEQUENCE_NUMBER', SequenceNumber })).toEqual(['b']);
    const late = await subscribe({ Type: 'LATEST' });
    const waiting = next(late);
    await orders.put('c');
    expect(textsOf(await waiting)).toEqual(['c']);
    expect(await refusalOf(subscribe({ Type: 'AT_SEQUENCE_NUMBER', SequenceNumber: '17' }))).toMatchObject({
      code: 'InvalidArgumentException',
    });
  });

  test('ends after five minutes', async () => {
    const { subscribe, clock } = await setUp();
    const events = await subscribe();
    const ended = events.next();
    await clock.advance(5 * MINUTE);
    expect(await ended).toEqual({ done: true, value: undefined });
  });

  test('ends with the shard, naming its children', async () => {
    const { orders, subscribe, call } = await setUp();
    await orders.put('a');
    const events = await subscribe();
    await call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: '9' });
    expect(textsOf(await next(events))).toEqual(['a']);
    const last = await next(events);
    expect(last.Records).toEqual([]);
    expect(last.ContinuationSequenceNumber).toBeUndefined();
    expect(last.ChildShards.map(({ ShardId }: Answer) => ShardId)).toEqual([shardId(1), shardId(2)]);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test('is replaced by a later one, but not within five seconds', async () => {
    const { orders, subscribe, clock } = await setUp();
    const old = await subscribe();
    const busy = {
      code: 'ResourceInUseException',
      message: `Another active subscription exists for this consumer: 000000000000:orders:${shardId(0)}:reader`,
    };
    expect(await refusalOf(subscribe())).toEqual(busy);
    const over = refusalOf(old.next());
    await clock.advance(5 * SECOND);
    const events = await subscribe();
    expect(await over).toEqual(busy);
    await orders.put('a');
    expect(textsOf(await next(events))).toEqual(['a']);
  });

  test('that its client left makes room at once', async () => {
    const { subscribe } = await setUp();
    const client = new AbortController();
    const events = await subscribe({ Type: 'LATEST' }, {}, { signal: client.signal });
    const ended = events.next();
    client.abort();
    expect(await ended).toEqual({ done: true, value: undefined });
    await subscribe();
  });

  test('ends with an error when its consumer or its stream goes', async () => {
    const { subscribe, call, consumer, register } = await setUp();
    const events = await subscribe();
    const ended = refusalOf(events.next());
    await call('DeregisterStreamConsumer', { ConsumerARN: consumer });
    expect(await ended).toMatchObject({ code: 'ResourceNotFoundException' });
    const other = await subscribe({ Type: 'LATEST' }, { ConsumerARN: await register('other') });
    const gone = refusalOf(other.next());
    await call('DeleteStream', { StreamName: 'orders', EnforceConsumerDeletion: true });
    expect(await gone).toEqual({
      code: 'ResourceNotFoundException',
      message: 'Stream orders under account 000000000000 not found.',
    });
  });

  test('ends quietly when Kinesis stops', async () => {
    const { subscribe, kinesis } = await setUp();
    const ended = (await subscribe()).next();
    await kinesis.close();
    expect(await ended).toEqual({ done: true, value: undefined });
  });
});
