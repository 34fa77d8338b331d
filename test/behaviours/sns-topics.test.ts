// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
// https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
import { describe, expect, test } from 'vitest';
import { ACCOUNT, functionArn, refusalOf, startSns } from './sns-fixture.ts';

const ARN = `arn:aws:sns:us-east-1:${ACCOUNT}:orders`;
const OTHER = {
  account: '111111111111',
  caller: { accessKeyId: 'k', arn: 'arn:aws:iam::111111111111:root', userId: 'u' },
};

test('answers a topic that is there with its ARN, unless it was to be another', async () => {
  const { call } = startSns();
  const create = (more: object = {}) => call('CreateTopic', { Name: 'orders', ...more });
  expect(await create({ Attributes: { DisplayName: 'Orders' }, Tags: [{ Key: 'a', Value: '1' }] })).toEqual({
    TopicArn: ARN,
  });
  expect(await create()).toEqual({ TopicArn: ARN });
  expect(await create({ Attributes: { DisplayName: 'Orders' } })).toEqual({ TopicArn: ARN });
  const refusal = async (more: object) => (await refusalOf(create(more))).message;
  expect(await refusal({ Attributes: { DisplayName: 'Others' } })).toBe(
    'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
  );
  expect(await refusal({ Tags: [{ Key: 'a', Value: '2' }] })).toBe(
    'Invalid parameter: Tags Reason: Topic already exists with different tags',
  );
});

test('refuses a topic that is neither of the types', async () => {
  const { call } = startSns();
  const { message } = await refusalOf(call('CreateTopic', { Name: 'orders', Attributes: { FifoTopic: 'yes' } }));
  expect(message).toBe('Invalid parameter: FifoTopic Reason: must be one of true, false');
});

test('refuses names that topics cannot have', async () => {
  const { call } = startSns();
  const refusal = async (Name: string, FifoTopic = 'false') =>
    (await refusalOf(call('CreateTopic', { Name, Attributes: { FifoTopic } }))).message;
  expect(await refusal('or ders')).toBe('Invalid parameter: Topic Name');
  expect(await refusal('a'.repeat(257))).toBe('Invalid parameter: Topic Name');
  expect(await refusal('orders.fifo')).toBe('Invalid parameter: Topic Name');
  expect(await refusal('orders', 'true')).toContain('Fifo Topic names must end with .fifo');
});

test('shows what a topic is', async () => {
  const { topic, call } = startSns();
  const orders = await topic('orders', { SignatureVersion: '2' });
  await orders.queue('work');
  await orders.subscribe('email', 'a@example.com');
  const { Attributes } = await call('GetTopicAttributes', { TopicArn: ARN });
  const { Policy, EffectiveDeliveryPolicy, ...others } = Attributes;
  expect(others).toEqual({
    ...{ DisplayName: '', Owner: ACCOUNT, TopicArn: ARN, SignatureVersion: '2' },
    ...{ SubscriptionsConfirmed: '1', SubscriptionsPending: '1', SubscriptionsDeleted: '0' },
  });
  expect(JSON.parse(EffectiveDeliveryPolicy).http.defaultHealthyRetryPolicy.numRetries).toBe(3);
  expect(JSON.parse(Policy).Statement[0].Sid).toBe('__default_statement_ID');
});

test('refuses attributes that there are not, and values that they cannot have', async () => {
  const { topic, call } = startSns();
  await topic('orders');
  const set = async (AttributeName: string, AttributeValue: string) =>
    (await refusalOf(call('SetTopicAttributes', { TopicArn: ARN, AttributeName, AttributeValue }))).message;
  expect(await set('FifoTopic', 'false')).toBe('Invalid parameter: AttributeName');
  for (const name of ['Colour', 'constructor', 'hasOwnProperty', '__proto__']) {
    expect(await set(name, 'red')).toBe('Invalid parameter: AttributeName');
  }
  expect(await set('SQSSuccessFeedbackSampleRate', '101')).toContain('must be an integer between 0 and 100');
  expect(await set('ContentBasedDeduplication', 'true')).toBe('Invalid parameter: AttributeName');
  expect(await set('MaximumMessageSize', '1000')).toContain('MaximumMessageSize Reason');
  expect(await set('ArchivePolicy', '{}')).toBe(
    'Invalid parameter: Headwater does not support the topic attribute ArchivePolicy',
  );
  expect(await set('DeliveryPolicy', '{"http":{"defaultHealthyRetryPolicy":{"numRetries":101}}}')).toBe(
    'Invalid parameter: DeliveryPolicy: http.defaultHealthyRetryPolicy.numRetries must be an integer between 0 and 100',
  );
});

