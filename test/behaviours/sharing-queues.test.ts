// Several processes on the same backends answer for the same queues. Here they are two compositions of SQS over one message
// queue, one registry and one place that grants leases.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html and its neighbours
import { describe, expect, test } from 'vitest';
import { createSharedLeases } from '../support/shared-leases.ts';
import { expectRefusal, openSqsGround, redriveTo, startSqs } from './sqs-fixture.ts';

const SECOND = 1000;

async function startTwo() {
  const ground = openSqsGround();
  const shared = createSharedLeases();
  const [leases, others] = [shared.join(), shared.join()];
  const a = { ...startSqs({ ground, leases }), leases };
  const b = { ...startSqs({ ground, leases: others }), leases: others };
  return { a, b, ...ground, clock: ground.clock };
}

const QUEUE_URL = 'http://localhost:4566/000000000000/orders';

describe('a queue', () => {
  test('keeps what two processes change of it at the same time', async () => {
    const { a, b } = await startTwo();
    const orders = await a.queue('orders');
    await Promise.all([
      a.call('SetQueueAttributes', { QueueUrl: QUEUE_URL, Attributes: { VisibilityTimeout: '7' } }),
      b.call('SetQueueAttributes', { QueueUrl: QUEUE_URL, Attributes: { DelaySeconds: '5' } }),
      b.call('TagQueue', { QueueUrl: QUEUE_URL, Tags: { team: 'blue' } }),
      a.call('TagQueue', { QueueUrl: QUEUE_URL, Tags: { stage: 'test' } }),
    ]);
    expect(await orders.attributes('VisibilityTimeout', 'DelaySeconds')).toEqual({
      VisibilityTimeout: '7',
      DelaySeconds: '5',
    });
    expect(await b.call('ListQueueTags', { QueueUrl: QUEUE_URL })).toEqual({ Tags: { team: 'blue', stage: 'test' } });
    // The engine goes by what was stored last.
    await orders.send('late');
    expect(await orders.bodies()).toEqual([]);
  });

  test('that two processes create at the same time is one, and loses no message', async () => {
    const { a, b } = await startTwo();
    const create = async (process: typeof a, text: string) => {
      const { QueueUrl } = await process.call('CreateQueue', { QueueName: 'orders' });
      await process.call('SendMessage', { QueueUrl, MessageBody: text });
    };
    await Promise.all([create(a, 'a'), create(b, 'b')]);
    const orders = await a.queue('orders');
    expect([...(await orders.bodies())].sort()).toEqual(['a', 'b']);
  });

  test('is barred in all processes for a minute after it was deleted', async () => {
    const { a, b, clock } = await startTwo();
    await a.queue('orders');
    await a.call('DeleteQueue', { QueueUrl: QUEUE_URL });
    const message = 'You must wait 60 seconds after deleting a queue before you can create another with the same name.';
    await expectRefusal(b.call('CreateQueue', { QueueName: 'orders' }), 'QueueDeletedRecently', message);
    await clock.advance(60 * SECOND);
    await b.call('CreateQueue', { QueueName: 'orders' });
  });

  test('is purged once in a minute, whichever process is asked', async () => {
    const { a, b, clock } = await startTwo();
    await a.queue('orders');
    const purged = await Promise.allSettled([a, b].map(({ call }) => call('PurgeQueue', { QueueUrl: QUEUE_URL })));
    expect(purged.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await clock.advance(60 * SECOND);
    await b.call('PurgeQueue', { QueueUrl: QUEUE_URL });
  });
});

describe('a message move task', () => {
  async function setUp() {
    const two = await startTwo();
    const dead = await two.a.queue('dead');
    await two.a.queue('orders', redriveTo(dead.arn, 1));
    const target = await two.a.queue('target');
    for (const text of ['a', 'b', 'c', 'd']) await dead.send(text);
    const start = () =>
      two.a.call('StartMessageMoveTask', {
        ...{ SourceArn: dead.arn, DestinationArn: target.arn, MaxNumberOfMessagesPerSecond: 1 },
      });
    const list = async () => (await two.b.call('ListMessageMoveTasks', { SourceArn: dead.arn })).Results;
    return { ...two, dead, target, start, list };
  }

  test('is seen and cancelled in another process than its own', async () => {
    const { b, start, list, target, clock } = await setUp();
    const { TaskHandle } = await start();
    await clock.advance(SECOND);
    expect(await list()).toMatchObject([{ Status: 'RUNNING', ApproximateNumberOfMessagesMoved: 2 }]);
    await b.call('CancelMessageMoveTask', { TaskHandle });
    await clock.advance(10 * SECOND);
    expect(await list()).toMatchObject([{ Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: 2 }]);
    expect(await target.attributes('ApproximateNumberOfMessages')).toEqual({ ApproximateNumberOfMessages: '2' });
  });

  test('is run by one process, and brought to its end by another when that one dies', async () => {
    const { a, b, start, list, target, clock } = await setUp();
    await start();
    await clock.advance(SECOND);
    expect([a, b].map(({ leases }) => leases.holds().length).sort()).toEqual([0, 1]);
    const reads = [a, b].find(({ leases }) => leases.holds().length === 1);
    await reads?.sqs.close();
    reads?.leases.die();
    await clock.advance(10 * SECOND);
    expect(await list()).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 4 }]);
    expect(await target.attributes('ApproximateNumberOfMessages')).toEqual({ ApproximateNumberOfMessages: '4' });
  });

  test('runs alone, whichever process is asked for another', async () => {
    const { a, b, dead } = await setUp();
    const input = { SourceArn: dead.arn, MaxNumberOfMessagesPerSecond: 1 };
    const started = await Promise.allSettled([a, b].map(({ call }) => call('StartMessageMoveTask', input)));
    expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
