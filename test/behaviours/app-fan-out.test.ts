// README.md, "Fan-out and time": topics, event buses and schedules in the whole product: each event can be followed from its
// source to its end, and the clock, idle and reset know of them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HeadwaterConfig } from '../../src/config/declaration.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/clock.ts';
import { startTestKit, type TestKit } from '../../src/testing.ts';
import { PATIENCE_MS } from '../support/patience.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-app-fan-out-'));
mkdirSync(join(folder, 'code'));
writeFileSync(
  join(folder, 'code/index.mjs'),
  `export const handler = async (event) => {
     console.log('got ' + JSON.stringify(event));
     if (event.fail) throw new Error('as asked');
   };`,
);
const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;
const code = { code: join(folder, 'code'), runtime, handler: 'index.handler' };
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;

const config = {
  settings: { codeRoot: folder },
  queues: { audit: {}, failed: {} },
  buckets: { uploads: { eventBridge: true } },
  topics: { orders: { subscriptions: [{ queue: 'audit' }, { function: 'log' }] }, alarms: {} },
  functions: {
    log: code,
    'log-queue': code,
    fail: { ...code, eventInvokeConfig: { maximumRetryAttempts: 0, onFailure: 'default' }, deadLetterTarget: 'orders' },
  },
  eventBuses: { default: {} },
  rules: {
    orders: { eventPattern: { source: ['shop'] }, targets: [{ function: 'log' }] },
    failures: { eventPattern: { source: ['lambda'] }, targets: [{ queue: 'failed', inputPath: '$.detail-type' }] },
    uploads: { eventPattern: { source: ['aws.s3'] }, targets: [{ topic: 'orders', inputPath: '$.detail.object.key' }] },
    nightly: { scheduleExpression: 'cron(0 2 * * ? *)', targets: [{ queue: 'audit', input: { nightly: true } }] },
    failing: {
      eventPattern: { source: ['shop'], detail: { fail: [true] } },
      targets: [{ function: 'fail', input: { fail: true } }],
    },
  },
  schedules: {
    hourly: {
      scheduleExpression: 'rate(1 hour)',
      enabled: false,
      target: { function: 'log', input: { hourly: true } },
    },
  },
  mappings: [{ eventSource: 'audit', function: 'log-queue', enabled: false }],
} satisfies HeadwaterConfig;

let kit: TestKit;
let topics: SNSClient;
let buses: EventBridgeClient;
let schedules: SchedulerClient;
let queues: SQSClient;
let buckets: S3Client;
let groups: CloudWatchLogsClient;
let metrics: CloudWatchClient;
beforeAll(async () => {
  kit = await startTestKit({ config, warn: () => {} });
  topics = new SNSClient(kit.clientConfig());
  buses = new EventBridgeClient(kit.clientConfig());
  schedules = new SchedulerClient(kit.clientConfig());
  queues = new SQSClient(kit.clientConfig());
  buckets = new S3Client(kit.clientConfig());
  groups = new CloudWatchLogsClient(kit.clientConfig());
  metrics = new CloudWatchClient(kit.clientConfig());
});
afterAll(async () => {
  for (const client of [topics, buses, schedules, queues, buckets, groups, metrics]) client.destroy();
  await kit[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await kit.untilIdle();
  await drain('audit');
  await drain('failed');
});

async function drain(queue: string): Promise<readonly string[]> {
  const QueueUrl = `${kit.endpoint}/000000000000/${queue}`;
  const { Messages = [] } = await queues.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages) await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const bodies = Messages.map(({ Body = '' }) => Body);
  return bodies.length === 0 ? [] : [...bodies, ...(await drain(queue))];
}

const putEvent = async (detail: object, TraceHeader?: string) => {
  const entry = { Source: 'shop', DetailType: 'Order', Detail: JSON.stringify(detail), TraceHeader };
  const { Entries } = await buses.send(new PutEventsCommand({ Entries: [entry] }));
  return Entries?.[0]?.EventId ?? '';
};
const trail = (event: string) => kit.headwater.journal.read({ event });
const apply = async (changed: object) => {
  const located = { ...code, code: { folder: join(folder, 'code') } };
  const functions = { log: located, 'log-queue': located, fail: { ...config.functions.fail, ...located } };
  const body = JSON.stringify({ ...config, functions, ...changed });
  const response = await fetch(`${kit.endpoint}/_headwater/apply`, { method: 'POST', body });
  expect(await response.json()).not.toHaveProperty('message');
};

