// https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-lambda-as-subscriber.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
import { expect, test } from 'vitest';
import { functionArn, startSns } from './sns-fixture.ts';

test('brings a message to every queue that is subscribed, in an envelope', async () => {
  const { topic } = startSns();
  const orders = await topic('orders');
  const [first, second] = [await orders.queue('first'), await orders.queue('second')];
  const { MessageId } = await orders.publish('paid', {
    Subject: 'An order',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'order' } },
  });
  const [{ Body }] = (await first.receive()) as [{ readonly Body: string }];
  const envelope = JSON.parse(Body);
  expect(Object.keys(envelope)).toEqual([
    ...['Type', 'MessageId', 'TopicArn', 'Subject', 'Message', 'Timestamp'],
    ...['SignatureVersion', 'Signature', 'SigningCertURL', 'UnsubscribeURL', 'MessageAttributes'],
  ]);
  expect(envelope).toMatchObject({
    ...{ Type: 'Notification', MessageId, TopicArn: orders.TopicArn, Subject: 'An order', Message: 'paid' },
    Timestamp: '2026-01-01T00:00:00.000Z',
    UnsubscribeURL: `http://localhost:4566/?Action=Unsubscribe&SubscriptionArn=${first.SubscriptionArn}`,
    MessageAttributes: { kind: { Type: 'String', Value: 'order' } },
  });
  expect(Body).toContain('{\n  "Type" : "Notification",\n');
  expect(await second.texts()).toEqual(['paid']);
});

// https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html
test('brings a queue also what it would not take from others for its size', async () => {
  const { topic, callSqs } = startSns();
  const orders = await topic('orders');
  const queue = await orders.queue('small');
  await callSqs('SetQueueAttributes', { QueueUrl: queue.QueueUrl, Attributes: { MaximumMessageSize: '1024' } });
  await orders.publish('m'.repeat(2000));
  expect(await queue.texts()).toEqual(['m'.repeat(2000)]);
});

test('gives the bare text and the attributes to a queue with raw delivery', async () => {
  const { topic } = startSns();
  const orders = await topic('orders');
  const queue = await orders.queue('raw', { RawMessageDelivery: 'true' });
  await orders.publish('paid', {
    MessageAttributes: {
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from([2, 3, 4]) },
      price: { DataType: 'Number', StringValue: '9.5' },
    },
  });
  const [{ Body, MessageAttributes }] = await queue.receive();
  const { bytes, price } = MessageAttributes;
  expect(Body).toBe('paid');
  expect([bytes.DataType, ...bytes.BinaryValue]).toEqual(['Binary', 2, 3, 4]);
  expect(price).toMatchObject({ DataType: 'Number', StringValue: '9.5' });
});

test('calls a function with a record of the message', async () => {
  const { topic, seen } = startSns();
  const orders = await topic('orders', { SignatureVersion: '2' });
  const arn = await orders.subscribe('lambda', functionArn('work'));
  const { MessageId } = await orders.publish('paid');
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({
    ...{ arn: functionArn('work'), principal: 'sns.amazonaws.com', sourceArn: orders.TopicArn },
    eventIds: [MessageId],
  });
  expect(JSON.parse(seen[0]?.text ?? '')).toEqual({
    Records: [
      {
        ...{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: arn },
        Sns: {
          ...{ Type: 'Notification', MessageId, TopicArn: orders.TopicArn, Subject: null, Message: 'paid' },
          ...{ Timestamp: '2026-01-01T00:00:00.000Z', SignatureVersion: '1', Signature: expect.any(String) },
          SigningCertUrl: expect.stringMatching(
            /^http:\/\/localhost:4566\/_headwater\/sns\/SimpleNotificationService-[\da-f]{32}\.pem$/,
          ),
          UnsubscribeUrl: `http://localhost:4566/?Action=Unsubscribe&SubscriptionArn=${arn}`,
          MessageAttributes: {},
        },
      },
    ],
  });
});

test('gives each protocol its own text of a message with several', async () => {
  const { topic, seen } = startSns();
  const orders = await topic('orders');
  const queue = await orders.queue('work');
  await orders.subscribe('lambda', functionArn('work'));
  await orders.publish(JSON.stringify({ default: 'all', sqs: 'queues', email: 1 }), { MessageStructure: 'json' });
  expect(await queue.texts()).toEqual(['queues']);
  expect(JSON.parse(seen[0]?.text ?? '').Records[0].Sns.Message).toBe('all');
});

