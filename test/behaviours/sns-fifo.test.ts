// https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html
// https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html
// https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-ordering.html
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { MINUTE } from '../../src/core/clock.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';
import { openSnsGround, refusalOf, startSns } from './sns-fixture.ts';

const message = (group: string, id: string) => ({ MessageGroupId: group, MessageDeduplicationId: id });

test('keeps the order of the messages of a group, and passes its id on', async () => {
  const { topic, call, settle } = startSns();
  const orders = await topic('orders.fifo');
  const queue = await orders.queue('work.fifo', { RawMessageDelivery: 'true' });
  const texts = Array.from({ length: 9 }, (_, index) => `m${index}`);
  await Promise.all(
    texts.map((Message) => call('Publish', { TopicArn: orders.TopicArn, Message, ...message('a', Message) })),
  );
  await settle();
  const received = await queue.receive();
  expect(received.map(({ Body }) => Body)).toEqual(texts);
  expect(received[0].Attributes).toMatchObject({ MessageGroupId: 'a', MessageDeduplicationId: 'm0' });
});

test('gives growing sequence numbers of twenty digits', async () => {
  const { topic } = startSns();
  const orders = await topic('orders.fifo');
  const first = (await orders.publish('1', message('a', '1'))).SequenceNumber ?? '';
  const second = (await orders.publish('2', message('b', '2'))).SequenceNumber ?? '';
  expect(first).toMatch(/^\d{20}$/);
  expect(second > first).toBe(true);
});

test('takes a message of the same id for a duplicate, for five minutes', async () => {
  const { topic, clock } = startSns();
  const orders = await topic('orders.fifo');
  const queue = await orders.queue('work.fifo');
  const first = await orders.publish('paid', message('a', '1'));
  expect(await orders.publish('paid again', message('b', '1'))).toEqual(first);
  expect(await queue.texts()).toEqual(['paid']);
  await clock.advance(5 * MINUTE);
  const later = await orders.publish('paid later', message('a', '1'));
  expect(later.MessageId).not.toBe(first.MessageId);
  expect(await queue.texts()).toEqual(['paid later']);
});

test('forgets the ids of former messages little by little, so that nobody waits for thousands', async () => {
  const ground = openSnsGround();
  const removed: string[] = [];
  const registry = {
    ...ground.registry,
    remove: async (...entry: Parameters<typeof ground.registry.remove>) => {
      removed.push(entry[0]);
      await ground.registry.remove(...entry);
    },
  };
  const { topic, clock } = startSns({ ground: { ...ground, registry } });
  const orders = await topic('orders.fifo');
  for (let n = 0; n < 40; n++) await orders.publish('before', message('a', `${n}`));
  await clock.advance(5 * MINUTE);
  await orders.publish('first after', message('a', 'first'));
  expect(removed.length).toBeGreaterThan(0);
  expect(removed.length).toBeLessThan(40);
  for (let n = 0; n < 4; n++) await orders.publish('after', message('a', `after-${n}`));
  expect(removed).toHaveLength(40);
});

test('tells messages apart by group where the topic says so', async () => {
  const { topic } = startSns();
  const orders = await topic('orders.fifo', { FifoThroughputScope: 'MessageGroup' });
  const queue = await orders.queue('work.fifo', { RawMessageDelivery: 'true' });
  // The queue itself must not take it for a duplicate either.
  const first = await orders.publish('one', message('a', '1'));
  const second = await orders.publish('two', message('b', '1'));
  expect(second.MessageId).not.toBe(first.MessageId);
  expect(await queue.bodies()).toEqual(['one']);
});

test('tells messages apart by their text where the topic says so', async () => {
  const { topic } = startSns();
  const orders = await topic('orders.fifo', { ContentBasedDeduplication: 'true' });
  const queue = await orders.queue('work.fifo', { RawMessageDelivery: 'true' });
  await orders.publish('Test', { MessageGroupId: 'a' });
  await orders.publish('Test', { MessageGroupId: 'a' });
  const received = await queue.receive();
  const hash = createHash('sha256').update('Test').digest('hex');
  expect(received.map(({ Attributes }) => Attributes.MessageDeduplicationId)).toEqual([hash]);
});