describe('the journal follows', () => {
  test('an event from PutEvents to the invocation that it came to', async () => {
    const id = await putEvent({ id: 1 }, 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1');
    await kit.untilIdle();
    const entries = trail(id);
    expect(entries.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['event', 'delivery', 'attempt']));
    expect(entries.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^Invocation of \S+:function:log: ok/),
    );
    expect(kit.logs.some(({ text }) => text.includes(`"id":"${id}"`))).toBe(true);
    expect(new Set(entries.flatMap(({ traceId }) => traceId ?? []))).toEqual(
      new Set(['1-5759e988-bd862e3fe1be46a994272793']),
    );
  });

  test('a publication to the queue that got it and the function that ran', async () => {
    const publish = new PublishCommand({ TopicArn: arn('sns', 'orders'), Message: 'hello' });
    const { MessageId = '' } = await topics.send(publish);
    await kit.untilIdle();
    const entries = trail(MessageId);
    expect(entries.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^Invocation of \S+:function:log: ok/),
    );
    expect(entries.filter(({ kind }) => kind === 'delivery')).toHaveLength(2);
    expect(kit.logs.some(({ text }) => text.includes(MessageId))).toBe(true);
    const [told = '{}'] = await drain('audit');
    expect(JSON.parse(told)).toMatchObject({ MessageId, Message: 'hello' });
  });

  test('an uploaded object over the bus and the topic to the queue', async () => {
    await buckets.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'in/rows.csv', Body: 'a,b' }));
    await kit.untilIdle();
    const [told = '{}'] = await drain('audit');
    expect(JSON.parse(told)).toMatchObject({ Message: '"in/rows.csv"' });
    const { MessageId } = JSON.parse(told);
    const whats = trail(MessageId).map(({ what }) => what);
    expect(whats.some((what) => what.includes('ObjectCreated'))).toBe(true);
  });

  test('a failed asynchronous invocation to the rule that hears of it, and its dead letter to the topic', async () => {
    await putEvent({ fail: true });
    await kit.untilIdle();
    expect(await drain('failed')).toEqual(['"Lambda Function Invocation Result - Failure"']);
    const told = (await drain('audit')).map((body) => JSON.parse(body));
    expect(told).toContainEqual(expect.objectContaining({ Message: '{"fail":true}' }));
  });
});

describe('time', () => {
  test('an advance fires rules and schedules in order, and waits for what they set off', async () => {
    await apply({ schedules: { hourly: { ...config.schedules.hourly, enabled: true } } });
    const before = kit.logs.length;
    await kit.advance(DAY);
    const hourly = kit.logs.slice(before).filter(({ text }) => text.includes('"hourly":true'));
    expect(hourly).toHaveLength(24);
    expect(await drain('audit')).toEqual(['{"nightly":true}']);
    await apply({});
  });

  test('nothing is in progress between the instants, so that idle resolves', async () => {
    await putEvent({ id: 2 });
    expect(await kit.headwater.idle(PATIENCE_MS)).toMatchObject({ idle: true });
    expect(await drain('audit')).toEqual([]);
  });
});

test('functions log to log groups, and their metrics are counted', async () => {
  await putEvent({ id: 3 });
  await kit.untilIdle();
  await kit.advance(MINUTE);
  const filter = new FilterLogEventsCommand({ logGroupName: '/aws/lambda/log', filterPattern: '"got"' });
  const { events = [] } = await groups.send(filter);
  expect(events.at(-1)?.message).toContain('"detail":{"id":3}');
  const nowMs = kit.headwater.clock.nowMs();
  const { Datapoints = [] } = await metrics.send(
    new GetMetricStatisticsCommand({
      ...{ Namespace: 'AWS/Lambda', MetricName: 'Invocations', Statistics: ['Sum'], Period: 3600 },
      Dimensions: [{ Name: 'FunctionName', Value: 'log' }],
      ...{ StartTime: new Date(nowMs - HOUR), EndTime: new Date(nowMs + HOUR) },
    }),
  );
  expect(Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)).toBeGreaterThan(0);
});

// The last one: nothing is left after it.
test('reset forgets topics, rules and schedules, and nothing of them fires any more', async () => {
  await apply({ schedules: { hourly: { ...config.schedules.hourly, enabled: true } } });
  await kit.reset();
  await kit.advance(2 * DAY);
  expect(kit.logs).toEqual([]);
  expect((await topics.send(new ListTopicsCommand({}))).Topics ?? []).toEqual([]);
  expect((await buses.send(new ListRulesCommand({}))).Rules).toEqual([]);
  expect((await schedules.send(new ListSchedulesCommand({}))).Schedules).toEqual([]);
});