test('refuses delivery policies with parts that nothing acts on', async () => {
  const { topic, call } = startSns();
  await topic('orders');
  const http = async (part: object) => {
    const AttributeValue = JSON.stringify({ http: part });
    const { message } = await refusalOf(
      call('SetTopicAttributes', { TopicArn: ARN, AttributeName: 'DeliveryPolicy', AttributeValue }),
    );
    return message.replace('Invalid parameter: DeliveryPolicy: http.', '');
  };
  expect(await http({ defaultHealthyRetryPolicy: 5 })).toBe('defaultHealthyRetryPolicy must be a JSON object');
  expect(await http({ defaultThrottlePolicy: [] })).toBe('defaultThrottlePolicy must be a JSON object');
  expect(await http({ defaultThrottlePolicy: { perMinute: 1 } })).toBe(
    'defaultThrottlePolicy.perMinute is not a known member',
  );
  expect(await http({ disableSubscriptionOverrides: 'true' })).toBe(
    'disableSubscriptionOverrides must be true or false',
  );
  expect(await http({ defaultRequestPolicy: { headerContentType: 'a\r\nb: c' } })).toContain('must be a content type');
});

test('takes messages up to the size that the topic says, attributes included', async () => {
  const { topic } = startSns();
  const orders = await topic('orders', { MaximumMessageSize: '1024' });
  const MessageAttributes = { a: { DataType: 'String', StringValue: 'x' } };
  await orders.publish('m'.repeat(1024));
  expect((await refusalOf(orders.publish('m'.repeat(1024), { MessageAttributes }))).message).toBe(
    'Invalid parameter: Message too long',
  );
});

// https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html
describe('a topic of messages above 256 KiB', () => {
  const LARGE = { MaximumMessageSize: '262145' };
  const REFUSED =
    'Invalid parameter: A topic with a MaximumMessageSize above 262144 cannot have subscriptions of protocol';

  test('is subscribed by queues and functions only', async () => {
    const { topic } = startSns();
    const orders = await topic('orders', LARGE);
    await orders.queue('work');
    await orders.subscribe('lambda', functionArn('work'));
    expect(await refusalOf(orders.subscribe('email', 'me@example.org'))).toEqual({
      code: 'InvalidParameter',
      message: `${REFUSED} email`,
    });
  });

  test('has at most a hundred subscriptions, of which any may be asked for again', async () => {
    const { topic } = startSns();
    const orders = await topic('orders', LARGE);
    for (let n = 1; n <= 100; n++) await orders.subscribe('lambda', functionArn(`f${n}`));
    expect((await refusalOf(orders.subscribe('lambda', functionArn('f101')))).message).toBe(
      'Invalid parameter: A topic with a MaximumMessageSize above 262144 can have at most 100 subscriptions',
    );
    await orders.subscribe('lambda', functionArn('f100'));
  });

  test('can none become that others are subscribed to', async () => {
    const { topic, call } = startSns();
    const orders = await topic('orders');
    const set = (AttributeValue: string) =>
      call('SetTopicAttributes', { TopicArn: ARN, AttributeName: 'MaximumMessageSize', AttributeValue });
    await orders.subscribe('email', 'me@example.org');
    await set('262144');
    expect((await refusalOf(set('262145'))).message).toBe(`${REFUSED} email`);
    expect((await call('GetTopicAttributes', { TopicArn: ARN })).Attributes.MaximumMessageSize).toBe('262144');
  });

  test('has none of two changes that come at once and do not go together', async () => {
    const first = startSns();
    const second = startSns({ ground: first.ground });
    const orders = await first.topic('orders');
    const set = { TopicArn: ARN, AttributeName: 'MaximumMessageSize', AttributeValue: '262145' };
    const outcomes = await Promise.allSettled([
      second.call('SetTopicAttributes', set),
      orders.subscribe('email', 'me@example.org'),
    ]);
    const { Attributes } = await first.call('GetTopicAttributes', { TopicArn: ARN });
    const { Subscriptions } = await first.call('ListSubscriptionsByTopic', { TopicArn: ARN });
    expect(Attributes.MaximumMessageSize === '262145' && Subscriptions.length > 0).toBe(false);
    expect(outcomes.map(({ status }) => status)).toContain('rejected');
  });
});

test('lists a hundred topics a page', async () => {
  const { call } = startSns();
  const names = Array.from({ length: 101 }, (_, index) => `t${String(index).padStart(3, '0')}`);
  for (const Name of names) await call('CreateTopic', { Name });
  const first = await call('ListTopics');
  const second = await call('ListTopics', { NextToken: first.NextToken });
  expect([first.Topics.length, second.Topics.length, second.NextToken]).toEqual([100, 1, undefined]);
  expect([...first.Topics, ...second.Topics].map(({ TopicArn }) => TopicArn.split(':').at(-1))).toEqual(names);
});

test('knows topics by region, and says so when asked in another', async () => {
  const { call } = startSns();
  await call('CreateTopic', { Name: 'orders' });
  expect((await call('ListTopics', {}, { region: 'eu-west-1' })).Topics).toEqual([]);
  expect(await refusalOf(call('GetTopicAttributes', { TopicArn: ARN }, { region: 'eu-west-1' }))).toEqual({
    code: 'InvalidParameter',
    message: 'Invalid parameter: TopicArn',
  });
});

