// Dead-letter queues and moving messages back.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/clock.ts';
import { expectRefusal, redriveTo, START_MS, startSqs } from './sqs-fixture.ts';

const INVALID = 'InvalidParameterValueException';

/** A queue whose messages go to the dead letters after one receive. */
async function setUp() {
  const started = startSqs();
  const dead = await started.queue('dead');
  const orders = await started.queue('orders', redriveTo(dead.arn, 1));
  const bury = async (...texts: string[]) => {
    for (const text of texts) await orders.send(text);
    for (let times = 0; times < 2; times++) await orders.receive({ VisibilityTimeout: 0 });
  };
  const start = (input: object = {}) => started.call('StartMessageMoveTask', { SourceArn: dead.arn, ...input });
  const list = async (input: object = {}) =>
    (await started.call('ListMessageMoveTasks', { SourceArn: dead.arn, ...input })).Results;
  return { ...started, dead, orders, bury, start, list };
}

describe('a dead letter', () => {
  test('keeps its id, its time and its attributes, counts on, and says where it came from', async () => {
    const { dead, orders, entries } = await setUp();
    const AWSTraceHeader = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
    const { MessageId } = await orders.send('hello', {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: AWSTraceHeader } },
      MessageAttributes: { MyAttribute: { DataType: 'String', StringValue: 'foobar' } },
    });
    for (let times = 0; times < 2; times++) await orders.receive({ VisibilityTimeout: 0 });
    const [letter] = await dead.receive({ AttributeNames: ['All'], MessageAttributeNames: ['All'] });
    expect(letter).toMatchObject({ MessageId, MD5OfMessageAttributes: 'adb59cd4678ea5a855436b949cd07ab6' });
    expect(letter.Attributes).toMatchObject({
      ApproximateReceiveCount: '2',
      SentTimestamp: String(START_MS),
      AWSTraceHeader,
      DeadLetterQueueSourceArn: orders.arn,
    });
    const redrive = { kind: 'delivery', eventIds: [MessageId], arn: dead.arn, detail: { from: orders.arn } };
    expect(entries).toContainEqual(expect.objectContaining(redrive));
  });

  test('wakes who waits on the dead-letter queue', async () => {
    const { dead, bury } = await setUp();
    const waiting = dead.bodies({ WaitTimeSeconds: 20 });
    await bury('hello');
    expect(await waiting).toEqual(['hello']);
  });
});

describe('a message move task', () => {
  test('moves all messages back to where they came from, as new ones', async () => {
    const { orders, dead, bury, start, list, clock } = await setUp();
    await bury('a', 'b');
    const { TaskHandle } = await start();
    await clock.advance(0);
    expect(JSON.parse(Buffer.from(TaskHandle, 'base64').toString())).toMatchObject({ sourceArn: dead.arn });
    expect(await orders.bodies()).toEqual(['a', 'b']);
    expect(await list()).toEqual([
      {
        Status: 'COMPLETED',
        SourceArn: dead.arn,
        ApproximateNumberOfMessagesMoved: 2,
        ApproximateNumberOfMessagesToMove: 2,
        StartedTimestamp: START_MS,
      },
    ]);
  });

  test('keeps to its rate, one at a time, and stops when it is cancelled', async () => {
    const { queue, call, bury, start, list, clock } = await setUp();
    const target = await queue('target');
    await bury('a', 'b', 'c', 'd');
    const rate = { DestinationArn: target.arn, MaxNumberOfMessagesPerSecond: 1 };
    const { TaskHandle } = await start(rate);
    const running =
      'There is already a task running. Only one active task is allowed for a source queue arn at a given time.';
    await expectRefusal(start(rate), INVALID, running);
    await clock.advance(SECOND);
    expect(await target.bodies()).toEqual(['a', 'b']);
    expect(await list()).toMatchObject([
      { Status: 'RUNNING', TaskHandle, ...rate, ApproximateNumberOfMessagesMoved: 2 },
    ]);
    expect(await call('CancelMessageMoveTask', { TaskHandle })).toEqual({ ApproximateNumberOfMessagesMoved: 2 });
    await clock.advance(MINUTE);
    expect(await target.bodies()).toEqual(['a', 'b']);
    const [cancelled] = await list();
    expect(cancelled).toMatchObject({ Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: 2 });
    expect(cancelled.TaskHandle).toBeUndefined();
    expect(clock.nextTimerAtMs()).toBeUndefined();
  });

  test('moves thousands without a rate', async () => {
    const { queues, queue, dead, start, list, clock } = await setUp();
    const target = await queue('target');
    const content = { body: 'x', md5OfBody: '', senderId: '' };
    await queues.send(
      dead.arn,
      Array.from({ length: 1200 }, (_, n) => ({ id: `${n}`, content })),
    );
    await start({ DestinationArn: target.arn });
    await clock.advance(0);
    expect(await list()).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1200 }]);
    expect(await target.attributes('ApproximateNumberOfMessages')).toEqual({ ApproximateNumberOfMessages: '1200' });
  });

  test('fails when its destination is deleted on the way', async () => {
    const { queue, call, bury, start, list, clock } = await setUp();
    const target = await queue('target');
    await bury('a', 'b', 'c');
    await start({ DestinationArn: target.arn, MaxNumberOfMessagesPerSecond: 1 });
    await call('DeleteQueue', { QueueUrl: target.QueueUrl });
    await clock.advance(SECOND);
    const failure = { Status: 'FAILED', FailureReason: 'AWS.SimpleQueueService.NonExistentQueue' };
    expect(await list()).toMatchObject([failure]);
  });

  test('lists the newest first, one unless more are asked for', async () => {
    const { bury, start, list, clock } = await setUp();
    for (const text of ['a', 'b']) {
      await bury(text);
      await start();
      await clock.advance(SECOND);
    }
    expect(await list()).toMatchObject([{ StartedTimestamp: START_MS + SECOND }]);
    expect(await list({ MaxResults: 10 })).toHaveLength(2);
  });

  test('refuses sources, destinations and handles that cannot be', async () => {
    const { call, queue, orders, dead, start } = await setUp();
    const plain = await queue('plain');
    const notDeadLetters = 'Source queue must be configured as a Dead Letter Queue.';
    await expectRefusal(call('StartMessageMoveTask', { SourceArn: plain.arn }), INVALID, notDeadLetters);
    await expectRefusal(
      start({ DestinationArn: `${orders.arn}-none` }),
      'ResourceNotFoundException',
      "The resource that you specified for the DestinationArn parameter doesn't exist.",
    );
    const same = 'Source queue arn and destination queue arn cannot be the same.';
    await expectRefusal(start({ DestinationArn: dead.arn }), INVALID, same);
    await expectRefusal(
      call('CancelMessageMoveTask', { TaskHandle: 'foobared' }),
      INVALID,
      'Value for parameter TaskHandle is invalid.',
    );
    const handle = (sourceArn: string) => Buffer.from(JSON.stringify({ taskId: 'none', sourceArn })).toString('base64');
    await expectRefusal(
      call('CancelMessageMoveTask', { TaskHandle: handle(dead.arn) }),
      'ResourceNotFoundException',
      'Task does not exist.',
    );
    await expectRefusal(
      call('CancelMessageMoveTask', { TaskHandle: handle(`${dead.arn}-none`) }),
      'ResourceNotFoundException',
      "The resource that you specified for the SourceArn parameter doesn't exist.",
    );
  });
});
