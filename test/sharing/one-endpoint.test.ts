// Several processes on the same backends are one AWS to whoever uses them: whatever one has answered holds in all, at once.
// Each is a `headwater up` of its own on real Redis, Kafka and MinIO.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStopwatch } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { describeOn } from '../support/backends.ts';
import { deploy, dynamodb, kinesis, lambda, s3, sqs } from '../support/raw-client.ts';
import { zipOf } from '../support/zip.ts';
import { openReports, REPORTING, type Reports } from './reports.ts';
import { createSharedNamespace, type SharedNamespace } from './shared-namespace.ts';

const FUNCTIONS = '/2015-03-31/functions';
const MAPPINGS = '/2015-03-31/event-source-mappings';
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const queueUrl = (endpoint: string, name: string) => `${endpoint}/000000000000/${name}`;

describeOn(['redis', 'kafka', 'minio'], 'two processes', () => {
  let namespace: SharedNamespace;
  let reports: Reports;
  let [a, b] = ['', ''];
  beforeAll(async () => {
    reports = await openReports();
    namespace = createSharedNamespace('one-endpoint');
    [a, b] = (await Promise.all([namespace.start(), namespace.start()])).map(({ endpoint }) => endpoint) as [
      string,
      string,
    ];
  });
  afterAll(async () => {
    await namespace[Symbol.asyncDispose]();
    await reports[Symbol.asyncDispose]();
  });

  const answersOf = async (endpoint: string, method: string, path: string, input?: object): Promise<Answer> =>
    JSON.parse(String((await lambda(endpoint, method, path, input ? JSON.stringify(input) : '')).body) || 'null');
  const returning = (value: string) => zipOf({ 'index.js': `exports.handler = async () => '${value}';` });
  const reporting = async (name: string) =>
    await deploy(a, name, await zipOf({ 'index.js': REPORTING }), {
      ...{ Timeout: 30, Environment: { Variables: { REPORTS_URL: reports.url } } },
    });
  const map = async (endpoint: string, input: object) => await answersOf(endpoint, 'POST', MAPPINGS, input);
  const send = (endpoint: string, queue: string, MessageBody: string) =>
    sqs(endpoint, 'SendMessage', { QueueUrl: queueUrl(endpoint, queue), MessageBody });
  const receive = async (endpoint: string, queue: string, WaitTimeSeconds = 0) => {
    const answer = await sqs(endpoint, 'ReceiveMessage', { QueueUrl: queueUrl(endpoint, queue), WaitTimeSeconds });
    return ((answer['Messages'] ?? []) as readonly { readonly Body: string }[]).map(({ Body }) => Body);
  };

  test('answer for the same queues', async () => {
    await sqs(a, 'CreateQueue', { QueueName: 'letters' });
    await send(b, 'letters', 'one');
    expect(await receive(a, 'letters')).toEqual(['one']);
    await sqs(a, 'SetQueueAttributes', { QueueUrl: queueUrl(a, 'letters'), Attributes: { DelaySeconds: '900' } });
    await send(b, 'letters', 'late');
    expect(await receive(b, 'letters')).toEqual([]);
    await sqs(b, 'DeleteQueue', { QueueUrl: queueUrl(b, 'letters') });
    await expect(send(a, 'letters', 'lost')).rejects.toThrow('QueueDoesNotExist');
  });

  test('wake who waits in one by what is sent to the other', async () => {
    await sqs(a, 'CreateQueue', { QueueName: 'bell' });
    for (const [waits, sends] of [
      [a, b],
      [b, a],
    ] as const) {
      const received = receive(waits, 'bell', 20);
      await send(sends, 'bell', 'ring');
      const sinceSent = startStopwatch();
      expect(await received).toEqual(['ring']);
      // On an idle machine this takes a few milliseconds; without being woken it would be at the end of the wait.
      expect(sinceSent()).toBeLessThan(15_000);
    }
  });

  test('answer for the same streams', async () => {
    const StreamName = 'clicks';
    await kinesis(a, 'CreateStream', { StreamName, ShardCount: 1 });
    const Data = Buffer.from('one').toString('base64');
    const { ShardId, SequenceNumber } = await kinesis(b, 'PutRecord', { StreamName, PartitionKey: 'p', Data });
    const at = { StreamName, ShardId, ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber };
    const { ShardIterator } = await kinesis(a, 'GetShardIterator', at);
    expect(await kinesis(b, 'GetRecords', { ShardIterator })).toMatchObject({ Records: [{ Data }] });
    const middle = (2n ** 127n).toString();
    await kinesis(b, 'SplitShard', { StreamName, ShardToSplit: ShardId, NewStartingHashKey: middle });
    expect((await kinesis(a, 'ListShards', { StreamName }))['Shards']).toHaveLength(3);
    const { ShardId: child } = await kinesis(a, 'PutRecord', { StreamName, PartitionKey: 'p', Data });
    expect(child).not.toBe(ShardId);
    await kinesis(a, 'DeleteStream', { StreamName });
    const gone = kinesis(b, 'PutRecord', { StreamName, PartitionKey: 'p', Data });
    await expect(gone).rejects.toThrow('ResourceNotFoundException');
  });

  test('answer for the same tables', async () => {
    const TableName = 'people';
    const Key = { id: { S: 'ann' } };
    await dynamodb(a, 'CreateTable', {
      ...{ TableName, BillingMode: 'PAY_PER_REQUEST' },
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
    await dynamodb(b, 'PutItem', { TableName, Item: { ...Key, count: { N: '0' } } });
    const add = (endpoint: string) =>
      dynamodb(endpoint, 'UpdateItem', {
        ...{ TableName, Key, UpdateExpression: 'ADD #c :one' },
        ...{ ExpressionAttributeNames: { '#c': 'count' }, ExpressionAttributeValues: { ':one': { N: '1' } } },
      });
    await Promise.all(Array.from({ length: 20 }, (_, index) => add(index % 2 === 0 ? a : b)));
    const { Item } = await dynamodb(a, 'GetItem', { TableName, Key, ConsistentRead: true });
    expect(Item).toMatchObject({ count: { N: '20' } });
    await dynamodb(b, 'DeleteTable', { TableName });
    await expect(dynamodb(a, 'GetItem', { TableName, Key })).rejects.toThrow('ResourceNotFoundException');
  });

  test('answer for the same buckets', async () => {
    const bucket = `hw-test-${systemRandom.uuid()}`;
    await s3(a, 'PUT', `/${bucket}`);
    await s3(b, 'PUT', `/${bucket}/a/key`, 'content');
    expect(String(await s3(a, 'GET', `/${bucket}/a/key`))).toBe('content');
    const uploads = `/${bucket}/large`;
    const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(String(await s3(a, 'POST', `${uploads}?uploads`)))?.[1];
    await s3(b, 'PUT', `${uploads}?partNumber=1&uploadId=${uploadId}`, 'part');
    const parts = String(await s3(a, 'GET', `${uploads}?uploadId=${uploadId}`));
    expect(parts).toContain('<PartNumber>1</PartNumber>');
    await s3(b, 'DELETE', `${uploads}?uploadId=${uploadId}`);
    await s3(b, 'DELETE', `/${bucket}/a/key`);
    await s3(a, 'DELETE', `/${bucket}`);
    await expect(s3(b, 'GET', `/${bucket}/a/key`)).rejects.toThrow('NoSuchBucket');
  });

  test('run the same functions, and the same code of them', async () => {
    const invoke = async (endpoint: string, name: string) =>
      String((await lambda(endpoint, 'POST', `${FUNCTIONS}/${name}/invocations`, '{}')).body);
    await deploy(a, 'speak', await returning('first'));
    expect([await invoke(b, 'speak'), await invoke(a, 'speak')]).toEqual(['"first"', '"first"']);
    for (const [changes, value] of [
      [a, 'second'],
      [b, 'third'],
    ] as const) {
      const ZipFile = Buffer.from(await returning(value)).toString('base64');
      await answersOf(changes, 'PUT', `${FUNCTIONS}/speak/code`, { ZipFile });
      expect([await invoke(b, 'speak'), await invoke(a, 'speak')]).toEqual([`"${value}"`, `"${value}"`]);
    }
    const { Version } = await answersOf(b, 'POST', `${FUNCTIONS}/speak/versions`, {});
    await answersOf(a, 'POST', `${FUNCTIONS}/speak/aliases`, { Name: 'live', FunctionVersion: Version });
    expect(await invoke(b, 'speak:live')).toBe('"third"');
    await lambda(b, 'DELETE', `${FUNCTIONS}/speak`, '');
    await expect(invoke(a, 'speak')).rejects.toThrow('Function not found');
  });

  test('follow a mapping that either makes, changes or deletes', async () => {
    await reporting('follow');
    await sqs(a, 'CreateQueue', { QueueName: 'followed' });
    const handled = () => reports.ids('aws:sqs');
    const { UUID } = await map(a, { FunctionName: 'follow', EventSourceArn: queueArn('followed'), BatchSize: 1 });
    expect(await answersOf(b, 'GET', `${MAPPINGS}/${UUID}`)).toMatchObject({ UUID, BatchSize: 1, State: 'Enabled' });
    // Of many messages each process takes some.
    const release = reports.hold();
    for (let each = 0; each < 12; each += 1) await send(each % 2 ? a : b, 'followed', `shared-${each}`);
    await reports.until(() => new Set(reports.all.map(({ by }) => by)).size === 2);
    release();
    await reports.until(() => handled().size === 12);

    await answersOf(b, 'PUT', `${MAPPINGS}/${UUID}`, { Enabled: false });
    expect(await answersOf(a, 'GET', `${MAPPINGS}/${UUID}`)).toMatchObject({ State: 'Disabled' });
    await send(a, 'followed', 'kept');
    expect(await receive(b, 'followed', 1)).toEqual(['kept']);
    await answersOf(a, 'PUT', `${MAPPINGS}/${UUID}`, { Enabled: true });
    await send(b, 'followed', 'again');
    await reports.until(() => handled().has('again'));

    await lambda(b, 'DELETE', `${MAPPINGS}/${UUID}`, '');
    await expect(answersOf(a, 'GET', `${MAPPINGS}/${UUID}`)).rejects.toThrow('answered 404');
    await send(a, 'followed', 'left');
    expect(await receive(b, 'followed', 1)).toEqual(['left']);
  });

  test("hold a function's reserved concurrency together", async () => {
    await reporting('narrow');
    await answersOf(a, 'PUT', '/2017-10-31/functions/narrow/concurrency', { ReservedConcurrentExecutions: 2 });
    const release = reports.hold();
    const invocations = [a, b, a, b, a, b].map(
      async (endpoint, each) =>
        await lambda(endpoint, 'POST', `${FUNCTIONS}/narrow/invocations`, JSON.stringify({ id: `narrow-${each}` })),
    );
    const refused: string[] = [];
    let answered = 0;
    for (const each of invocations) {
      each
        .catch((error: Error) => refused.push(error.message))
        .finally(() => {
          answered += 1;
          if (answered === 4) release();
        });
    }
    await Promise.allSettled(invocations);
    expect(refused).toHaveLength(4);
    for (const message of refused) expect(message).toContain('ReservedFunctionConcurrentInvocationLimitExceeded');
  });

  test("hold a mapping's MaximumConcurrency together", async () => {
    await reporting('slow');
    await sqs(a, 'CreateQueue', { QueueName: 'many' });
    const mapping = { FunctionName: 'slow', EventSourceArn: queueArn('many'), BatchSize: 1 };
    await map(b, { ...mapping, ScalingConfig: { MaximumConcurrency: 2 } });
    const ran = () => [...reports.ids('aws:sqs')].filter((id) => id.startsWith('many-'));
    const release = reports.hold();
    for (let each = 0; each < 20; each += 1) await send(each % 2 ? a : b, 'many', `many-${each}`);
    await reports.until(() => reports.waiting === 2);
    release();
    await reports.until(() => ran().length === 20);
    expect(reports.most).toBe(2);
  });
});

/** An answer with whatever members it has. */
// biome-ignore lint/suspicious/noExplicitAny: tests read the answers of many operations through one function
type Answer = any;
