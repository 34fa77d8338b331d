// README.md, "Configuration": mappings of topics are declared with their cluster, and applied twice they change nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkConfig } from '../../src/config/check.ts';
import type { HeadwaterConfig, KafkaDeclaration } from '../../src/config/declaration.ts';
import { startTestKit, type TestKit } from '../../src/testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-config-kafka-'));
mkdirSync(join(folder, 'code'));
writeFileSync(join(folder, 'code/index.mjs'), 'export const handler = async () => 1;');
writeFileSync(join(folder, 'secrets.json'), '{ "kafka/login": { "username": "ann", "password": "hidden" } }');
const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;

// Nobody answers there, which no declaration waits for.
const orders: KafkaDeclaration = { brokers: ['127.0.0.1:1', 'localhost:2'], topic: 'orders' };
const config = {
  settings: { codeRoot: folder, secrets: join(folder, 'secrets.json') },
  queues: { failed: {} },
  functions: { handle: { code: join(folder, 'code'), runtime, handler: 'index.handler' } },
  mappings: [
    { kafka: orders, function: 'handle', batchSize: 50, onFailure: 'failed' },
    {
      kafka: {
        ...{ brokers: ['127.0.0.1:1'], topic: 'payments', consumerGroupId: 'billing' },
        sourceAccess: [{ type: 'SASL_SCRAM_512_AUTH', secret: 'kafka/login' }],
      },
      ...{
        function: 'handle',
        startingPosition: 'LATEST',
        provisionedPollers: { maximum: 5 },
        maximumRetryAttempts: 3,
      },
      ...{ reportBatchItemFailures: true, onFailure: 'kafka://payments-failed' },
    },
  ],
} satisfies HeadwaterConfig;

let kit: TestKit;
beforeAll(async () => {
  kit = await startTestKit({ config, warn: () => {} });
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function apply(mappings: HeadwaterConfig['mappings']) {
  const functions = { handle: { ...config.functions.handle, code: { folder: join(folder, 'code') } } };
  const body = JSON.stringify({ ...config, functions, mappings });
  const response = await fetch(`${kit.endpoint}/_headwater/apply`, { method: 'POST', body });
  const { applied = [], message } = (await response.json()) as {
    readonly applied?: readonly { readonly what: string; readonly change: string }[];
    readonly message?: string;
  };
  return { message, changed: applied.filter(({ change }) => change !== 'unchanged') };
}

async function mappingOf(topic: string) {
  const lambda = new LambdaClient(kit.clientConfig());
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: 'handle' }),
  );
  lambda.destroy();
  return EventSourceMappings.find(({ Topics }) => Topics?.[0] === topic);
}

test('ties a topic to a function, from its oldest record on', async () => {
  expect(await mappingOf('orders')).toMatchObject({
    ...{ BatchSize: 50, StartingPosition: 'TRIM_HORIZON' },
    SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: orders.brokers } },
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:failed' } },
  });
});

test('tells a mapping its group, its secrets, its pollers and a topic for failures', async () => {
  expect(await mappingOf('payments')).toMatchObject({
    ...{ StartingPosition: 'LATEST', MaximumRetryAttempts: 3, FunctionResponseTypes: ['ReportBatchItemFailures'] },
    SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'billing' },
    SourceAccessConfigurations: [{ Type: 'SASL_SCRAM_512_AUTH', URI: 'kafka/login' }],
    ProvisionedPollerConfig: { MinimumPollers: 1, MaximumPollers: 5 },
    DestinationConfig: { OnFailure: { Destination: 'kafka://payments-failed' } },
  });
});

test('changes nothing the second time', async () => {
  expect(await apply(config.mappings)).toEqual({ changed: [] });
});

test('brings what differs in line', async () => {
  const what = 'mapping topic orders of 127.0.0.1:1,localhost:2 → handle';
  const changed = [{ what, change: 'updated' }];
  expect(await apply([{ kafka: orders, function: 'handle', batchSize: 7 }])).toEqual({ changed });
  expect(await mappingOf('orders')).toMatchObject({ BatchSize: 7 });
});

test('refuses another group for a mapping that has one', async () => {
  const [, payments] = config.mappings;
  const kafka = { ...payments?.kafka, consumerGroupId: 'other' } as KafkaDeclaration;
  expect((await apply([{ ...payments, kafka, function: 'handle' }])).message).toContain(
    'ConsumerGroupId can only be set when the mapping is created',
  );
});

test.each([
  [{ function: 'handle' }, 'mappings.0 takes either "eventSource" or "kafka"'],
  [{ function: 'handle', eventSource: 'q', kafka: orders }, 'mappings.0 takes either "eventSource" or "kafka"'],
  [{ function: 'handle', kafka: { topic: 'orders' } }, 'mappings.0.kafka.brokers is missing'],
  [
    { function: 'handle', kafka: { brokers: ['localhost'], topic: 'orders' } },
    'mappings.0.kafka.brokers.0 is "localhost"; it takes a string that matches ^[A-Za-z0-9.-]+:[0-9]{1,5}$',
  ],
  [
    { function: 'handle', kafka: { ...orders, sourceAccess: [{ type: 'IAM_AUTH', secret: 'x' }] } },
    'mappings.0.kafka.sourceAccess.0.type is "IAM_AUTH"; it takes "BASIC_AUTH" or',
  ],
])('says what is wrong with %j', (mapping, message) => {
  const check = () => checkConfig({ mappings: [mapping] }, 'src/config/schema.json', 'config');
  expect(check).toThrow(message);
});
