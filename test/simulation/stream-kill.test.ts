// Nothing acknowledged is lost when the process is killed: records of streams and items of tables are durable
// (https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html,
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Introduction.html), and their mappings deliver each at
// least once (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { buildCli, type HeadwaterProcess, headwaterUp } from '../support/built-headwater.ts';
import { deploy, dynamodb, kinesis, lambda, sqs } from '../support/raw-client.ts';
import { runSeed } from '../support/seed.ts';
import { zipOf } from '../support/zip.ts';
import { drain } from './ledger.ts';

const ROUNDS = 10;
/** At most this many acknowledgements before the next kill. */
const LONGEST_ROUND = 300;
const StreamName = 'kept';
const TableName = 'kept';

/** Tells the queue "ran" what it was invoked with, without an SDK: it must come up at once after each restart. */
const REPORT = `
exports.handler = async (event) => {
  const ids = event.Records.map(({ kinesis, dynamodb }) =>
    kinesis ? Buffer.from(kinesis.data, 'base64').toString() : dynamodb.NewImage.id.S);
  const answer = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.SendMessageBatch',
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({
      QueueUrl: process.env.AWS_ENDPOINT_URL + '/000000000000/ran',
      Entries: ids.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    }),
  });
  if (!answer.ok) throw new Error(await answer.text());
};`;

const folder = mkdtempSync(join(tmpdir(), 'headwater-kill-'));
let cli = '';
let running: HeadwaterProcess | undefined;

beforeAll(() => {
  cli = buildCli('stream-kill');
});
afterAll(async () => {
  await running?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const start = async () => {
  running = await headwaterUp(cli, ['--data-dir', folder, '--quiet'], { cwd: folder });
  return running;
};

/** What the endpoint has acknowledged, kept outside of it. */
interface Acknowledged {
  readonly records: Set<string>;
  readonly items: Set<string>;
}

test('records and items that were acknowledged before a kill are there, and are delivered after the next start', {
  timeout: 600_000,
}, async () => {
  const random = seededRandom(runSeed('kill -9 of streams under load'));
  const ledger: Acknowledged = { records: new Set(), items: new Set() };
  await setUp((await start()).endpoint);
  for (let round = 0; round < ROUNDS; round++) {
    await loadUntilKilled(running ?? (await start()), ledger, random, round);
    running = undefined;
    await start();
  }
  const endpoint = running?.endpoint ?? '';
  process.stdout.write(
    `killed ${ROUNDS} times; acknowledged ${ledger.records.size} records and ${ledger.items.size} items\n`,
  );
  expect(Math.min(ledger.records.size, ledger.items.size)).toBeGreaterThan(ROUNDS);
  const missing = (wanted: ReadonlySet<string>, found: ReadonlySet<string>) =>
    [...wanted].filter((id) => !found.has(id));
  expect(missing(ledger.records, await storedRecords(endpoint))).toEqual([]);
  expect(missing(ledger.items, await storedItems(endpoint))).toEqual([]);
  const all = new Set([...ledger.records, ...ledger.items]);
  expect(missing(all, await drain(endpoint, `${endpoint}/000000000000/ran`, all))).toEqual([]);
});

async function setUp(endpoint: string): Promise<void> {
  await sqs(endpoint, 'CreateQueue', { QueueName: 'ran' });
  await kinesis(endpoint, 'CreateStream', { StreamName, ShardCount: 3 });
  const { TableDescription } = await dynamodb(endpoint, 'CreateTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  });
  await deploy(endpoint, 'report', await zipOf({ 'index.js': REPORT }), { Timeout: 10 });
  const { LatestStreamArn } = TableDescription as { readonly LatestStreamArn: string };
  for (const EventSourceArn of [LatestStreamArn, `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`]) {
    const mapping = { FunctionName: 'report', EventSourceArn, StartingPosition: 'TRIM_HORIZON', BatchSize: 10 };
    await lambda(endpoint, 'POST', '/2015-03-31/event-source-mappings', JSON.stringify(mapping));
  }
}

/** Writers of both kinds at once; after a random number of acknowledgements the process is killed amid the others. */
async function loadUntilKilled(
  headwater: HeadwaterProcess,
  ledger: Acknowledged,
  random: Random,
  round: number,
): Promise<void> {
  const { endpoint } = headwater;
  const acknowledged = () => ledger.records.size + ledger.items.size;
  const last = acknowledged() + random.integer(1, LONGEST_ROUND);
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
      if (acknowledged() >= last) killed ??= headwater.kill();
    }
  };
  const putRecord = async (id: string) => {
    const input = { StreamName, PartitionKey: id, Data: Buffer.from(id).toString('base64') };
    await kinesis(endpoint, 'PutRecord', input);
    ledger.records.add(id);
  };
  const putItem = async (id: string) => {
    await dynamodb(endpoint, 'PutItem', { TableName, Item: { id: { S: id } } });
    ledger.items.add(id);
  };
  await Promise.all([putRecord, putRecord, putRecord, putItem, putItem, putItem].map(writer));
  await killed;
}

async function storedRecords(endpoint: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const { Shards } = await kinesis(endpoint, 'ListShards', { StreamName });
  for (const { ShardId } of Shards as readonly { readonly ShardId: string }[]) {
    const from = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    let { ShardIterator } = await kinesis(endpoint, 'GetShardIterator', from);
    for (let left = true; left; ) {
      const page = await kinesis(endpoint, 'GetRecords', { ShardIterator });
      const records = page['Records'] as readonly { readonly Data: string }[];
      for (const { Data } of records) found.add(Buffer.from(Data, 'base64').toString());
      ShardIterator = page['NextShardIterator'];
      left = records.length > 0;
    }
  }
  return found;
}

async function storedItems(endpoint: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let start: object | undefined = {}; start; ) {
    const { Items, LastEvaluatedKey } = (await dynamodb(endpoint, 'Scan', { TableName, ...start })) as {
      readonly Items: readonly { readonly id: { readonly S: string } }[];
      readonly LastEvaluatedKey?: object;
    };
    for (const { id } of Items) found.add(id.S);
    start = LastEvaluatedKey && { ExclusiveStartKey: LastEvaluatedKey };
  }
  return found;
}