test('does not bring a message to those who subscribe after it', async () => {
  const { topic, call, settle } = startSns();
  const orders = await topic('orders');
  const early = await orders.queue('early');
  await call('Publish', { TopicArn: orders.TopicArn, Message: 'paid' });
  const late = await orders.queue('late');
  await settle();
  expect(await early.texts()).toEqual(['paid']);
  expect(await late.texts()).toEqual([]);
});

test('stores nothing of a message that nobody would take', async () => {
  const { topic, ground, call } = startSns();
  const orders = await topic('orders');
  await orders.queue('work', { FilterPolicy: '{"kind":["order"]}' });
  await call('Publish', { TopicArn: orders.TopicArn, Message: 'paid' });
  expect(ground.tasks.due('sns-publications')).toEqual({ dueNow: 0 });
});

test('passes the group of a message on to standard queues, and the trace to all', async () => {
  const { topic, call, settle } = startSns();
  const orders = await topic('orders');
  const queue = await orders.queue('work');
  const trace = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1';
  const input = { TopicArn: orders.TopicArn, Message: 'paid', MessageGroupId: 'tenant-1' };
  await call('Publish', input, { traceHeader: trace });
  await settle();
  expect(await queue.receive()).toMatchObject([{ Attributes: { MessageGroupId: 'tenant-1', AWSTraceHeader: trace } }]);
});

test('journals the message and what it became at each receiver', async () => {
  const { topic, entries } = startSns();
  const orders = await topic('orders');
  const queue = await orders.queue('work');
  const { MessageId } = await orders.publish('paid');
  const [{ MessageId: queued }] = (await queue.receive()) as [{ readonly MessageId: string }];
  const about = entries.filter(({ eventIds }) => eventIds?.includes(MessageId));
  expect(about.map(({ kind, what, becameId }) => [kind, what, becameId])).toEqual([
    ['event', 'SNS message to orders', undefined],
    ['delivery', `SNS orders → sqs ${queue.arn}: accepted`, queued],
  ]);
});

test('counts what CloudWatch shows of a topic', async () => {
  const { topic, measured } = startSns();
  const orders = await topic('orders');
  await orders.queue('work');
  await orders.queue('other', { FilterPolicy: '{"kind":["order"]}' });
  await orders.publish('paid');
  expect(measured.map(({ name, value }) => [name, value])).toEqual([
    ['NumberOfMessagesPublished', 1],
    ['PublishSize', 4],
    ['NumberOfNotificationsFilteredOut', 1],
    ['NumberOfNotificationsFilteredOut-NoMessageAttributes', 1],
    ['NumberOfNotificationsDelivered', 1],
  ]);
  expect(measured[0]?.dimensions).toEqual({ TopicName: 'orders' });
});

test('sums up in journal and metrics how many do not want a message', async () => {
  const { topic, entries, measured } = startSns();
  const orders = await topic('orders');
  for (let index = 0; index < 25; index++) {
    await orders.subscribe('lambda', functionArn(`f${index}`), { FilterPolicy: '{"kind":["a"]}' });
  }
  await orders.publish('paid');
  const decisions = entries.filter(({ kind }) => kind === 'decision').map(({ what }) => what);
  expect(decisions).toHaveLength(11);
  expect(decisions.at(-1)).toBe('SNS orders → 15 further subscriptions: not delivered, for such reasons');
  expect(measured.filter(({ name }) => name.startsWith('NumberOfNotificationsFilteredOut'))).toMatchObject([
    { name: 'NumberOfNotificationsFilteredOut', value: 25 },
    { name: 'NumberOfNotificationsFilteredOut-NoMessageAttributes', value: 25 },
  ]);
});

test('brings what was published before a process was killed to its receivers', async () => {
  const { topic, call, sns, ground } = startSns();
  const orders = await topic('orders');
  const queue = await orders.queue('work');
  await sns.close();
  await call('Publish', { TopicArn: orders.TopicArn, Message: 'paid' });
  const later = startSns({ ground });
  await later.settle();
  expect(await queue.texts()).toEqual(['paid']);
});

test('forgets topics, subscriptions and what they owe on reset', async () => {
  const { topic, call, sns, queue, settle } = startSns();
  const orders = await topic('orders');
  const work = await queue('work');
  await orders.subscribe('sqs', work.arn);
  await sns.reset();
  expect((await call('ListTopics')).Topics).toEqual([]);
  expect((await call('ListSubscriptions')).Subscriptions).toEqual([]);
  const again = await topic('orders');
  await again.publish('paid');
  await settle();
  expect(await work.texts()).toEqual([]);
});