test('says what is wrong with an ARN, and that there is no such topic', async () => {
  const { call } = startSns();
  const refusal = (TopicArn: string) => refusalOf(call('Publish', { TopicArn, Message: 'x' }));
  expect((await refusal('randomstring:1')).message).toBe(
    'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 2',
  );
  expect(await refusal(ARN)).toEqual({ code: 'NotFound', message: 'Topic does not exist' });
});

test('lets another account do what the policy grants it', async () => {
  const { topic, call } = startSns();
  await topic('orders');
  const publish = () => call('Publish', { TopicArn: ARN, Message: 'x' }, OTHER);
  expect(await refusalOf(publish())).toEqual({
    code: 'AuthorizationError',
    message: `User: ${OTHER.caller.arn} is not authorized to perform: SNS:Publish on resource: ${ARN} because no resource-based policy allows the SNS:Publish action`,
  });
  const grant = { TopicArn: ARN, Label: 'them', AWSAccountId: [OTHER.account], ActionName: ['Publish'] };
  await call('AddPermission', grant);
  expect(await publish()).toEqual({ MessageId: expect.any(String) });
  await call('RemovePermission', { TopicArn: ARN, Label: 'them' });
  await refusalOf(publish());
});

test('is published to by other services, whose policies count where they are enforced', async () => {
  const { topic, sns, settle } = startSns({ enforcePolicies: true });
  const orders = await topic('orders');
  const delivery = {
    ...{ payload: Buffer.from('{}'), principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::b' as never },
    ...{ eventIds: ['event'], subject: 'Amazon S3 Notification' },
  };
  const deliver = () => sns.target.deliver(ARN as never, delivery, new AbortController().signal);
  expect(await deliver()).toMatchObject({ kind: 'refused', permanent: true, code: 'AuthorizationError' });
  expect(await (await sns.target.describe(ARN as never))?.allows?.({ ...delivery, sourceAccount: ACCOUNT })).toBe(
    false,
  );
  const lambda = {
    ...delivery,
    principal: 'lambda.amazonaws.com',
    sourceArn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f` as never,
  };
  expect(await sns.target.deliver(ARN as never, lambda, new AbortController().signal)).toMatchObject({
    kind: 'accepted',
  });
  await settle();
  expect(orders.TopicArn).toBe(ARN);
});

test('publishes what other services deliver, with subject and attributes', async () => {
  const { topic, sns, settle } = startSns();
  const orders = await topic('orders');
  const queue = await orders.queue('work');
  const outcome = await sns.target.deliver(
    orders.TopicArn as never,
    {
      ...{
        payload: Buffer.from('{"a":1}'),
        principal: 'lambda.amazonaws.com',
        sourceArn: 'arn:aws:lambda:::f' as never,
      },
      ...{ eventIds: ['event'], subject: 'Failed', attributes: { ErrorCode: { type: 'Number', value: '200' } } },
    },
    new AbortController().signal,
  );
  await settle();
  const [body = ''] = await queue.bodies();
  expect(JSON.parse(body)).toMatchObject({
    ...{ MessageId: (outcome as { readonly id: string }).id, Subject: 'Failed', Message: '{"a":1}' },
    MessageAttributes: { ErrorCode: { Type: 'Number', Value: '200' } },
  });
});

test('begins anew with a topic of the name of one that was deleted', async () => {
  const { topic, call } = startSns();
  const before = await topic('orders');
  const queue = await before.queue('work');
  await call('DeleteTopic', { TopicArn: ARN });
  await call('DeleteTopic', { TopicArn: ARN });
  const after = await topic('orders');
  await after.publish('paid');
  expect(await queue.texts()).toEqual([]);
  expect((await call('ListSubscriptions')).Subscriptions).toEqual([]);
});

test('keeps tags', async () => {
  const { topic, call } = startSns();
  const { TopicArn: ResourceArn } = await topic('orders');
  const twice = [
    { Key: 'a', Value: '1' },
    { Key: 'a', Value: '1' },
  ];
  expect((await refusalOf(call('TagResource', { ResourceArn, Tags: twice }))).message).toBe(
    'Invalid parameter: Duplicated keys are not allowed.',
  );
  await call('TagResource', {
    ResourceArn,
    Tags: [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ],
  });
  expect(await refusalOf(call('ListTagsForResource', { ResourceArn: `${ResourceArn}-2` }))).toEqual({
    code: 'ResourceNotFound',
    message: 'Resource does not exist',
  });
  await call('UntagResource', { ResourceArn, TagKeys: ['a'] });
  expect(await call('ListTagsForResource', { ResourceArn })).toEqual({ Tags: [{ Key: 'b', Value: '2' }] });
});
