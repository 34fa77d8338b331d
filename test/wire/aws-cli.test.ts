// The unmodified AWS CLI does the main job: https://docs.aws.amazon.com/cli/latest/
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../support/simulator.ts';
import { writeZip } from '../support/zip.ts';
import { type AwsCommands, startAwsCommands } from './aws-commands.ts';
import { clientEnvironment } from './client-environment.ts';
import { type PythonClient, pythonClient } from './python-client.ts';

const HANDLER = `
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
const queues = new SQSClient({});
export const handler = async ({ Records }) => {
  for (const { s3 } of Records) {
    await queues.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: s3.object.key }));
  }
};`;

describe('the AWS CLI', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-cli-'));
  let client: PythonClient;
  let simulator: Simulator | undefined;
  let commands: AwsCommands | undefined;

  beforeAll(async () => {
    client = await pythonClient('aws');
    if (client.kind === 'absent') return;
    simulator = await startSimulator({ clock: 'real' });
    commands = startAwsCommands(client.bin, { env: clientEnvironment(simulator.endpoint), cwd: folder });
  });
  afterAll(async () => {
    commands?.[Symbol.dispose]();
    await simulator?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs one command and parses what it prints. */
  const aws = async (...args: string[]): Promise<Record<string, unknown>> => {
    if (!commands || !simulator) throw new Error('not started');
    // Version 1 of the CLI sends SQS calls to AWS whatever AWS_ENDPOINT_URL says (aws/aws-cli#8737).
    const options = ['--endpoint-url', simulator.endpoint, '--output', 'json'];
    const stdout = await commands.run([...args, ...options]);
    return /^\s*\{/.test(stdout) ? (JSON.parse(stdout) as Record<string, unknown>) : { text: stdout };
  };
  const promise = (name: string, check: () => Promise<void>) =>
    test(name, async (context) => {
      if (client.kind === 'absent') context.skip(client.reason);
      await check();
    });

  promise(
    'creates a bucket, a queue, a function and a notification, copies a file up, and the function runs',
    async () => {
      const { QueueUrl } = await aws('sqs', 'create-queue', '--queue-name', 'cli-uploads');
      await writeZip(join(folder, 'function.zip'), { 'index.mjs': HANDLER });
      const { FunctionArn } = await aws(
        ...['lambda', 'create-function', '--function-name', 'cli-notify', '--runtime', 'nodejs22.x'],
        ...['--handler', 'index.handler', '--role', 'arn:aws:iam::000000000000:role/lambda', '--timeout', '30'],
        ...[
          '--zip-file',
          'fileb://function.zip',
          '--environment',
          JSON.stringify({ Variables: { QUEUE_URL: QueueUrl } }),
        ],
      );
      await aws('lambda', 'wait', 'function-active-v2', '--function-name', 'cli-notify');
      await aws('s3', 'mb', 's3://cli-bucket');
      await aws(
        ...['lambda', 'add-permission', '--function-name', 'cli-notify', '--statement-id', 's3'],
        ...['--action', 'lambda:InvokeFunction', '--principal', 's3.amazonaws.com'],
      );
      const LambdaFunctionConfigurations = [{ LambdaFunctionArn: FunctionArn, Events: ['s3:ObjectCreated:*'] }];
      await aws(
        ...['s3api', 'put-bucket-notification-configuration', '--bucket', 'cli-bucket'],
        ...['--notification-configuration', JSON.stringify({ LambdaFunctionConfigurations })],
      );
      writeFileSync(join(folder, 'rows.csv'), 'a,b\n1,2\n');
      await aws('s3', 'cp', 'rows.csv', 's3://cli-bucket/in/rows.csv');
      const { Messages } = await aws(
        'sqs',
        'receive-message',
        '--queue-url',
        String(QueueUrl),
        '--wait-time-seconds',
        '20',
      );
      expect(Messages).toMatchObject([{ Body: 'in/rows.csv' }]);
    },
  );

  promise('copies a file of several parts up and down again unharmed', async () => {
    const bytes = Buffer.alloc(9 * 1024 * 1024, 'headwater ');
    writeFileSync(join(folder, 'big.bin'), bytes);
    await aws('s3', 'mb', 's3://cli-big');
    await aws('s3', 'cp', 'big.bin', 's3://cli-big/big.bin');
    await aws('s3', 'cp', 's3://cli-big/big.bin', 'back.bin');
    const { execFileSync } = await import('node:child_process');
    execFileSync('cmp', ['big.bin', 'back.bin'], { cwd: folder });
  });

  promise('puts and gets records of a stream, and items of a table', async () => {
    await aws('kinesis', 'create-stream', '--stream-name', 'cli-orders', '--shard-count', '1');
    // Its own waiters ask every ten and every twenty seconds.
    const summary = async () =>
      (await aws('kinesis', 'describe-stream-summary', '--stream-name', 'cli-orders'))['StreamDescriptionSummary'];
    while (((await summary()) as { readonly StreamStatus: string }).StreamStatus !== 'ACTIVE');
    const { ShardId } = await aws(
      ...['kinesis', 'put-record', '--stream-name', 'cli-orders', '--partition-key', 'k', '--data', 'hello'],
    );
    const { ShardIterator } = await aws(
      ...['kinesis', 'get-shard-iterator', '--stream-name', 'cli-orders', '--shard-id', String(ShardId)],
      ...['--shard-iterator-type', 'TRIM_HORIZON'],
    );
    const { Records } = await aws('kinesis', 'get-records', '--shard-iterator', String(ShardIterator));
    expect(Records).toMatchObject([{ PartitionKey: 'k', Data: Buffer.from('hello').toString('base64') }]);
    await aws(
      ...['dynamodb', 'create-table', '--table-name', 'cli-table', '--billing-mode', 'PAY_PER_REQUEST'],
      ...['--key-schema', 'AttributeName=id,KeyType=HASH'],
      ...['--attribute-definitions', 'AttributeName=id,AttributeType=S'],
      ...['--stream-specification', 'StreamEnabled=true,StreamViewType=KEYS_ONLY'],
    );
    const table = async () => (await aws('dynamodb', 'describe-table', '--table-name', 'cli-table'))['Table'];
    while (((await table()) as { readonly TableStatus: string }).TableStatus !== 'ACTIVE');
    const item = JSON.stringify({ id: { S: 'a' }, n: { N: '1' } });
    await aws('dynamodb', 'put-item', '--table-name', 'cli-table', '--item', item);
    const scanned = await aws('dynamodb', 'scan', '--table-name', 'cli-table');
    expect(scanned).toMatchObject({ Items: [{ id: { S: 'a' }, n: { N: '1' } }], Count: 1 });
    const { Streams } = await aws('dynamodbstreams', 'list-streams', '--table-name', 'cli-table');
    expect(Streams).toMatchObject([{ TableName: 'cli-table' }]);
  });

  promise("says in AWS's words that a queue does not exist", async () => {
    await expect(aws('sqs', 'get-queue-url', '--queue-name', 'absent')).rejects.toThrow(
      /AWS\.SimpleQueueService\.NonExistentQueue.*The specified queue does not exist/s,
    );
  });
});
