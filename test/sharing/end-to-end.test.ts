// The whole of it, as a user would: two processes on real Redis, Kafka and MinIO; files through the endpoint and straight to
// MinIO, producers of SQS and Kinesis in a process of their own, a poison message and a poison record, and one process killed
// in between. At the end the test's own ledger balances: sent = handled + OnFailure + dead letters.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis';
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemRandom } from '../../src/core/random.ts';
import { backends, describeOn } from '../support/backends.ts';
import { projectRoot } from '../support/source-files.ts';
import { zipOf } from '../support/zip.ts';
import { openReports, REPORTING, type Reports } from './reports.ts';
import { createSharedNamespace, type SharedNamespace } from './shared-namespace.ts';

const ARN = 'us-east-1:000000000000';
const StreamName = 'clicks';
const FunctionName = 'handle';
/** So many of each kind are sent before the kill, and as many after it. */
const EACH = 40;
const MAX_RECEIVES = 3;
const THROUGH = 'through the endpoint.csv';
const STRAIGHT = 'straight to MinIO.csv';

describeOn(['redis', 'kafka', 'minio'], 'the event sources on real backends', () => {
  const bucket = `hw-test-${systemRandom.uuid()}`;
  // Below the project, so that it finds our packages.
  const producer = join(projectRoot, `node_modules/.cache/headwater/producer-${process.pid}.mjs`);
  let namespace: SharedNamespace;
  let reports: Reports;
  beforeAll(async () => {
    const entryPoints = [join(projectRoot, 'test/sharing/producer.ts')];
    await build({
      entryPoints,
      outfile: producer,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
    });
    reports = await openReports();
    namespace = createSharedNamespace('end-to-end', ['--max-environments=3']);
  });
  afterAll(async () => {
    await namespace[Symbol.asyncDispose]();
    await reports[Symbol.asyncDispose]();
    rmSync(producer, { force: true });
  });

  test('lose nothing: what was sent was handled, or is where failures go', async () => {
    const [killed, stays] = await Promise.all([namespace.start(), namespace.start()]);
    await setUp(clientsOf(killed.endpoint), bucket, reports);
    const produce = (round: string, ...endpoints: readonly string[]) =>
      spawn(process.execPath, [producer, round, String(EACH), ...endpoints], {
        env: { ...process.env, NODE_NO_WARNINGS: '1' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });

    const first = await told(produce('first', killed.endpoint, stays.endpoint));
    await upload(clientsOf(killed.endpoint).s3, bucket, THROUGH);
    // The process dies while the producers send to it and functions run.
    const producing = told(produce('second', killed.endpoint, stays.endpoint), (count) => {
      if (count === EACH / 2) void killed.kill();
    });
    const foreign = foreignClient();
    await upload(foreign, bucket, STRAIGHT);
    const second = await producing;
    expect(namespace.running).toHaveLength(1);
    const sent = [...first.sent, ...second.sent, THROUGH, STRAIGHT];

    const poison = (kind: string) => sent.filter((id) => id.startsWith(kind) && id.includes('poison'));
    const good = sent.filter((id) => !id.includes('poison'));
    await reports.until(() => good.every((id) => reports.first(id) !== undefined));
    const clients = clientsOf(stays.endpoint);
    const dead = await takeAll(clients, 'orders-dead', poison('message').length);
    const failed = await failedRecords(clients, await takeAll(clients, 'failed', poison('record').length));

    expect(poison('').length).toBe(4);
    expect(dead.toSorted()).toEqual(poison('message').toSorted());
    // Each at least once.
    const arrived = new Set([...reports.all.flatMap(({ ids }) => ids), ...failed, ...dead]);
    // What was in flight when its process died may have been taken, or not.
    for (const id of second.unsure) arrived.delete(id);
    expect([...arrived].toSorted()).toEqual(sent.toSorted());
    await cleanUp(clients.s3, bucket);
    foreign.destroy();
  });
});

type Clients = ReturnType<typeof clientsOf>;

function clientsOf(endpoint: string) {
  const options = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  return {
    lambda: new LambdaClient(options),
    sqs: new SQSClient(options),
    kinesis: new KinesisClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    queueUrl: (name: string) => `${endpoint}/000000000000/${name}`,
  };
}

/** Somebody who knows nothing of Headwater. */
function foreignClient(): S3Client {
  const { origin: endpoint, username: accessKeyId, password: secretAccessKey } = new URL(backends.minio ?? '');
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
}

async function setUp({ lambda, sqs, kinesis, s3 }: Clients, Bucket: string, reports: Reports): Promise<void> {
  for (const QueueName of ['orders-dead', 'failed']) await sqs.send(new CreateQueueCommand({ QueueName }));
  const redrive = { deadLetterTargetArn: `arn:aws:sqs:${ARN}:orders-dead`, maxReceiveCount: MAX_RECEIVES };
  const Attributes = { VisibilityTimeout: '10', RedrivePolicy: JSON.stringify(redrive) };
  await sqs.send(new CreateQueueCommand({ QueueName: 'orders', Attributes }));
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      ...{ FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 10 },
      Role: 'arn:aws:iam::000000000000:role/lambda',
      Code: { ZipFile: await zipOf({ 'index.js': REPORTING }) },
      Environment: { Variables: { REPORTS_URL: reports.url } },
    }),
  );
  await lambda.send(
    new CreateEventSourceMappingCommand({
      ...{ FunctionName, EventSourceArn: `arn:aws:sqs:${ARN}:orders`, BatchSize: 5 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    }),
  );
  await lambda.send(
    new CreateEventSourceMappingCommand({
      ...{ FunctionName, EventSourceArn: `arn:aws:kinesis:${ARN}:stream/${StreamName}`, BatchSize: 10 },
      ...{ StartingPosition: 'TRIM_HORIZON', BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 },
      DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:${ARN}:failed` } },
    }),
  );
  await s3.send(new CreateBucketCommand({ Bucket }));
  const Principal = 's3.amazonaws.com';
  await lambda.send(
    new AddPermissionCommand({ FunctionName, StatementId: 's3', Action: 'lambda:InvokeFunction', Principal }),
  );
  const LambdaFunctionConfigurations = [{ LambdaFunctionArn: FunctionArn, Events: ['s3:ObjectCreated:*' as const] }];
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { LambdaFunctionConfigurations },
    }),
  );
}

const upload = (s3: S3Client, Bucket: string, Key: string) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: 'a,b\n1,2\n' }));

/** What a producer says: the ids that were acknowledged, and those of which it does not know. */
async function told(child: ChildProcess, heard: (count: number) => void = () => {}) {
  if (!child.stdout) throw new Error('the producer has no output');
  const exited = once(child, 'exit');
  const ids = { sent: [] as string[], unsure: [] as string[] };
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, id = ''] = line.split(' ');
    heard(ids[what === 'sent' ? 'sent' : 'unsure'].push(id));
  }
  expect(await exited).toEqual([0, null]);
  return ids;
}

/**
 * Takes so many messages off a queue, whenever they come, and looks that there are no more. A message is dead after three
 * visibility timeouts, and one more for each process that took it and died.
 */
async function takeAll({ sqs, queueUrl }: Clients, queue: string, count: number): Promise<readonly string[]> {
  const QueueUrl = queueUrl(queue);
  const bodies: string[] = [];
  for (;;) {
    const WaitTimeSeconds = bodies.length < count ? 20 : 0;
    const input = { QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
    if (Messages.length === 0 && bodies.length >= count) return bodies;
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

/** The records that invocation records tell of, which hold where they are: read where they say. */
async function failedRecords({ kinesis }: Clients, bodies: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const body of bodies) {
    const { shardId: ShardId, startSequenceNumber, batchSize } = JSON.parse(body).KinesisBatchInfo;
    const at = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: startSequenceNumber } as const;
    const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({ StreamName, ShardId, ...at }));
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: batchSize }));
    found.push(...Records.map(({ Data }) => Buffer.from(Data ?? []).toString()));
  }
  return found;
}

async function cleanUp(s3: S3Client, Bucket: string): Promise<void> {
  for (const Key of [THROUGH, STRAIGHT]) {
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}