test('delivers to standard queues too', async () => {
  const { topic } = startSns();
  const orders = await topic('orders.fifo');
  const queue = await orders.queue('work');
  await orders.publish('paid', message('a', '1'));
  expect(await queue.texts()).toEqual(['paid']);
});

test('asks for a group, and for an id unless the text is one', async () => {
  const { topic } = startSns();
  const orders = await topic('orders.fifo');
  const plain = await topic('plain');
  const sentence = async (call: Promise<unknown>) => (await refusalOf(call)).message;
  expect(await sentence(orders.publish('paid'))).toBe(
    'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
  );
  expect(await sentence(orders.publish('paid', { MessageGroupId: 'a' }))).toBe(
    'Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
  expect(await sentence(plain.publish('paid', { MessageDeduplicationId: '1' }))).toBe(
    'Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
  );
});

test('holds up the later messages of a group behind one that is not taken, for that subscriber only', async () => {
  let isDown = true;
  const { topic, clock, settle } = startSns({
    queueFault: (arn) => (isDown && arn.endsWith('slow.fifo') ? 'for now' : undefined),
  });
  const orders = await topic('orders.fifo');
  const slow = await orders.queue('slow.fifo', { RawMessageDelivery: 'true' });
  const quick = await orders.queue('quick.fifo', { RawMessageDelivery: 'true' });
  await orders.publish('a1', message('a', '1'));
  await orders.publish('a2', message('a', '2'));
  expect(await quick.bodies()).toEqual(['a1', 'a2']);
  expect(await slow.bodies()).toEqual([]);
  isDown = false;
  await clock.advance(MINUTE);
  await settle();
  expect(await slow.bodies()).toEqual(['a1', 'a2']);
});

test('brings nobody a message twice while another subscriber’s backend is away', async () => {
  let faults = 3;
  const { topic, clock, settle } = startSns({
    queueFault(arn) {
      if (arn.endsWith('away') && faults-- > 0) throw new BackendUnavailable('The queue', 'it is away');
      return undefined;
    },
  });
  const orders = await topic('orders.fifo');
  const away = await orders.queue('away', { RawMessageDelivery: 'true' });
  const there = await orders.queue('there', { RawMessageDelivery: 'true' });
  await orders.publish('a1', message('a', '1'));
  await clock.advance(MINUTE);
  await settle();
  expect(await away.bodies()).toEqual(['a1']);
  expect(await there.bodies()).toEqual(['a1']);
});

test('brings to its subscribers in order what an earlier process had taken', async () => {
  const { topic, call, sns, ground } = startSns();
  const orders = await topic('orders.fifo');
  const queue = await orders.queue('work.fifo', { RawMessageDelivery: 'true' });
  await sns.close();
  for (const Message of ['1', '2']) {
    await call('Publish', { TopicArn: orders.TopicArn, Message, ...message('a', Message) });
  }
  const later = startSns({ ground });
  await later.settle();
  expect(await queue.bodies()).toEqual(['1', '2']);
});

test('gives several processes one order, and takes duplicates of another process for what they are', async () => {
  const first = startSns();
  const second = startSns({ ground: first.ground });
  const orders = await first.topic('orders.fifo');
  const queue = await orders.queue('work.fifo', { RawMessageDelivery: 'true' });
  for (let index = 0; index < 8; index += 1) {
    const { call } = index % 2 === 0 ? first : second;
    await call('Publish', { TopicArn: orders.TopicArn, Message: `${index}`, ...message('a', `${index}`) });
    await second.call('Publish', { TopicArn: orders.TopicArn, Message: 'again', ...message('a', `${index}`) });
  }
  await first.settle();
  expect(await queue.bodies()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
});

test('remembers nothing of a topic that was deleted', async () => {
  const { topic, call, ground } = startSns();
  const orders = await topic('orders.fifo');
  const queue = await orders.queue('work.fifo', { RawMessageDelivery: 'true' });
  await orders.publish('before', message('a', '1'));
  await call('DeleteTopic', { TopicArn: orders.TopicArn });
  expect(await ground.registry.list('sns/fifo/')).toEqual([]);
  const again = await topic('orders.fifo');
  await again.subscribe('sqs', queue.arn, { RawMessageDelivery: 'true' });
  await again.publish('after', message('b', '2'));
  expect(await queue.bodies()).toEqual(['before', 'after']);
});
