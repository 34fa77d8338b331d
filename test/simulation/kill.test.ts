// Nothing acknowledged is lost when the process is killed: SQS, S3 and Lambda's asynchronous queue are durable
// (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html, https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { buildCli, type HeadwaterProcess, headwaterUp } from '../support/built-headwater.ts';
import { deploy, lambda, s3, sqs } from '../support/raw-client.ts';
import { runSeed } from '../support/seed.ts';
import { zipOf } from '../support/zip.ts';
import { acknowledged, brokenObjects, drain, emptyLedger, type Ledger } from './ledger.ts';

const ROUNDS = 12;
/** At most this many acknowledgements before the next kill. */
const LONGEST_ROUND = 400;

/** Tells the queue "ran" what it was invoked with, without an SDK: it must come up at once after each restart. */
const REPORT = `
exports.handler = async (event) => {
  const bodies = event.Records ? event.Records.map((record) => record.body) : [event.id];
  for (const MessageBody of bodies) {
    const answer = await fetch(process.env.AWS_ENDPOINT_URL, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.SendMessage',
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify({ QueueUrl: process.env.AWS_ENDPOINT_URL + '/000000000000/ran', MessageBody }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
};`;

const folder = mkdtempSync(join(tmpdir(), 'headwater-kill-'));
let cli = '';
let running: HeadwaterProcess | undefined;

beforeAll(() => {
  cli = buildCli('kill');
});
afterAll(async () => {
  await running?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const start = async () => {
  running = await headwaterUp(cli, ['--data-dir', folder, '--quiet', '--timing.asyncRetryDelaysMs=100,200'], {
    cwd: folder,
  });
  return running;
};

test('what was acknowledged before a kill is there and is delivered after the next start', {
  timeout: 600_000,
}, async () => {
  const random = seededRandom(runSeed('kill -9 under load'));
  const ledger = emptyLedger();
  await setUp((await start()).endpoint);
  for (let round = 0; round < ROUNDS; round++) {
    const headwater = running ?? (await start());
    await loadUntilKilled(headwater, ledger, random, round);
    running = undefined;
    await start();
  }
  const endpoint = running?.endpoint ?? '';
  const url = (name: string) => `${endpoint}/000000000000/${name}`;
  process.stdout.write(
    `killed ${ROUNDS} times; acknowledged ${ledger.messages.size} messages, ${ledger.objects.size} objects, ${ledger.invocations.size} invocations, ${ledger.mapped.size} messages of a mapping\n`,
  );
  expect(acknowledged(ledger)).toBeGreaterThan(ROUNDS);
  expect(await brokenObjects(endpoint, 'kept', ledger.objects)).toEqual([]);
  const kept = await drain(endpoint, url('kept'), ledger.messages);
  expect([...ledger.messages].filter((body) => !kept.has(body))).toEqual([]);
  const ran = await drain(endpoint, url('ran'), new Set([...ledger.invocations, ...ledger.mapped]));
  expect([...ledger.invocations, ...ledger.mapped].filter((id) => !ran.has(id))).toEqual([]);
});

async function setUp(endpoint: string): Promise<void> {
  for (const QueueName of ['kept', 'ran']) await sqs(endpoint, 'CreateQueue', { QueueName });
  await sqs(endpoint, 'CreateQueue', { QueueName: 'mapped', Attributes: { VisibilityTimeout: '3' } });
  await s3(endpoint, 'PUT', '/kept');
  await deploy(endpoint, 'report', await zipOf({ 'index.js': REPORT }), { Timeout: 3 });
  const mapping = { FunctionName: 'report', EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:mapped', BatchSize: 5 };
  await lambda(endpoint, 'POST', '/2015-03-31/event-source-mappings', JSON.stringify(mapping));
}

/** Writers of four kinds at once; after a random number of acknowledgements the process is killed amid the others. */
async function loadUntilKilled(
  headwater: HeadwaterProcess,
  ledger: Ledger,
  random: Random,
  round: number,
): Promise<void> {
  const { endpoint } = headwater;
  const last = acknowledged(ledger) + random.integer(1, LONGEST_ROUND);
  let next = 0;
  let killed: Promise<void> | undefined;
  const writer = async (write: (id: string) => Promise<void>): Promise<void> => {
    while (killed === undefined) {
      try {
        await write(`${round}-${next++}`);
      } catch (error) {
        // Not acknowledged: it may be there or not.
        if (killed === undefined) throw error;
      }
      if (acknowledged(ledger) >= last) killed ??= headwater.kill();
    }
  };
  const send = (queue: string, seen: Set<string>) => async (MessageBody: string) => {
    await sqs(endpoint, 'SendMessage', { QueueUrl: `${endpoint}/000000000000/${queue}`, MessageBody });
    seen.add(MessageBody);
  };
  const put = async (id: string) => {
    const content = `${id} `.repeat(random.integer(1, 3000));
    await s3(endpoint, 'PUT', `/kept/${id}`, content);
    ledger.objects.set(id, content);
  };
  const invoke = async (id: string) => {
    const event = { 'x-amz-invocation-type': 'Event' };
    await lambda(endpoint, 'POST', '/2015-03-31/functions/report/invocations', JSON.stringify({ id }), event);
    ledger.invocations.add(id);
  };
  const writers = [
    send('kept', ledger.messages),
    send('kept', ledger.messages),
    send('mapped', ledger.mapped),
    put,
    put,
    invoke,
  ];
  await Promise.all(writers.map(writer));
  await killed;
}
