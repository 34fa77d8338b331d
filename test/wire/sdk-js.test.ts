// The unmodified AWS SDK for JavaScript v3 does the main job: https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sqs from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../support/simulator.ts';
import { zipOf } from '../support/zip.ts';

const ROLE = 'arn:aws:iam::000000000000:role/lambda';
const DOUBLE = `
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
const queues = new SQSClient({});
export const handler = async ({ Records }) => {
  for (const record of Records) {
    const body = record.s3 ? record.s3.object.key : record.body;
    await queues.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: 'saw ' + body }));
  }
  return { count: Records.length };
};`;

describe('the AWS SDK for JavaScript v3', () => {
  let simulator: Simulator;
  let queues: sqs.SQSClient;
  let buckets: s3.S3Client;
  let functions: lambda.LambdaClient;
  const made: { destroy(): void }[] = [];

  beforeAll(async () => {
    simulator = await startSimulator({ clock: 'real' });
    const common = {
      endpoint: simulator.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    queues = new sqs.SQSClient(common);
    buckets = new s3.S3Client({ ...common, forcePathStyle: true });
    functions = new lambda.LambdaClient(common);
    made.push(queues, buckets, functions);
  });
  afterAll(async () => {
    for (const client of made) client.destroy();
    await simulator?.[Symbol.asyncDispose]();
  });

  const createQueue = async (QueueName: string, Attributes?: Record<string, string>) => {
    const { QueueUrl = '' } = await queues.send(new sqs.CreateQueueCommand({ QueueName, Attributes }));
    return QueueUrl;
  };
  const arnOf = async (QueueUrl: string) => {
    const { Attributes } = await queues.send(
      new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    return Attributes?.['QueueArn'] ?? '';
  };
  /** Asks until there is something: a function's first start may fetch its SDK for longer than one long poll lasts. */
  const receive = async (QueueUrl: string): Promise<readonly sqs.Message[]> => {
    const { Messages = [] } = await queues.send(
      new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10 }),
    );
    return Messages.length > 0 ? Messages : await receive(QueueUrl);
  };
  const createFunction = async (FunctionName: string, code: string, variables: Record<string, string> = {}) => {
    const { FunctionArn = '' } = await functions.send(
      new lambda.CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { ZipFile: await zipOf({ 'index.mjs': code }) },
        Environment: { Variables: variables },
        Timeout: 30,
      }),
    );
    await lambda.waitUntilFunctionActiveV2({ client: functions, maxWaitTime: 30 }, { FunctionName });
    return FunctionArn;
  };

  test('an upload runs a function, whose own SDK calls stay local', async () => {
    const QueueUrl = await createQueue('js-uploads');
    const LambdaFunctionArn = await createFunction('js-notify', DOUBLE, { QUEUE_URL: QueueUrl });
    await buckets.send(new s3.CreateBucketCommand({ Bucket: 'js-bucket' }));
    await functions.send(
      new lambda.AddPermissionCommand({
        FunctionName: 'js-notify',
        StatementId: 's3',
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
        SourceArn: 'arn:aws:s3:::js-bucket',
      }),
    );
    await buckets.send(
      new s3.PutBucketNotificationConfigurationCommand({
        Bucket: 'js-bucket',
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: ['s3:ObjectCreated:*'] }],
        },
      }),
    );
    await buckets.send(new s3.PutObjectCommand({ Bucket: 'js-bucket', Key: 'rows.csv', Body: 'a,b\n1,2\n' }));
    expect(await receive(QueueUrl)).toMatchObject([{ Body: 'saw rows.csv' }]);
  });

  test('a message runs a function through an event source mapping', async () => {
    const source = await createQueue('js-source');
    const QueueUrl = await createQueue('js-results');
    await createFunction('js-consume', DOUBLE, { QUEUE_URL: QueueUrl });
    await functions.send(
      new lambda.CreateEventSourceMappingCommand({
        FunctionName: 'js-consume',
        EventSourceArn: await arnOf(source),
        BatchSize: 10,
      }),
    );
    await queues.send(new sqs.SendMessageCommand({ QueueUrl: source, MessageBody: 'order 1' }));
    expect(await receive(QueueUrl)).toMatchObject([{ Body: 'saw order 1' }]);
  });

  test('a message in a bucket notification queue tells of an upload', async () => {
    const QueueUrl = await createQueue('js-changes');
    await buckets.send(new s3.CreateBucketCommand({ Bucket: 'js-watched' }));
    await buckets.send(
      new s3.PutBucketNotificationConfigurationCommand({
        Bucket: 'js-watched',
        NotificationConfiguration: {
          QueueConfigurations: [{ QueueArn: await arnOf(QueueUrl), Events: ['s3:ObjectCreated:*'] }],
        },
      }),
    );
    await buckets.send(new s3.PutObjectCommand({ Bucket: 'js-watched', Key: 'a b.txt', Body: 'x' }));
    const bodies: string[] = [];
    while (bodies.length < 2) bodies.push(...(await receive(QueueUrl)).map(({ Body = '' }) => Body));
    expect(bodies.map((body) => JSON.parse(body))).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Event: 's3:TestEvent' }),
        {
          Records: [
            expect.objectContaining({
              s3: expect.objectContaining({ object: expect.objectContaining({ key: 'a+b.txt' }) }),
            }),
          ],
        },
      ]),
    );
  });

  test('a streamed upload of unknown checksum arrives whole, checked by its trailer', async () => {
    await buckets.send(new s3.CreateBucketCommand({ Bucket: 'js-streams' }));
    const chunk = Buffer.alloc(64 * 1024, 'stream');
    const Body = Readable.from(Array.from({ length: 32 }, () => chunk));
    const put = { Bucket: 'js-streams', Key: 'stream', ContentLength: 32 * chunk.length };
    await buckets.send(new s3.PutObjectCommand({ ...put, Body, ChecksumAlgorithm: 'SHA256' }));
    const answer = await buckets.send(
      new s3.GetObjectCommand({ Bucket: 'js-streams', Key: 'stream', ChecksumMode: 'ENABLED' }),
    );
    const hash = createHash('sha256');
    for (let index = 0; index < 32; index++) hash.update(chunk);
    expect(answer.ChecksumSHA256).toBe(hash.digest('base64'));
    expect((await answer.Body?.transformToByteArray())?.length).toBe(32 * chunk.length);
  });

  test('parts make one object', async () => {
    const Bucket = 'js-parts';
    await buckets.send(new s3.CreateBucketCommand({ Bucket }));
    const { UploadId } = await buckets.send(
      new s3.CreateMultipartUploadCommand({ Bucket, Key: 'big', ChecksumAlgorithm: 'CRC32' }),
    );
    const parts = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('the end')];
    const Parts: s3.CompletedPart[] = [];
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1;
      const { ETag, ChecksumCRC32 } = await buckets.send(
        new s3.UploadPartCommand({ Bucket, Key: 'big', UploadId, PartNumber, Body }),
      );
      Parts.push({ ETag, PartNumber, ChecksumCRC32 });
    }
    await buckets.send(
      new s3.CompleteMultipartUploadCommand({ Bucket, Key: 'big', UploadId, MultipartUpload: { Parts } }),
    );
    const tail = await buckets.send(new s3.GetObjectCommand({ Bucket, Key: 'big', Range: 'bytes=-7' }));
    expect(await tail.Body?.transformToString()).toBe('the end');
  });

  test('a long poll answers as soon as a message is sent', async () => {
    const QueueUrl = await createQueue('js-long');
    const waiting = receive(QueueUrl);
    await queues.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: 'now' }));
    expect(await waiting).toMatchObject([{ Body: 'now' }]);
  });

  test('a batch names the entries that were refused and sends the others', async () => {
    const QueueUrl = await createQueue('js-batch');
    const { Successful, Failed } = await queues.send(
      new sqs.SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'fine' },
          { Id: 'late', MessageBody: 'fine', DelaySeconds: 901 },
        ],
      }),
    );
    expect(Successful).toMatchObject([{ Id: 'good' }]);
    expect(Failed).toMatchObject([{ Id: 'late', SenderFault: true }]);
  });

  test('a FIFO queue keeps a group in order and drops duplicates', async () => {
    const QueueUrl = await createQueue('js.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    for (const MessageBody of ['1', '2', '2', '3']) {
      await queues.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'g' }));
    }
    expect((await receive(QueueUrl)).map(({ Body }) => Body)).toEqual(['1', '2', '3']);
  });

  test('its errors are instances of its own classes', async () => {
    await expect(queues.send(new sqs.GetQueueUrlCommand({ QueueName: 'absent' }))).rejects.toBeInstanceOf(
      sqs.QueueDoesNotExist,
    );
    await expect(buckets.send(new s3.GetObjectCommand({ Bucket: 'js-bucket', Key: 'absent' }))).rejects.toBeInstanceOf(
      s3.NoSuchKey,
    );
    await expect(functions.send(new lambda.GetFunctionCommand({ FunctionName: 'absent' }))).rejects.toBeInstanceOf(
      lambda.ResourceNotFoundException,
    );
  });

  test('an access key of twelve digits is the account, and nothing leaks across', async () => {
    const credentials = { accessKeyId: '123456789012', secretAccessKey: 'x' };
    const common = { endpoint: simulator.endpoint, region: 'eu-west-1', credentials };
    const other = new sqs.SQSClient(common);
    const identity = new STSClient(common);
    made.push(other, identity);
    expect(await identity.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '123456789012' });
    expect((await other.send(new sqs.ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
  });
});
