// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
// https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
import { expect, test } from 'vitest';
import { ACCOUNT, functionArn, refusalOf, startSns } from './sns-fixture.ts';

test('shows what a subscription is', async () => {
  const { topic, call } = startSns();
  const orders = await topic('orders');
  const { SubscriptionArn, arn } = await orders.queue('work', { FilterPolicy: '{"a":["b"]}' });
  expect((await call('GetSubscriptionAttributes', { SubscriptionArn })).Attributes).toEqual({
    ...{ SubscriptionArn, TopicArn: orders.TopicArn, Protocol: 'sqs', Endpoint: arn, Owner: ACCOUNT },
    ...{ ConfirmationWasAuthenticated: 'true', PendingConfirmation: 'false', RawMessageDelivery: 'false' },
    ...{ FilterPolicy: '{"a":["b"]}', FilterPolicyScope: 'MessageAttributes' },
    SubscriptionPrincipal: `arn:aws:iam::${ACCOUNT}:root`,
  });
});

test('answers an endpoint that is subscribed with its subscription, unless it was to be another', async () => {
  const { topic, queue, call } = startSns();
  const orders = await topic('orders');
  const { arn } = await queue('work');
  const first = await orders.subscribe('sqs', arn, { RawMessageDelivery: 'True' });
  expect(await orders.subscribe('sqs', arn)).toBe(first);
  expect(await orders.subscribe('sqs', arn, { FilterPolicyScope: 'MessageAttributes' })).toBe(first);
  expect(await orders.subscribe('sqs', arn, { RawMessageDelivery: 'true' })).toBe(first);
  expect((await refusalOf(orders.subscribe('sqs', arn, { FilterPolicyScope: 'MessageBody' }))).message).toBe(
    'Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
  );
  expect((await call('ListSubscriptions')).Subscriptions).toHaveLength(1);
});

