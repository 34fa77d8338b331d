// Several processes on Redis, Kafka and MinIO share the work. One of them is killed under load: the others take over within
// the lease time, and nothing that was acknowledged is lost. The functions themselves keep the ledger.
import { createServer } from 'node:http';
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../../src/backends/redis/link.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends, describeOn } from '../support/backends.ts';
import { buildCli, type HeadwaterProcess, headwaterUp } from '../support/built-headwater.ts';
import { zipOf } from '../support/zip.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const clientOf = (endpoint: string) => ({ endpoint, region: 'us-east-1', credentials, maxAttempts: 10 });

/** Tells the ledger of each record that it was given, before it succeeds. */
const CODE = `
export const handler = async ({ Records }) => {
  const texts = Records.map(({ body, kinesis }) => body ?? Buffer.from(kinesis.data, 'base64').toString());
  const { ok } = await fetch(process.env.LEDGER, { method: 'POST', body: JSON.stringify(texts) });
  if (!ok) throw new Error('not noted');
  await new Promise((resolve) => setTimeout(resolve, 20));
};`;

describeOn(['redis', 'kafka', 'minio'], 'processes that share all backends', () => {
  let cli = '';
  beforeAll(() => {
    cli = buildCli('sharing-processes');
  });

  const started: HeadwaterProcess[] = [];
  const namespace = `test-${systemRandom.uuid()}`;
  afterAll(async () => {
    for (const each of started) await each.kill();
    await using link = await openRedis({ url: backends.redis ?? '', namespace, deadlineMs: 5000, told: () => {} });
    const keys = await link.ask((client) => client.keys(`${link.prefix}*`));
    if (keys.length > 0) await link.ask((client) => client.del(...keys));
  });

  test('bring all work to its end when one of them is killed', async () => {
    const noted: string[] = [];
    const ledger = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        noted.push(...(JSON.parse(body) as string[]));
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => ledger.once('listening', resolve));
    const { port } = ledger.address() as { readonly port: number };

    const args = [
      ...['--namespace', namespace, '--redis', backends.redis ?? ''],
      ...['--kafka', backends.kafka ?? '', '--minio', backends.minio ?? ''],
    ];
    const up = async () => {
      const one = await headwaterUp(cli, args);
      started.push(one);
      return one;
    };
    const [a, b] = await Promise.all([up(), up()]);
    const [first, second] = [clientOf(a.endpoint), clientOf(b.endpoint)];
    const lambda = new LambdaClient(first);
    await lambda.send(
      new CreateFunctionCommand({
        ...{ FunctionName: 'fn', Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 10 },
        ...{ Role: 'arn:aws:iam::000000000000:role/r', Code: { ZipFile: await zipOf({ 'index.mjs': CODE }) } },
        Environment: { Variables: { LEDGER: `http://127.0.0.1:${port}` } },
      }),
    );
    const sqs = new SQSClient(second);
    const VisibilityTimeout = '10';
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q', Attributes: { VisibilityTimeout } }));
    const kinesis = new KinesisClient(second);
    await kinesis.send(new CreateStreamCommand({ StreamName: 's', ShardCount: 4 }));
    const mapping = { FunctionName: 'fn', BatchSize: 5 };
    const queueArn = 'arn:aws:sqs:us-east-1:000000000000:q';
    const streamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';
    await lambda.send(new CreateEventSourceMappingCommand({ ...mapping, EventSourceArn: queueArn }));
    await lambda.send(
      new CreateEventSourceMappingCommand({
        ...{ ...mapping, EventSourceArn: streamArn, StartingPosition: 'TRIM_HORIZON' },
      }),
    );
    const sent: string[] = [];
    for (let batch = 0; batch < 20; batch++) {
      const messages = Array.from({ length: 10 }, (_, index) => `m${batch}-${index}`);
      const records = Array.from({ length: 10 }, (_, index) => `r${batch}-${index}`);
      await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: messages.map((MessageBody) => ({ Id: MessageBody, MessageBody })),
        }),
      );
      await kinesis.send(
        new PutRecordsCommand({
          StreamARN: streamArn,
          Records: records.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) })),
        }),
      );
      sent.push(...messages, ...records);
      if (batch === 10) await a.kill();
    }
    const missing = () => sent.filter((text) => !noted.includes(text));
    await expect.poll(missing, { timeout: 150_000, interval: 200 }).toEqual([]);
    const AttributeNames = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
    const counts = async () =>
      Object.values((await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes ?? {});
    await expect.poll(counts, { interval: 200 }).toEqual(['0', '0']);
    ledger.close();
    await fetch(`${b.endpoint}/_headwater/reset`, { method: 'POST' });
  });
});
