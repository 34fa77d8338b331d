// README.md, "Configuration": streams, tables and their mappings are made through the operations that clients call, and
// applied twice they change nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeStreamSummaryCommand, KinesisClient, ListStreamConsumersCommand } from '@aws-sdk/client-kinesis';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HeadwaterConfig } from '../../src/config/declaration.ts';
import { startTestKit, type TestKit } from '../../src/testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-config-streams-'));
mkdirSync(join(folder, 'code'));
writeFileSync(join(folder, 'code/index.mjs'), 'export const handler = async () => 1;');
const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;

const config = {
  settings: { codeRoot: folder },
  queues: { failed: {} },
  streams: {
    clicks: { shardCount: 2, retentionPeriodHours: 48, consumers: ['fast'], tags: { team: 'web' } },
    views: { streamMode: 'ON_DEMAND' },
  },
  tables: {
    orders: {
      partitionKey: { name: 'customer' },
      sortKey: { name: 'placed', type: 'N' },
      globalSecondaryIndexes: { 'by-state': { partitionKey: { name: 'state' }, projectionType: 'KEYS_ONLY' } },
      localSecondaryIndexes: {
        'by-total': { sortKey: { name: 'total', type: 'N' }, projectionType: 'INCLUDE', nonKeyAttributes: ['state'] },
      },
      stream: 'NEW_AND_OLD_IMAGES',
      timeToLiveAttribute: 'expires',
      tags: { team: 'sales' },
    },
    plain: { partitionKey: { name: 'id', type: 'B' }, billingMode: 'PROVISIONED', readCapacity: 7 },
  },
  functions: { handle: { code: join(folder, 'code'), runtime, handler: 'index.handler' } },
  mappings: [
    {
      ...{ eventSource: 'clicks', function: 'handle', batchSize: 50, parallelizationFactor: 3, onFailure: 'failed' },
      ...{ bisectBatchOnFunctionError: true, maximumRetryAttempts: 4, maximumRecordAgeInSeconds: 600 },
    },
    { eventSource: 'orders', function: 'handle', startingPosition: 'LATEST', tumblingWindowInSeconds: 60 },
  ],
} satisfies HeadwaterConfig;

let kit: TestKit;
let kinesis: KinesisClient;
let dynamodb: DynamoDBClient;
beforeAll(async () => {
  kit = await startTestKit({ config, warn: () => {} });
  kinesis = new KinesisClient(kit.clientConfig());
  dynamodb = new DynamoDBClient(kit.clientConfig());
});
afterAll(async () => {
  kinesis.destroy();
  dynamodb.destroy();
  await kit[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function apply(changed: object) {
  const functions = { handle: { ...config.functions.handle, code: { folder: join(folder, 'code') } } };
  const body = JSON.stringify({ ...config, functions, ...changed });
  const response = await fetch(`${kit.endpoint}/_headwater/apply`, { method: 'POST', body });
  const { applied = [], message } = (await response.json()) as {
    readonly applied?: readonly { readonly what: string; readonly change: string }[];
    readonly message?: string;
  };
  return { message, changed: applied.filter(({ change }) => change !== 'unchanged').map(({ what }) => what) };
}

const table = async (TableName: string) => (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;

test('makes streams with their shards, retention and consumers', async () => {
  const describe = new DescribeStreamSummaryCommand({ StreamName: 'clicks' });
  const { StreamDescriptionSummary: clicks } = await kinesis.send(describe);
  expect(clicks).toMatchObject({ OpenShardCount: 2, RetentionPeriodHours: 48 });
  const list = new ListStreamConsumersCommand({ StreamARN: clicks?.StreamARN ?? '' });
  expect((await kinesis.send(list)).Consumers).toMatchObject([{ ConsumerName: 'fast' }]);
});

test('makes tables with their indexes, stream and time to live', async () => {
  expect(await table('orders')).toMatchObject({
    KeySchema: [
      { AttributeName: 'customer', KeyType: 'HASH' },
      { AttributeName: 'placed', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [{ IndexName: 'by-state', Projection: { ProjectionType: 'KEYS_ONLY' } }],
    LocalSecondaryIndexes: [{ IndexName: 'by-total', Projection: { NonKeyAttributes: ['state'] } }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: 'orders' }));
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
  expect((await table('plain'))?.ProvisionedThroughput).toMatchObject({ ReadCapacityUnits: 7, WriteCapacityUnits: 5 });
});

test('ties them to functions by their names', async () => {
  const lambda = new LambdaClient(kit.clientConfig());
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: 'handle' }),
  );
  const of = (service: string) => EventSourceMappings.find(({ EventSourceArn }) => EventSourceArn?.includes(service));
  expect(of(':kinesis:')).toMatchObject({
    ...{ BatchSize: 50, ParallelizationFactor: 3, StartingPosition: 'TRIM_HORIZON', BisectBatchOnFunctionError: true },
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:failed' } },
  });
  expect(of(':dynamodb:')).toMatchObject({ StartingPosition: 'LATEST', TumblingWindowInSeconds: 60 });
});

test('changes nothing the second time', async () => {
  expect(await apply({})).toEqual({ changed: [] });
});

describe('brings in line', () => {
  test('shards, retention, mode, consumers and tags of a stream', async () => {
    const clicks = { shardCount: 4, retentionPeriodHours: 24, consumers: ['fast', 'slow'], tags: { team: 'app' } };
    const views = { streamMode: 'PROVISIONED' };
    expect(await apply({ streams: { clicks, views } })).toEqual({ changed: ['stream clicks', 'stream views'] });
    const describe = new DescribeStreamSummaryCommand({ StreamName: 'clicks' });
    const { StreamDescriptionSummary } = await kinesis.send(describe);
    expect(StreamDescriptionSummary).toMatchObject({ OpenShardCount: 4, RetentionPeriodHours: 24, ConsumerCount: 2 });
    expect(await apply({ streams: { clicks, views } })).toEqual({ changed: [] });
  });

  test('indexes, stream and protection of a table', async () => {
    const plain = {
      ...config.tables.plain,
      ...{ stream: 'KEYS_ONLY', deletionProtection: true },
      globalSecondaryIndexes: { 'by-x': { partitionKey: { name: 'x' } } },
    };
    const tables = { ...config.tables, plain };
    expect(await apply({ streams: {}, mappings: [], tables })).toEqual({ changed: ['table plain'] });
    expect(await table('plain')).toMatchObject({
      GlobalSecondaryIndexes: [{ IndexName: 'by-x', IndexStatus: 'ACTIVE' }],
      StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
      DeletionProtectionEnabled: true,
    });
    expect(await apply({ streams: {}, mappings: [], tables })).toEqual({ changed: [] });
  });
});

describe('refuses', () => {
  test('other keys than those of the table that is there', async () => {
    const tables = { orders: { partitionKey: { name: 'id' } } };
    expect((await apply({ streams: {}, mappings: [], tables })).message).toMatch(
      /^The config's table orders has other keys .*: customer \(HASH\), placed \(RANGE\); keys cannot change/,
    );
  });

  test('a mapping of a table that has no stream', async () => {
    const tables = { bare: { partitionKey: { name: 'id' } } };
    const mappings = [{ eventSource: 'bare', function: 'handle' }];
    expect((await apply({ streams: {}, tables, mappings })).message).toContain(
      'table bare has a mapping and no "stream"',
    );
  });
});
