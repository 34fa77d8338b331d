// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
import { expect, test } from 'vitest';
import { httpRetryDelayMs, managedRetryDelayMs } from '../../connectors/sns/fan-out/retry-delay.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/clock.ts';
import { functionArn, START_MS, startSns } from './sns-fixture.ts';

const accepted = { kind: 'accepted', id: 'invocation' } as const;
const forNow = { kind: 'refused', permanent: false, code: 'TooManyRequests', message: 'later' } as const;
const forGood = { kind: 'refused', permanent: true, code: 'Gone', message: 'never' } as const;

const redrive = (arn: string) => ({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn }) });

test('tries a function again at once, after seconds, then ever more slowly', async () => {
  const { topic, clock, seen } = startSns({ functionAnswers: () => forNow });
  const orders = await topic('orders');
  await orders.subscribe('lambda', functionArn('work'));
  await orders.publish('paid');
  await clock.advance(MINUTE);
  const seconds = seen.map(({ atMs }) => (atMs - START_MS) / SECOND);
  expect(seconds.slice(0, 8)).toEqual([0, 0, 0, 0, 1, 2, 3, expect.closeTo(4.037, 2)]);
});

test('tries AWS’s own receivers 100,015 times, over 23 days', () => {
  const delays = Array.from({ length: 100_014 }, (_, index) => managedRetryDelayMs(index + 1) ?? Number.NaN);
  expect(managedRetryDelayMs(100_015)).toBeUndefined();
  expect(delays.slice(0, 5)).toEqual([0, 0, 0, SECOND, SECOND]);
  expect(delays[5]).toBe(SECOND);
  expect(delays[14]).toBe(20 * SECOND);
  const totalMs = delays.reduce((sum, delay) => sum + delay, 0);
  expect(Math.floor(totalMs / DAY)).toBe(23);
});

test('spreads the retries of a web server over its phases', () => {
  const phases = {
    ...{ minDelayTarget: 10, maxDelayTarget: 100, numRetries: 8, backoffFunction: 'linear' as const },
    ...{ numNoDelayRetries: 1, numMinDelayRetries: 2, numMaxDelayRetries: 1 },
  };
  const delays = Array.from({ length: 9 }, (_, index) => httpRetryDelayMs(phases, index + 1));
  expect(delays).toEqual([0, 10_000, 10_000, 10_000, 40_000, 70_000, 100_000, 100_000, undefined]);
});

test('bends the backoff of a web server as its function says', () => {
  const phases = {
    ...{ minDelayTarget: 1, maxDelayTarget: 16, numRetries: 5 },
    ...{ numNoDelayRetries: 0, numMinDelayRetries: 0, numMaxDelayRetries: 0 },
  };
  const third = (['linear', 'arithmetic', 'geometric', 'exponential'] as const).map((backoffFunction) =>
    httpRetryDelayMs({ ...phases, backoffFunction }, 3),
  );
  expect(third).toEqual([8500, 5500, 4000, 4000]);
});

test('moves what a queue refuses for good to the dead-letter queue at once, as it would have come', async () => {
  const { topic, queue, entries } = startSns();
  const orders = await topic('orders');
  const dead = await queue('dead');
  const gone = await orders.queue('gone', { RawMessageDelivery: 'true', ...redrive(dead.arn) });
  await gone.drop();
  const { MessageId } = await orders.publish('paid', {
    MessageAttributes: { price: { DataType: 'Number', StringValue: '9' } },
  });
  const [letter] = await dead.receive();
  expect(letter).toMatchObject({
    Body: 'paid',
    MessageAttributes: { price: { DataType: 'Number', StringValue: '9' } },
  });
  const entry = entries.find(({ kind, eventIds }) => kind === 'delivery' && eventIds?.includes(MessageId));
  expect(entry).toMatchObject({ becameId: letter.MessageId, detail: { outcome: 'buried' } });
  expect(entry?.what).toContain('The specified queue does not exist');
});

test('gives the dead letter of a function the envelope of queues', async () => {
  const { topic, queue } = startSns({ functionAnswers: () => forGood });
  const orders = await topic('orders');
  const dead = await queue('dead');
  await orders.subscribe('lambda', functionArn('work'), redrive(dead.arn));
  await orders.publish('paid');
  const [body = ''] = await dead.bodies();
  expect(JSON.parse(body)).toMatchObject({ Type: 'Notification', Message: 'paid' });
});