test('makes one subscription of many that are asked for at once, by several processes', async () => {
  const first = startSns();
  const second = startSns({ ground: first.ground });
  const { TopicArn } = await first.topic('orders');
  const { arn } = await first.queue('work');
  const subscribe = (call: typeof first.call) => call('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: arn });
  const answers = await Promise.all([first.call, second.call, first.call, second.call].map(subscribe));
  expect(new Set(answers.map(({ SubscriptionArn }) => SubscriptionArn)).size).toBe(1);
  expect((await second.call('ListSubscriptionsByTopic', { TopicArn })).Subscriptions).toHaveLength(1);
});

test('lets another process see at once who is subscribed', async () => {
  const first = startSns();
  const second = startSns({ ground: first.ground });
  const { TopicArn, publish } = await first.topic('orders');
  await publish('for nobody');
  const { arn, texts } = await second.queue('work');
  await second.call('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: arn });
  await publish('for one');
  await second.settle();
  expect(await texts()).toEqual(['for one']);
});

test('refuses endpoints that are none of their protocol', async () => {
  const { topic } = startSns();
  const orders = await topic('orders');
  const refusal = async (protocol: string, endpoint: string, attributes: object = {}) =>
    (await refusalOf(orders.subscribe(protocol, endpoint, attributes))).message;
  const fifoQueue = `arn:aws:sqs:us-east-1:${ACCOUNT}:queue.fifo`;
  expect(await refusal('carrier-pigeon', 'home')).toBe(
    'Invalid parameter: Amazon SNS does not support this protocol string: carrier-pigeon',
  );
  expect(await refusal('sqs', 'http://localhost:4566/000000000000/work')).toBe('Invalid parameter: SQS endpoint ARN');
  expect(await refusal('sqs', fifoQueue)).toBe(
    'Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
  );
  expect(await refusal('lambda', 'work')).toBe('Invalid parameter: Lambda endpoint ARN');
  expect(await refusal('http', 'https://example.com/')).toBe(
    'Invalid parameter: Endpoint must match the specified protocol',
  );
  expect(await refusal('sms', '+15--551234567')).toBe('Invalid SMS endpoint: +15--551234567');
  expect(await refusal('lambda', functionArn('work'), { RawMessageDelivery: 'true' })).toBe(
    'Invalid parameter: Attributes Reason: Delivery protocol [lambda] does not support raw message delivery.',
  );
  const firehose = `arn:aws:firehose:us-east-1:${ACCOUNT}:deliverystream/x`;
  expect(await refusal('firehose', firehose)).toBe(
    'Invalid parameter: Headwater does not support the protocol firehose',
  );
});

test('lets only queues subscribe to FIFO topics', async () => {
  const { topic } = startSns();
  const orders = await topic('orders.fifo');
  expect((await refusalOf(orders.subscribe('lambda', functionArn('work')))).message).toBe(
    'Invalid parameter: Invalid protocol type: lambda',
  );
});

test('refuses attributes that there are not, and values that they cannot have', async () => {
  const { topic, call } = startSns();
  const orders = await topic('orders');
  const { SubscriptionArn } = await orders.queue('work');
  const set = async (AttributeName: string, AttributeValue: string) =>
    (await refusalOf(call('SetSubscriptionAttributes', { SubscriptionArn, AttributeName, AttributeValue }))).message;
  for (const name of ['FakeAttribute', 'constructor', 'hasOwnProperty', '__proto__']) {
    expect(await set(name, 'x')).toBe('Invalid parameter: AttributeName');
  }
  expect(await set('RawMessageDelivery', '')).toBe(
    'Invalid parameter: RawMessageDelivery: Invalid value []. Must be true or false.',
  );
  expect(await set('RedrivePolicy', '{"deadLetterTargetArn":"fake-arn"}')).toBe(
    'Invalid parameter: RedrivePolicy: deadLetterTargetArn is an invalid arn',
  );
  expect(await set('ReplayPolicy', '{}')).toBe(
    'Invalid parameter: Headwater does not support the subscription attribute ReplayPolicy',
  );
});

test('ends a subscription, also twice, and says what is wrong with its ARN', async () => {
  const { topic, call } = startSns();
  const orders = await topic('orders');
  const { SubscriptionArn, texts } = await orders.queue('work');
  await call('Unsubscribe', { SubscriptionArn });
  await call('Unsubscribe', { SubscriptionArn });
  await orders.publish('paid');
  expect(await texts()).toEqual([]);
  expect(await refusalOf(call('GetSubscriptionAttributes', { SubscriptionArn }))).toEqual({
    code: 'NotFound',
    message: 'Subscription does not exist',
  });
  expect((await refusalOf(call('Unsubscribe', { SubscriptionArn: orders.TopicArn }))).message).toBe(
    'Invalid parameter: SubscriptionId',
  );
  const { Attributes } = await call('GetTopicAttributes', { TopicArn: orders.TopicArn });
  expect(Attributes).toMatchObject({ SubscriptionsConfirmed: '0', SubscriptionsDeleted: '1' });
});

test('keeps subscriptions by mail and text message, and sends nothing to them', async () => {
  const { topic, entries, call } = startSns();
  const orders = await topic('orders');
  await orders.subscribe('sms', '+1234567890');
  const mail = await call('Subscribe', { TopicArn: orders.TopicArn, Protocol: 'email', Endpoint: 'a@example.com' });
  expect(mail).toEqual({ SubscriptionArn: 'pending confirmation' });
  await orders.publish('paid');
  expect(entries.at(-1)?.what).toBe('SNS orders → sms +1234567890: not delivered, Headwater sends no such messages');
});

test('asks another account’s queue whether it wants the subscription, by a letter in it', async () => {
  const { topic, call, callSqs, settle } = startSns();
  const other = { account: '111111111111' };
  const { TopicArn, publish } = await topic('orders');
  const { QueueUrl } = await callSqs('CreateQueue', { QueueName: 'theirs' }, other);
  const Endpoint = `arn:aws:sqs:us-east-1:${other.account}:theirs`;
  const answer = await call('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint });
  expect(answer).toEqual({ SubscriptionArn: 'pending confirmation' });
  await settle();
  await publish('unheard');
  const receive = async () => {
    const { Messages = [] } = await callSqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 }, other);
    return Messages.map(({ Body }: { readonly Body: string }) => JSON.parse(Body));
  };
  const [letter, ...more] = await receive();
  expect(letter.Type).toBe('SubscriptionConfirmation');
  expect(more).toEqual([]);
  await call('ConfirmSubscription', { TopicArn, Token: letter.Token }, other);
  await publish('heard');
  expect(await receive()).toMatchObject([{ Message: 'heard' }]);
});

test('lets only its owner end a subscription that was confirmed under its name', async () => {
  const { topic, call } = startSns();
  const orders = await topic('orders');
  const { SubscriptionArn } = await orders.queue('work');
  const nobody = { caller: { accessKeyId: '', arn: 'anonymous', userId: '' } };
  expect((await refusalOf(call('Unsubscribe', { SubscriptionArn }, nobody))).code).toBe('AuthorizationError');
  await call('Unsubscribe', { SubscriptionArn });
  expect((await call('ListSubscriptions')).Subscriptions).toEqual([]);
});
