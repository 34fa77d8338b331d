// Queues, their attributes, tags and permissions.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { MINUTE, SECOND } from '../../src/core/clock.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { ACCOUNT, expectRefusal, redriveTo, START_MS, startSqs } from './sqs-fixture.ts';

const SECONDS = String(START_MS / 1000);

describe('creating queues', () => {
  test('answers with the URL under the origin that the client used', async () => {
    const { call } = startSqs();
    const answer = await call('CreateQueue', { QueueName: 'orders' });
    expect(answer).toEqual({ QueueUrl: `http://localhost:4566/${ACCOUNT}/orders` });
    expect(await call('GetQueueUrl', { QueueName: 'orders' })).toEqual(answer);
  });

  test('answers again when what is given equals what is there, and refuses when it differs', async () => {
    const { call } = startSqs();
    const given = { QueueName: 'orders', Attributes: { VisibilityTimeout: '69' } };
    const first = await call('CreateQueue', given);
    expect(await call('CreateQueue', given)).toEqual(first);
    expect(await call('CreateQueue', { QueueName: 'orders' })).toEqual(first);
    await expectRefusal(
      call('CreateQueue', { QueueName: 'orders', Attributes: { VisibilityTimeout: '70' } }),
      'QueueNameExists',
      'A queue already exists with the same name and a different value for attribute VisibilityTimeout',
    );
  });

  test('refuses names that AWS refuses', async () => {
    const { call } = startSqs();
    const rule = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
    for (const QueueName of ['orders.fifo', 'a b', 'x'.repeat(81), 'ü']) {
      await expectRefusal(call('CreateQueue', { QueueName }), 'InvalidParameterValueException', rule);
    }
    await expectRefusal(
      call('CreateQueue', { QueueName: 'orders', Attributes: { FifoQueue: 'false' } }),
      'InvalidAttributeName',
      'Unknown Attribute FifoQueue.',
    );
    await call('CreateQueue', { QueueName: `${'x'.repeat(75)}.fifo`, Attributes: { FifoQueue: 'true' } });
  });

  test('bars a name for a minute after its queue was deleted', async () => {
    const { call, queue, clock } = startSqs();
    const { QueueUrl } = await queue('orders');
    await call('DeleteQueue', { QueueUrl });
    await clock.advance(MINUTE - 1);
    await expectRefusal(
      call('CreateQueue', { QueueName: 'orders' }),
      'QueueDeletedRecently',
      'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    );
    await clock.advance(1);
    await call('CreateQueue', { QueueName: 'orders' });
  });

  test('says what is missing in the words of the protocol', async () => {
    const { call } = startSqs();
    const QueueUrl = 'http://anywhere/000000000000/none';
    const ask = (protocol: 'json' | 'query') => call('GetQueueAttributes', { QueueUrl }, { protocol });
    await expectRefusal(ask('json'), 'QueueDoesNotExist', 'The specified queue does not exist.');
    const inQuery = 'The specified queue does not exist for this wsdl version.';
    await expectRefusal(ask('query'), 'QueueDoesNotExist', inQuery);
  });

  test('keeps accounts and regions apart', async () => {
    const { call } = startSqs();
    const other = { account: '111111111111' };
    const { QueueUrl } = await call('CreateQueue', { QueueName: 'orders' }, other);
    expect(await call('ListQueues', {})).toEqual({});
    expect(await call('ListQueues', {}, { ...other, region: 'eu-west-1' })).toEqual({});
    const denied = 'Access to the resource arn:aws:sqs:us-east-1:111111111111:orders is denied.';
    await expectRefusal(call('SendMessage', { QueueUrl, MessageBody: 'hello' }), 'AccessDeniedException', denied);
    await expectRefusal(call('ReceiveMessage', { QueueUrl }), 'AccessDeniedException', denied);
    const byName = { QueueName: 'orders', QueueOwnerAWSAccountId: '111111111111' };
    await expectRefusal(call('GetQueueUrl', byName), 'AccessDeniedException', denied);
  });

  test('lets another account do what the queue policy grants it, and nothing else', async () => {
    const { call } = startSqs();
    const owner = { account: '111111111111' };
    const { QueueUrl } = await call('CreateQueue', { QueueName: 'orders' }, owner);
    const grant = { QueueUrl, Label: 'senders', AWSAccountIds: ['000000000000'], Actions: ['SendMessage'] };
    await call('AddPermission', grant, owner);
    await call('SendMessage', { QueueUrl, MessageBody: 'hello' });
    const denied = 'Access to the resource arn:aws:sqs:us-east-1:111111111111:orders is denied.';
    await expectRefusal(call('ReceiveMessage', { QueueUrl }), 'AccessDeniedException', denied);
    await expectRefusal(call('DeleteQueue', { QueueUrl }), 'AccessDeniedException', denied);
    const { Messages } = await call(
      'ReceiveMessage',
      { QueueUrl: 'https://sqs.amazonaws.com/111111111111/orders' },
      owner,
    );
    expect(Messages).toHaveLength(1);
  });
});

describe('queue attributes', () => {
  test('have the values that AWS gives a new queue', async () => {
    const { queue } = startSqs();
    const orders = await queue('orders');
    expect(await orders.attributes('All')).toEqual({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      CreatedTimestamp: SECONDS,
      DelaySeconds: '0',
      LastModifiedTimestamp: SECONDS,
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      QueueArn: orders.arn,
      ReceiveMessageWaitTimeSeconds: '0',
      SqsManagedSseEnabled: 'true',
      VisibilityTimeout: '30',
    });
    const fifo = await queue('orders.fifo');
    expect(await fifo.attributes('All')).toMatchObject({
      FifoQueue: 'true',
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
    });
  });

  test('come only when they are asked for, and those that are not set are absent', async () => {
    const { call, queue } = startSqs();
    const { QueueUrl } = await queue('orders');
    expect(await call('GetQueueAttributes', { QueueUrl })).toEqual({});
    expect(await call('GetQueueAttributes', { QueueUrl, AttributeNames: ['Policy'] })).toEqual({});
    const unknown = call('GetQueueAttributes', { QueueUrl, AttributeNames: ['Colour'] });
    await expectRefusal(unknown, 'InvalidAttributeName', 'Unknown Attribute Colour.');
  });

  test.each([
    ['VisibilityTimeout', '43201'],
    ['DelaySeconds', '901'],
    ['DelaySeconds', ' 6'],
    ['MessageRetentionPeriod', '59'],
    ['MaximumMessageSize', '1048577'],
    ['ReceiveMessageWaitTimeSeconds', '21'],
    ['Policy', 'no json'],
  ])('refuse %s of "%s"', async (name, value) => {
    const { call } = startSqs();
    const created = call('CreateQueue', { QueueName: 'orders', Attributes: { [name]: value } });
    await expectRefusal(created, 'InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  });

  test('of FIFO queues are refused on standard queues, and the type cannot change', async () => {
    const { queue } = startSqs();
    const orders = await queue('orders');
    const unknown = 'Unknown Attribute FifoQueue.';
    await expectRefusal(orders.set({ FifoQueue: 'true' }), 'InvalidAttributeName', unknown);
    await expectRefusal(
      orders.set({ DeduplicationScope: 'queue' }),
      'InvalidAttributeName',
      'You can specify the DeduplicationScope only when FifoQueue is set to true.',
    );
    const fifo = await queue('orders.fifo');
    await fifo.set({ FifoQueue: 'true' });
    await expectRefusal(
      fifo.set({ FifoQueue: 'false' }),
      'InvalidAttributeValue',
      'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
    );
    await expectRefusal(
      fifo.set({ FifoThroughputLimit: 'perMessageGroupId' }),
      'InvalidAttributeValue',
      'The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.',
    );
  });

  test('know one kind of encryption at a time', async () => {
    const { queue } = startSqs();
    const orders = await queue('orders');
    await expectRefusal(
      orders.set({ KmsMasterKeyId: 'key', SqsManagedSseEnabled: 'true' }),
      'InvalidAttributeName',
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    );
    await orders.set({ KmsMasterKeyId: 'alias/aws/sqs' });
    expect(await orders.attributes('All')).toMatchObject({
      KmsMasterKeyId: 'alias/aws/sqs',
      KmsDataKeyReusePeriodSeconds: '300',
      SqsManagedSseEnabled: 'false',
    });
  });

  test('hold a redrive policy with its count as a number, and an empty text removes it', async () => {
    const { queue } = startSqs();
    const dead = await queue('dead');
    const orders = await queue('orders');
    await orders.set({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: '42' }) });
    const policy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 42 });
    expect(await orders.attributes('RedrivePolicy')).toEqual({ RedrivePolicy: policy });
    await orders.set({ RedrivePolicy: '' });
    expect(await orders.attributes('RedrivePolicy')).toEqual({});
  });

  test('refuse a redrive policy that cannot work', async () => {
    const { queue } = startSqs();
    const orders = await queue('orders');
    const fifo = await queue('dead.fifo');
    const closed = await queue('closed', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    const refused = async (policy: object, reason: string) => {
      const text = JSON.stringify(policy);
      const message = `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`;
      await expectRefusal(orders.set({ RedrivePolicy: text }), 'InvalidParameterValueException', message);
    };
    await refused({}, 'Redrive policy does not contain mandatory attribute: maxReceiveCount.');
    await refused(
      { deadLetterTargetArn: orders.arn.replace('orders', 'none'), maxReceiveCount: 5 },
      'Dead letter target does not exist.',
    );
    await refused(
      { deadLetterTargetArn: fifo.arn, maxReceiveCount: 5 },
      'Dead-letter queue must be same type of queue as the source..',
    );
    await refused(
      { deadLetterTargetArn: orders.arn, maxReceiveCount: 1001 },
      'Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.',
    );
    await expect(orders.set(redriveTo(closed.arn, 5))).rejects.toThrow('redrive allow policy');
    await expectRefusal(
      orders.set({ RedrivePolicy: ' ' }),
      'InvalidAttributeValue',
      'Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.',
    );
  });
});

describe('listing queues', () => {
  test('goes page by page when a maximum is given', async () => {
    const { call, queue } = startSqs();
    for (const name of ['a-1', 'a-2', 'a-3', 'b-1']) await queue(name);
    const url = (name: string) => `http://localhost:4566/${ACCOUNT}/${name}`;
    const first = await call('ListQueues', { QueueNamePrefix: 'a-', MaxResults: 2 });
    expect(first).toEqual({ QueueUrls: [url('a-1'), url('a-2')], NextToken: expect.any(String) });
    const rest = await call('ListQueues', { QueueNamePrefix: 'a-', MaxResults: 2, NextToken: first.NextToken });
    expect(rest).toEqual({ QueueUrls: [url('a-3')] });
    expect(await call('ListQueues', { QueueNamePrefix: 'none' })).toEqual({});
  });

  test('finds the sources of a dead-letter queue', async () => {
    const { call, queue } = startSqs();
    const dead = await queue('dead');
    const orders = await queue('orders', redriveTo(dead.arn, 3));
    await queue('other');
    const { QueueUrl } = dead;
    expect(await call('ListDeadLetterSourceQueues', { QueueUrl })).toEqual({ queueUrls: [orders.QueueUrl] });
  });
});

describe('tags and permissions', () => {
  test('adds and removes tags', async () => {
    const { call } = startSqs();
    const { QueueUrl } = await call('CreateQueue', { QueueName: 'orders', tags: { a: '1' } });
    await call('TagQueue', { QueueUrl, Tags: { b: '', A: '2' } });
    expect(await call('ListQueueTags', { QueueUrl })).toEqual({ Tags: { a: '1', b: '', A: '2' } });
    await call('UntagQueue', { QueueUrl, TagKeys: ['a', 'b', 'A', 'none'] });
    expect(await call('ListQueueTags', { QueueUrl })).toEqual({});
  });

  test('writes permissions into the policy as AWS does', async () => {
    const { call, queue } = startSqs();
    const { QueueUrl, arn, attributes } = await queue('orders');
    const add = (Label: string, AWSAccountIds: string[]) =>
      call('AddPermission', { QueueUrl, Label, AWSAccountIds, Actions: ['ReceiveMessage'] });
    await add('first', [ACCOUNT, '668614515564']);
    const { Policy = '' } = await attributes('Policy');
    expect(JSON.parse(Policy)).toEqual({
      Version: '2008-10-17',
      Id: `${arn}/SQSDefaultPolicy`,
      Statement: [
        {
          Sid: 'first',
          Effect: 'Allow',
          Principal: { AWS: ['arn:aws:iam::668614515564:root', `arn:aws:iam::${ACCOUNT}:root`] },
          Action: 'SQS:ReceiveMessage',
          Resource: arn,
        },
      ],
    });
    const twice = 'Value first for parameter Label is invalid. Reason: Already exists.';
    await expectRefusal(add('first', [ACCOUNT]), 'InvalidParameterValueException', twice);
    await call('RemovePermission', { QueueUrl, Label: 'first' });
    expect(await attributes('Policy')).toEqual({});
    await expectRefusal(
      call('RemovePermission', { QueueUrl, Label: 'first' }),
      'InvalidParameterValueException',
      "Value first for parameter Label is invalid. Reason: can't find label.",
    );
  });
});

test('changes that come together do not undo each other', async () => {
  const { call, queue } = startSqs();
  const { QueueUrl } = await queue('orders');
  await Promise.all(['a', 'b', 'c'].map((key) => call('TagQueue', { QueueUrl, Tags: { [key]: '1' } })));
  expect(await call('ListQueueTags', { QueueUrl })).toEqual({ Tags: { a: '1', b: '1', c: '1' } });
});

test('attributes and behaviour agree after a start, even where the process was killed between writing the one and the other', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'headwater-queues-'));
  const keep = () => openLmdbStore({ dataDir, fsync: false });
  try {
    const before = await keep();
    const first = startSqs({ store: before });
    const { arn } = await first.queue('orders', { VisibilityTimeout: '60' });
    const settings = { fifo: false, visibilityTimeoutMs: 0, delayMs: 0, retentionMs: MINUTE } as const;
    await first.queues.declare(arn, { ...settings, deduplicationScope: 'queue', maxInFlight: 1 });
    await before[Symbol.asyncDispose]();
    await using after = await keep();
    const { activity, clock, queue } = startSqs({ store: after });
    expect(await activity.rest(PATIENCE_MS)).toEqual([]);
    const orders = await queue('orders');
    expect(await orders.attributes('VisibilityTimeout')).toEqual({ VisibilityTimeout: '60' });
    await orders.send('a');
    expect(await orders.bodies()).toEqual(['a']);
    await clock.advance(59 * SECOND);
    expect(await orders.bodies()).toEqual([]);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