test('drops what is given up where there is no dead-letter queue, and says so', async () => {
  const { topic, entries, measured } = startSns({ functionAnswers: () => forGood });
  const orders = await topic('orders');
  await orders.subscribe('lambda', functionArn('work'));
  await orders.publish('paid');
  expect(entries.at(-1)?.what).toBe(`SNS orders → lambda ${functionArn('work')}: given up, dropped (Gone: never)`);
  expect(measured.map(({ name }) => name)).toContain('NumberOfNotificationsFailed');
});

test('does not hold up others behind a receiver that is down', async () => {
  const { topic, clock, queue } = startSns({ functionAnswers: () => forNow });
  const orders = await topic('orders');
  const dead = await queue('dead');
  await orders.subscribe('lambda', functionArn('down'), redrive(dead.arn));
  const work = await orders.queue('work');
  await orders.publish('first');
  await orders.publish('second');
  expect(await work.texts()).toEqual(['first', 'second']);
  await clock.advance(HOUR);
  expect(await dead.bodies()).toEqual([]);
});

test('takes an end of the subscription for an end of its deliveries', async () => {
  const { topic, clock, call, seen } = startSns({ functionAnswers: () => forNow });
  const orders = await topic('orders');
  const SubscriptionArn = await orders.subscribe('lambda', functionArn('work'));
  await orders.publish('paid');
  const before = seen.length;
  await call('Unsubscribe', { SubscriptionArn });
  await clock.advance(HOUR);
  expect(seen).toHaveLength(before);
});

test('keeps group and id in the dead letter of a FIFO subscription', async () => {
  const { topic, queue } = startSns();
  const orders = await topic('orders.fifo');
  const dead = await queue('dead.fifo');
  const gone = await orders.queue('gone.fifo', redrive(dead.arn));
  await gone.drop();
  await orders.publish('paid', { MessageGroupId: 'a', MessageDeduplicationId: '1' });
  expect(await dead.receive()).toMatchObject([{ Attributes: { MessageGroupId: 'a', MessageDeduplicationId: '1' } }]);
});

test('tries a FIFO message again until its queue takes it', async () => {
  let isDown = true;
  const { topic, clock } = startSns({ queueFault: () => (isDown ? 'for now' : undefined) });
  const orders = await topic('orders.fifo');
  const work = await orders.queue('work.fifo');
  await orders.publish('paid', { MessageGroupId: 'a', MessageDeduplicationId: '1' });
  isDown = false;
  await clock.advance(SECOND);
  expect(await work.texts()).toEqual(['paid']);
});

test('logs what became of deliveries where the topic says so', async () => {
  const { topic, logged } = startSns({ functionAnswers: ({ arn }) => (arn.endsWith('bad') ? forGood : accepted) });
  const role = 'arn:aws:iam::000000000000:role/feedback';
  const orders = await topic('orders', { LambdaSuccessFeedbackRoleArn: role, LambdaFailureFeedbackRoleArn: role });
  await orders.subscribe('lambda', functionArn('good'));
  await orders.subscribe('lambda', functionArn('bad'));
  await orders.queue('work');
  const { MessageId } = await orders.publish('Should be received');
  const [success, failure] = [...logged].sort((a, b) => a.group.length - b.group.length);
  expect(logged).toHaveLength(2);
  expect(success?.group).toBe('sns/us-east-1/000000000000/orders');
  expect(JSON.parse(success?.text ?? '')).toEqual({
    notification: {
      ...{ messageMD5Sum: 'c1c7ff780647014d463e6801bf83c59d', messageId: MessageId, topicArn: orders.TopicArn },
      timestamp: '2026-01-01 00:00:00.000',
    },
    delivery: {
      ...{ deliveryId: expect.any(String), destination: functionArn('good'), dwellTimeMs: 0, statusCode: 202 },
      providerResponse: '{"lambdaRequestId":"invocation"}',
    },
    status: 'SUCCESS',
  });
  expect(failure?.group).toBe('sns/us-east-1/000000000000/orders/Failure');
  expect(JSON.parse(failure?.text ?? '')).toMatchObject({ delivery: { attempts: 1 }, status: 'FAILURE' });
});
