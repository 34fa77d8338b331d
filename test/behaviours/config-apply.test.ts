// README.md, "Configuration": what is declared is made through the operations that clients call, and applied twice it
// changes nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HeadwaterConfig } from '../../src/config/declaration.ts';
import { startTestKit, type TestKit } from '../../src/testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-apply-'));
mkdirSync(join(folder, 'code'));
writeFileSync(join(folder, 'code/index.mjs'), 'export const handler = async () => 1;');
const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;

const config = {
  settings: { codeRoot: folder },
  queues: {
    orders: {
      visibilityTimeout: 45,
      redrivePolicy: { deadLetterTarget: 'failed', maxReceiveCount: 3 },
      tags: { team: 'sales' },
    },
    failed: {},
    'steps.fifo': { contentBasedDeduplication: true },
  },
  buckets: {
    uploads: {
      versioning: true,
      notifications: [
        { events: ['s3:ObjectCreated:*'], prefix: 'in/', suffix: '.csv', function: 'import' },
        { events: ['s3:ObjectRemoved:*'], queue: 'orders' },
      ],
    },
    plain: {},
  },
  functions: {
    import: {
      code: join(folder, 'code'),
      runtime,
      handler: 'index.handler',
      timeout: 20,
      environment: { STAGE: 'test' },
      reservedConcurrentExecutions: 5,
      deadLetterTarget: 'failed',
      eventInvokeConfig: { maximumRetryAttempts: 1, onSuccess: 'orders', onFailure: 'audit' },
      tags: { team: 'sales' },
    },
    audit: { code: join(folder, 'code'), runtime, handler: 'index.handler' },
  },
  mappings: [
    {
      eventSource: 'orders',
      function: 'import',
      batchSize: 20,
      maximumBatchingWindowInSeconds: 1,
      reportBatchItemFailures: true,
      filters: [{ body: { kind: ['order'] } }],
      maximumConcurrency: 4,
    },
  ],
} satisfies HeadwaterConfig;
let kit: TestKit;
beforeAll(async () => {
  kit = await startTestKit({ config, warn: () => {} });
});
afterAll(async () => {
  await kit.headwater.stop();
  rmSync(folder, { recursive: true });
});

async function apply(changed: object) {
  const body = JSON.stringify({ ...config, functions: {}, ...changed });
  const response = await fetch(`${kit.endpoint}/_headwater/apply`, { method: 'POST', body });
  const answer = (await response.json()) as { readonly applied?: readonly object[]; readonly message?: string };
  return { status: response.status, ...answer };
}

const located = (changes: object = {}) => ({
  import: { ...config.functions.import, code: { folder: join(folder, 'code') }, ...changes },
  audit: { ...config.functions.audit, code: { folder: join(folder, 'code') } },
});

test('makes all that is declared', async () => {
  expect(kit.headwater.applied.map(({ what, change }) => `${change} ${what}`)).toEqual([
    'created queue orders',
    'created queue failed',
    'created queue steps.fifo',
    'created bucket uploads',
    'created bucket plain',
    'created function import',
    'created function audit',
    'created mapping orders → import',
  ]);
  const lambda = new LambdaClient(kit.clientConfig());
  const { Configuration, Concurrency } = await lambda.send(new GetFunctionCommand({ FunctionName: 'import' }));
  expect(Configuration).toMatchObject({ Timeout: 20, Environment: { Variables: { STAGE: 'test' } }, Runtime: runtime });
  expect(Concurrency).toEqual({ ReservedConcurrentExecutions: 5 });
});

test('changes nothing the second time', async () => {
  const { applied } = await apply({ functions: located() });
  expect(applied).toHaveLength(8);
  expect(applied?.filter((each) => !('change' in each && each.change === 'unchanged'))).toEqual([]);
});

test('brings in line what differs, and leaves the rest', async () => {
  const queues = { ...config.queues, orders: { visibilityTimeout: 60 } };
  const mappings = [{ ...config.mappings[0], batchSize: 30, enabled: false }];
  const { applied } = await apply({ functions: located({ timeout: 10 }), queues, mappings });
  expect(applied?.filter((each) => !('change' in each && each.change === 'unchanged'))).toEqual([
    { what: 'queue orders', change: 'updated' },
    { what: 'function import', change: 'updated' },
    { what: 'mapping orders → import', change: 'updated' },
  ]);
  const sqs = new SQSClient(kit.clientConfig());
  const QueueUrl = `${kit.endpoint}/000000000000/orders`;
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({ VisibilityTimeout: '60', RedrivePolicy: expect.stringContaining(':failed') });
});

test('says which declared thing AWS would refuse, in AWS’s words', async () => {
  const queues = { 'a.b': {} };
  const { status, message } = await apply({ queues, buckets: {}, mappings: [] });
  expect(status).toBe(400);
  expect(message).toMatch(/^The config's queue a\.b was refused: \S+: .*alphanumeric/);
});

test('a folder outside of the code root is refused', async () => {
  const functions = { other: { code: { folder: tmpdir() }, runtime, handler: 'index.handler' } };
  const { status, message } = await apply({ queues: {}, buckets: {}, mappings: [], functions });
  expect(status).toBe(400);
  expect(message).toMatch(/^The config's function other was refused: .*code-root/);
});
