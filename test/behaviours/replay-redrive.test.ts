// README.md, "Replay": what an OnFailure record points at is delivered again, and so is what the journal holds.
// docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HOUR } from '../../src/core/clock.ts';
import { ReplaySubject } from './replay-fixture.ts';

let subject: ReplaySubject;
let sqs: SQSClient;

/** Each test has a stream and a queue of failures of its own. */
let turn = -1;
const TURNS = 20;
const stream = () => `orders-${turn}`;
const failures = () => `failed-${turn}`;
const names = (prefix: string) => Array.from({ length: TURNS }, (_, index) => `${prefix}-${index}`);

beforeAll(async () => {
  subject = await ReplaySubject.start({
    streams: Object.fromEntries([...names('orders'), 'reporting'].map((name) => [name, {}])),
    queues: Object.fromEntries([...names('failed'), 'plain', 'reporting-failed'].map((name) => [name, {}])),
    mappings: [
      ...names('orders').map((eventSource, index) => ({
        ...{ eventSource, function: 'handle', onFailure: `failed-${index}`, maximumRetryAttempts: 0 },
        ...(index === LANED ? { parallelizationFactor: 4 } : {}),
      })),
      { eventSource: 'plain', function: 'handle' },
      {
        ...{ eventSource: 'reporting', function: 'handle', onFailure: 'reporting-failed' },
        ...{ maximumRetryAttempts: 0, reportBatchItemFailures: true, bisectBatchOnFunctionError: true },
      },
    ],
  });
  sqs = new SQSClient(subject.kit.clientConfig());
});
afterAll(async () => {
  sqs.destroy();
  await subject[Symbol.asyncDispose]();
});
beforeEach(async () => {
  turn++;
  await subject.got();
});

const LANED = 8;
const queueUrl = () => `${subject.kit.endpoint}/000000000000/${failures()}`;

/** Puts records of which one makes the function fail; the failure's record, still in the queue. */
async function failOnce(texts: readonly string[] = ['a', 'fail']): Promise<Record<string, unknown>> {
  await subject.put(stream(), texts);
  await subject.got();
  const receive = new ReceiveMessageCommand({ QueueUrl: queueUrl(), VisibilityTimeout: 0 });
  const { Messages = [] } = await sqs.send(receive);
  return JSON.parse(Messages[0]?.Body ?? '{}');
}

/** The failures' records that a queue holds. */
async function recordsIn(queue: string): Promise<readonly Record<string, unknown>[]> {
  const QueueUrl = `${subject.kit.endpoint}/000000000000/${queue}`;
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  return Messages.map(({ Body = '' }) => JSON.parse(Body));
}

const queued = async () =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl(), VisibilityTimeout: 0 }))).Messages?.length ?? 0;

