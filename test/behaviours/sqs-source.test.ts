// Queues as event sources of mappings and as targets of deliveries.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
import { describe, expect, test } from 'vitest';
import { asArn } from '../../src/core/arn.ts';
import { SECOND } from '../../src/core/clock.ts';
import type { Delivery } from '../../src/core/target.ts';
import { embeddedOnly } from '../support/real-namespace.ts';
import { expectRefusal, redriveTo, START_MS, startSqs } from './sqs-fixture.ts';

const BUCKET = asArn('arn:aws:s3:::uploads');
const forever = new AbortController().signal;

function delivery(text: string, more: Partial<Delivery> = {}): Delivery {
  const payload = Buffer.from(text);
  return { payload, principal: 's3.amazonaws.com', sourceArn: BUCKET, eventIds: [], ...more };
}

describe('a poller', () => {
  test('waits without a timer and is handed a message in the turn in which it is sent', async (context) => {
    embeddedOnly(context, 'a send to Redis is answered some turns later, and its message taken after that');
    const { sqs, queue, clock } = startSqs();
    const { arn, send } = await queue('orders');
    using poller = sqs.source.poller(arn);
    let taken = 0;
    void poller.take({ maxRecords: 10 }, forever).then(({ length }) => {
      taken = length;
    });
    expect(clock.nextTimerAtMs()).toBeUndefined();
    await send('hello');
    expect(taken).toBe(1);
    expect(poller.due().dueNow).toBe(0);
  });

  test('hands out events with all that a Lambda record holds', async () => {
    const { sqs, queue } = startSqs();
    const { arn, send } = await queue('orders.fifo');
    const AWSTraceHeader = { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793' };
    const sent = await send('hello', {
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd',
      MessageAttributes: { k: { DataType: 'String', StringValue: 'v' } },
      MessageSystemAttributes: { AWSTraceHeader },
    });
    using poller = sqs.source.poller(arn);
    const [taken] = await poller.take({ maxRecords: 1, visibilityTimeoutMs: 60 * SECOND }, forever);
    expect(taken).toMatchObject({ expiresAtMs: START_MS + 60 * SECOND, bytes: expect.any(Number) });
    expect(taken?.event).toEqual({
      id: sent.MessageId,
      source: 'sqs',
      sourceArn: arn,
      name: 'Message',
      occurredAtMs: START_MS,
      position: { shardId: 'g', sequenceNumber: sent.SequenceNumber },
      traceHeader: AWSTraceHeader.StringValue,
      detail: {
        messageId: sent.MessageId,
        receiptHandle: expect.any(String),
        body: 'hello',
        md5OfBody: sent.MD5OfMessageBody,
        attributes: {
          ApproximateReceiveCount: '1',
          AWSTraceHeader: AWSTraceHeader.StringValue,
          SentTimestamp: String(START_MS),
          SequenceNumber: sent.SequenceNumber,
          MessageGroupId: 'g',
          SenderId: 'AIDAUSER',
          MessageDeduplicationId: 'd',
          ApproximateFirstReceiveTimestamp: String(START_MS),
        },
        messageAttributes: { k: { DataType: 'String', StringValue: 'v' } },
        md5OfMessageAttributes: sent.MD5OfMessageAttributes,
      },
    });
  });

  test('loses nothing when its wait is aborted', async () => {
    const { sqs, queue } = startSqs();
    const { arn, send, bodies } = await queue('orders');
    const leaving = new AbortController();
    using poller = sqs.source.poller(arn);
    const waiting = poller.take({ maxRecords: 1 }, leaving.signal);
    leaving.abort();
    expect(await waiting).toEqual([]);
    expect(await poller.take({ maxRecords: 1 }, leaving.signal)).toEqual([]);
    await send('hello');
    expect(await bodies()).toEqual(['hello']);
  });

  test('deletes what is done in one batch, leaves what failed to its timeout, and gives back what was not delivered', async () => {
    const { sqs, queue, entries, clock } = startSqs();
    const { arn, send, receive, bodies } = await queue('orders');
    for (const text of ['done-1', 'done-2', 'failed', 'back']) await send(text);
    using poller = sqs.source.poller(arn);
    const [done1, done2, failed, back] = await poller.take({ maxRecords: 10 }, forever);
    await Promise.all([done1?.done(), done2?.done(), failed?.fail(), back?.release()]);
    const settled = entries.filter(({ kind }) => kind === 'settle');
    expect(settled).toMatchObject([{ eventIds: [done1?.event.id, done2?.event.id], arn }]);
    const [again] = await receive({ AttributeNames: ['All'] });
    expect(again).toMatchObject({ Body: 'back', Attributes: { ApproximateReceiveCount: '1' } });
    await clock.advance(30 * SECOND);
    expect([...(await bodies())].sort()).toEqual(['back', 'failed']);
  });

  test('waits for a queue that does not exist yet', async (context) => {
    embeddedOnly(context, 'what was not looked at yet counts as one that is due');
    const { sqs, queue } = startSqs();
    using poller = sqs.source.poller(asArn('arn:aws:sqs:us-east-1:000000000000:later'));
    const waiting = poller.take({ maxRecords: 1 }, forever);
    expect(poller.due()).toEqual({ dueNow: 0 });
    const { send } = await queue('later');
    await send('hello');
    expect(await waiting).toHaveLength(1);
  });

  test('counts what is visible as due, and knows when there is more', async () => {
    const { sqs, queue } = startSqs();
    const { arn, send, receive } = await queue('orders');
    for (const text of ['a', 'b']) await send(text);
    await receive({ MaxNumberOfMessages: 1 });
    using poller = sqs.source.poller(arn);
    expect(poller.due()).toEqual({ dueNow: 1, nextDueAtMs: START_MS + 30 * SECOND });
  });
});

describe('a delivery to a queue', () => {
  test('becomes a message with its attributes and trace', async () => {
    const { sqs, queue } = startSqs();
    const { arn, receive } = await queue('orders');
    const attributes = {
      RequestID: { type: 'String', value: 'r' },
      ErrorCode: { type: 'Number', value: '200' },
    } as const;
    const outcome = await sqs.target.deliver(
      arn,
      delivery('hello', { attributes, traceHeader: 'Root=1-a-b' }),
      forever,
    );
    const [message] = await receive({ AttributeNames: ['All'], MessageAttributeNames: ['All'] });
    expect(outcome).toEqual({ kind: 'accepted', id: message.MessageId });
    expect(message.Body).toBe('hello');
    expect(message.MessageAttributes).toEqual({
      RequestID: { DataType: 'String', StringValue: 'r' },
      ErrorCode: { DataType: 'Number', StringValue: '200' },
    });
    expect(message.Attributes.AWSTraceHeader).toBe('Root=1-a-b');
  });

  test('carries the ids of a FIFO queue; others have groups only', async () => {
    const { sqs, queue } = startSqs();
    const ids = { groupId: 'g', deduplicationId: 'd' };
    const fifo = await queue('orders.fifo');
    await sqs.target.deliver(fifo.arn, delivery('first', ids), forever);
    await sqs.target.deliver(fifo.arn, delivery('again', ids), forever);
    const messages = await fifo.receive({ AttributeNames: ['All'] });
    expect(messages.map(({ Body }) => Body)).toEqual(['first']);
    expect(messages[0]?.Attributes).toMatchObject({ MessageGroupId: 'g', MessageDeduplicationId: 'd' });
    const standard = await queue('orders');
    expect(await sqs.target.deliver(standard.arn, delivery('x', ids), forever)).toMatchObject({ kind: 'accepted' });
    const [message] = await standard.receive({ AttributeNames: ['All'] });
    expect(message.Attributes.MessageGroupId).toBe('g');
    expect(message.Attributes.MessageDeduplicationId).toBeUndefined();
  });

  test('takes binary attributes of any label in base64', async () => {
    const { sqs, queue } = startSqs();
    const { arn, receive } = await queue('orders');
    const attributes = { picture: { type: 'Binary.gif', value: Buffer.from([0, 255]).toString('base64') } };
    await sqs.target.deliver(arn, delivery('x', { attributes }), forever);
    const [message] = await receive({ MessageAttributeNames: ['All'] });
    expect(Buffer.from(message.MessageAttributes.picture.BinaryValue)).toEqual(Buffer.from([0, 255]));
  });

  test('is held to the queue’s size, type and existence', async () => {
    const { sqs, queue } = startSqs();
    const small = await queue('small', { MaximumMessageSize: '1024' });
    const fifo = await queue('orders.fifo');
    const refused = { kind: 'refused', permanent: true };
    expect(await sqs.target.deliver(small.arn, delivery('x'.repeat(1025)), forever)).toMatchObject({
      ...refused,
      code: 'InvalidParameterValue',
    });
    expect(await sqs.target.deliver(fifo.arn, delivery('x'), forever)).toMatchObject({
      ...refused,
      code: 'MissingParameter',
    });
    const none = asArn('arn:aws:sqs:us-east-1:000000000000:none');
    expect(await sqs.target.deliver(none, delivery('x'), forever)).toMatchObject({
      ...refused,
      code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
    expect(await sqs.target.describe(none)).toBeUndefined();
  });

  test('needs the queue’s policy only where policies are enforced', async () => {
    const { sqs, queue } = startSqs({ enforcePolicies: true });
    const { arn, set } = await queue('orders');
    const asking = { principal: 's3.amazonaws.com', sourceArn: BUCKET, sourceAccount: '000000000000' };
    const allowed = async () => (await sqs.target.describe(arn))?.allows?.(asking);
    expect(await allowed()).toBe(false);
    expect(await sqs.target.deliver(arn, delivery('x'), forever)).toMatchObject({ kind: 'refused', permanent: true });
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'SQS:SendMessage',
      Resource: arn,
    };
    const withCondition = (sourceArn: string) => ({
      Policy: JSON.stringify({
        Statement: [{ ...statement, Condition: { ArnLike: { 'aws:SourceArn': sourceArn } } }],
      }),
    });
    await set(withCondition('arn:aws:s3:*:*:other'));
    expect(await allowed()).toBe(false);
    await set(withCondition('arn:aws:s3:*:*:up*'));
    expect(await allowed()).toBe(true);
    expect(await sqs.target.deliver(arn, delivery('x'), forever)).toMatchObject({ kind: 'accepted' });
    const open = startSqs();
    const { arn: free } = await open.queue('orders');
    expect(await open.sqs.target.describe(free)).toEqual({ arn: free, fifo: false, visibilityTimeoutMs: 30 * SECOND });
  });

  test.each([
    [true, [{ Effect: 'Allow', NotAction: 'sqs:DeleteQueue' }]],
    [false, [{ Effect: 'Allow', NotAction: 'sqs:Send*' }]],
    [true, [{ Effect: 'Allow', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }]],
    [
      true,
      [
        { Effect: 'Allow', Action: 'sqs:*' },
        { Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    ],
    [
      false,
      [
        { Effect: 'Allow', Action: 'sqs:*' },
        { Effect: 'Deny', Action: 'sqs:*', Condition: { ArnNotLike: { 'aws:SourceArn': 'arn:aws:s3:::other' } } },
      ],
    ],
    [true, [{ Effect: 'Allow', Action: 'sqs:*', Condition: { StringNotEquals: { 'aws:SourceAccount': '1' } } }]],
    [true, [{ Effect: 'Allow', Action: 'sqs:*', Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o' } } }]],
    [false, [{ Effect: 'Allow', Action: 'sqs:*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o' } } }]],
  ])('a policy that is enforced gives %s for %j', async (expected, statements) => {
    const { sqs, queue } = startSqs({ enforcePolicies: true });
    const { arn, set } = await queue('orders');
    const Statement = statements.map((statement) => ({ Principal: '*', Resource: arn, ...statement }));
    await set({ Policy: JSON.stringify({ Statement }) });
    const asking = { principal: 's3.amazonaws.com', sourceArn: BUCKET, sourceAccount: '000000000000' };
    expect(await (await sqs.target.describe(arn))?.allows?.(asking)).toBe(expected);
  });

  test('lets destinations of functions of the same account in without a policy: they come under the function’s role', async () => {
    const { sqs, queue } = startSqs({ enforcePolicies: true });
    const { arn } = await queue('orders');
    const from = (account: string) => ({
      ...delivery('x'),
      principal: 'lambda.amazonaws.com',
      sourceArn: asArn(`arn:aws:lambda:us-east-1:${account}:function:fn:$LATEST`),
    });
    expect(await sqs.target.deliver(arn, from('000000000000'), forever)).toMatchObject({ kind: 'accepted' });
    expect(await sqs.target.deliver(arn, from('111111111111'), forever)).toMatchObject({ code: 'AccessDenied' });
    const schedule = { ...from('000000000000'), principal: 'scheduler.amazonaws.com' };
    expect(await sqs.target.deliver(arn, schedule, forever)).toMatchObject({ kind: 'accepted' });
  });
});

describe('reset', () => {
  // Less than the longest long poll lasts in real time.
  const endsItsPolls = { timeout: 18_000 };
  test('removes all queues and tasks, and the names are free at once', endsItsPolls, async () => {
    const { sqs, call, queue, clock } = startSqs();
    const dead = await queue('dead');
    const orders = await queue('orders', redriveTo(dead.arn, 1));
    for (const text of ['a', 'b', 'c']) await orders.send(text);
    for (let times = 0; times < 2; times++) await orders.receive({ VisibilityTimeout: 0 });
    await call('StartMessageMoveTask', { SourceArn: dead.arn, MaxNumberOfMessagesPerSecond: 1 });
    const longPoll = (await queue('idle')).bodies({ WaitTimeSeconds: 20 });
    await new Promise(setImmediate);
    await sqs.reset();
    expect(await longPoll).toEqual([]);
    expect(await call('ListQueues', {})).toEqual({});
    expect(clock.nextTimerAtMs()).toBeUndefined();
    await expectRefusal(orders.send('late'), 'QueueDoesNotExist', 'The specified queue does not exist.');
    const again = await queue('orders');
    expect(await again.bodies()).toEqual([]);
  });
});