describe('redrive', () => {
  test('delivers the batch again that a record points at', async () => {
    const record = await failOnce();
    const { batchSize } = record['KinesisBatchInfo'] as { readonly batchSize: number };
    const lines = await subject.post('/redrive', { records: [record], function: 'fixed' });
    expect(lines.at(-1)).toMatchObject({ kind: 'done', succeeded: 1, failed: 0, records: batchSize });
    expect(await subject.got()).toMatchObject([{ by: 'fixed', records: expect.arrayContaining(['fail']) }]);
  });

  test('is not needed to see what became of a record: the journal follows it into the message', async () => {
    const [sequenceNumber] = await subject.put(stream(), ['fail']);
    await subject.got();
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl() }));
    const entries = subject.kit.headwater.journal.read({ event: `shardId-000000000000:${sequenceNumber}` });
    expect(Messages).toHaveLength(1);
    expect(entries.flatMap(({ eventIds }) => eventIds)).toContain(Messages[0]?.MessageId);
  });

  test('goes to the function that failed where none is named, and tells what it says', async () => {
    const lines = await subject.post('/redrive', { records: [await failOnce()] });
    expect(lines).toMatchObject([
      { kind: 'delivered', outcome: 'function-error', error: expect.stringContaining('cannot do this') },
      { kind: 'done', succeeded: 0, failed: 1 },
    ]);
    expect(await subject.got()).toMatchObject([{ by: 'handle' }]);
  });

  test('of a queue deletes the messages whose batches succeed', async () => {
    await failOnce();
    expect(await queued()).toBe(1);
    const lines = await subject.post('/redrive', { queue: failures(), function: 'fixed' });
    expect(lines.at(-1)).toMatchObject({ succeeded: 1, failed: 0 });
    expect(await queued()).toBe(0);
  });

  test('of a queue shows the others again, each tried once', async () => {
    await failOnce();
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(), MessageBody: 'no record' }));
    const lines = await subject.post('/redrive', { queue: `arn:aws:sqs:us-east-1:000000000000:${failures()}` });
    expect(lines.map(({ kind }) => kind).sort()).toEqual(['delivered', 'done', 'left-out']);
    expect(lines.at(-1)).toMatchObject({ succeeded: 0, failed: 2 });
    expect(await queued()).toBeGreaterThan(0);
  });

  test("of a queue's name or URL takes the region that is named, and the URL's account", async () => {
    const [region, account] = ['eu-west-1', '111122223333'];
    const there = { ...subject.kit.clientConfig(account), region };
    const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:fixed';
    const MessageBody = JSON.stringify({ requestContext: { functionArn }, requestPayload: { from: region } });
    const client = new SQSClient(there);
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: failures() }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    expect((await subject.post('/redrive', { queue: QueueUrl, region })).at(-1)).toMatchObject({ succeeded: 1 });
    expect(await subject.got()).toMatchObject([{ by: 'fixed', event: { from: region } }]);
    const named = { queue: failures(), region };
    const nowhere = `There is no queue arn:aws:sqs:${region}:000000000000:${failures()}`;
    expect(await subject.post('/redrive', named)).toMatchObject([{ message: nowhere }]);
    const unknown = { queue: QueueUrl, region, function: 'none' };
    const sought = `There is no function arn:aws:lambda:${region}:${account}:function:none`;
    expect(await subject.post('/redrive', unknown)).toMatchObject([{ message: sought }]);
    client.destroy();
  });

  test('sends the event itself where the record holds it', async () => {
    const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:fixed';
    const records = [
      { requestContext: { functionArn }, KinesisBatchInfo: {}, payload: '{"of":"a bucket"}' },
      { requestContext: { functionArn: `${functionArn}:$LATEST` }, requestPayload: { of: 'a destination' } },
    ];
    expect((await subject.post('/redrive', { records })).at(-1)).toMatchObject({ succeeded: 2, failed: 0 });
    expect((await subject.got()).map(({ event }) => event)).toEqual([{ of: 'a bucket' }, { of: 'a destination' }]);
  });

  test('hears which items of such an event failed, and the journal names them', async () => {
    const [sequenceNumber = ''] = await subject.put('reporting', ['bad']);
    await subject.got();
    const [record] = await recordsIn('reporting-failed');
    const payload = JSON.stringify({
      Records: [
        {
          ...{ eventSource: 'aws:kinesis', eventSourceARN: subject.arn('reporting'), eventID: 'shard:1' },
          kinesis: { sequenceNumber, data: Buffer.from('bad').toString('base64') },
        },
      ],
    });
    const [line] = await subject.post('/redrive', { records: [{ ...record, payload }] });
    expect(line).toMatchObject({ outcome: 'item-failures', failedItem: sequenceNumber });
    const entries = subject.kit.headwater.journal.read({ event: 'shard:1' });
    expect(entries.map(({ kind }) => kind)).toEqual(['batch', 'attempt']);
  });

  test('takes only the records of the lane that failed', async () => {
    expect(turn).toBe(LANED);
    await subject.put(stream(), ['fail'], 'one');
    for (const key of ['two', 'three', 'four', 'five']) await subject.put(stream(), [key], key);
    await subject.put(stream(), ['fail'], 'one');
    await subject.got();
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl(), MaxNumberOfMessages: 10 }),
    );
    const records = Messages.map(({ Body = '' }) => JSON.parse(Body));
    const sizes = records.map(({ KinesisBatchInfo: { batchSize } }) => batchSize);
    const lines = await subject.post('/redrive', { records, function: 'fixed' });
    expect(lines.filter(({ kind }) => kind === 'delivered').map(({ records: count }) => count)).toEqual(sizes);
  });

  test('says what is left of a batch that was trimmed', async () => {
    const record = await failOnce();
    await subject.kit.advance(25 * HOUR);
    await subject.put(stream(), ['later']);
    const lines = await subject.post('/redrive', { records: [record] });
    expect(lines[0]).toMatchObject({ kind: 'left-out', why: expect.stringContaining('were trimmed') });
  });

  test.each([
    [{}, 'Send either "records"'],
    [{ queue: 'none' }, 'There is no queue'],
    [{ queue: 'arn:aws:sqs:us-east-1:000000000000:q', region: 'eu-west-1' }, '"region" says nothing beside the ARN'],
    [{ records: [], region: 'eu-west-1' }, '"region" says nothing without "queue"'],
    [{ records: [], function: 'none' }, 'There is no function'],
  ])('refuses %j', async (request, message) => {
    expect(await subject.post('/redrive', request)).toMatchObject([{ message: expect.stringContaining(message) }]);
  });
});

describe('a replay from the journal', () => {
  test('invokes again with what the journal holds, each event once however often it was tried', async () => {
    const QueueUrl = `${subject.kit.endpoint}/000000000000/plain`;
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    await subject.got();
    for (let time = 0; time < 2; time++) {
      const lines = await subject.post('/replay', { journal: true, event: MessageId });
      expect(lines).toMatchObject([{ kind: 'delivered', outcome: 'ok', records: 1 }, { kind: 'done' }]);
      expect(await subject.got()).toMatchObject([{ by: 'handle', records: ['hello'] }]);
    }
  });

  test('invokes again for each direct invocation', async () => {
    const lambda = new LambdaClient(subject.kit.clientConfig());
    const since = (await subject.kit.advance(HOUR)).nowMs;
    for (const n of [1, 2]) {
      await lambda.send(new InvokeCommand({ FunctionName: 'handle', Payload: JSON.stringify({ n }) }));
    }
    await subject.got();
    expect((await subject.post('/replay', { journal: true, since })).at(-1)).toMatchObject({
      succeeded: 2,
      records: 2,
    });
    expect((await subject.got()).map(({ event }) => event)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('leaves out the halves that a batch was bisected into, and hears which items failed', async () => {
    const since = (await subject.kit.advance(HOUR)).nowMs;
    await subject.put('reporting', ['a', 'bad', 'b']);
    await subject.got();
    const range = { since, mapping: await subject.mappingOf(subject.arn('reporting')) };
    const lines = await subject.post('/replay', { journal: true, ...range });
    const again = (await subject.got()).flatMap(({ records }) => records);
    expect(again.toSorted()).toEqual(['a', 'b', 'bad']);
    expect(lines.filter(({ outcome }) => outcome === 'item-failures')).toHaveLength(1);
  });

  test('takes what one mapping delivered', async () => {
    const queue = 'arn:aws:sqs:us-east-1:000000000000:plain';
    const mapping = await subject.mappingOf(queue);
    await subject.post('/replay', { journal: true, mapping, function: 'fixed' });
    expect(await subject.got()).toEqual([{ by: 'fixed', records: ['hello'] }]);
  });
});
