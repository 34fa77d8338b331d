// README.md, "Configuration": topics, event buses, rules, schedules and log groups are made through the operations that
// clients call, and applied twice they change nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetFunctionEventInvokeConfigCommand, GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HeadwaterConfig } from '../../src/config/declaration.ts';
import { startTestKit, type TestKit } from '../../src/testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-config-fan-out-'));
mkdirSync(join(folder, 'code'));
writeFileSync(join(folder, 'code/index.mjs'), 'export const handler = async () => 1;');
const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;
const code = { code: join(folder, 'code'), runtime, handler: 'index.handler' };
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;

const config = {
  settings: { codeRoot: folder },
  queues: { shipping: {}, failed: {}, 'steps.fifo': {} },
  streams: { clicks: {} },
  buckets: {
    uploads: { eventBridge: true, notifications: [{ events: ['s3:ObjectCreated:*'], topic: 'orders' }] },
  },
  topics: {
    orders: {
      displayName: 'Orders',
      signatureVersion: '2',
      tags: { team: 'sales' },
      subscriptions: [
        {
          ...{ queue: 'shipping', rawMessageDelivery: true, deadLetterTarget: 'failed' },
          ...{ filterPolicy: { order: { weight: [{ numeric: ['>', 0] }] } }, filterPolicyScope: 'MessageBody' },
        },
        { function: 'handle', filterPolicy: { kind: ['order'] } },
      ],
    },
    'steps.fifo': { contentBasedDeduplication: true, subscriptions: [{ queue: 'steps.fifo' }] },
    alarms: {},
  },
  eventBuses: {
    shop: {
      archives: { everything: { eventPattern: { source: ['shop'] }, retentionDays: 7 } },
      tags: { team: 'sales' },
    },
  },
  logGroups: {
    'shop/audit': {
      retentionInDays: 14,
      tags: { team: 'sales' },
      subscriptionFilters: { errors: { filterPattern: 'ERROR', function: 'handle' }, all: { stream: 'clicks' } },
    },
  },
  functions: {
    handle: {
      ...code,
      deadLetterTarget: 'alarms',
      eventInvokeConfig: { onSuccess: 'shop', onFailure: 'orders' },
    },
  },
  rules: {
    shipped: {
      eventBus: 'shop',
      eventPattern: { source: ['shop'], 'detail-type': ['Order shipped'] },
      description: 'What was shipped',
      tags: { team: 'sales' },
      targets: [
        {
          id: 'notify',
          function: 'handle',
          inputTransformer: { inputPathsMap: { order: '$.detail.order' }, inputTemplate: '{"order": <order>}' },
        },
        { queue: 'steps.fifo', messageGroupId: 'shipped', inputPath: '$.detail' },
        { stream: 'clicks', partitionKeyPath: '$.detail.order', retryPolicy: { maximumRetryAttempts: 3 } },
        { topic: 'alarms', deadLetterTarget: 'failed' },
      ],
    },
    nightly: {
      scheduleExpression: 'cron(0 2 * * ? *)',
      enabled: false,
      targets: [{ queue: 'shipping', input: { a: 1 } }],
    },
  },
  scheduleGroups: { reports: { tags: { team: 'sales' } } },
  schedules: {
    daily: {
      group: 'reports',
      scheduleExpression: 'cron(0 18 * * ? *)',
      scheduleExpressionTimezone: 'Europe/Berlin',
      maximumWindowInMinutes: 15,
      endDate: '2099-01-01T00:00:00Z',
      target: {
        ...{ function: 'handle', input: { at: '<aws.scheduler.scheduled-time>' }, deadLetterTarget: 'failed' },
        retryPolicy: { maximumRetryAttempts: 5 },
      },
    },
    shipping: {
      scheduleExpression: 'rate(1 hour)',
      target: { eventBus: 'shop', source: 'shop', detailType: 'Hour passed', input: {} },
    },
  },
} satisfies HeadwaterConfig;

let kit: TestKit;
let sns: SNSClient;
let events: EventBridgeClient;
let scheduler: SchedulerClient;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  kit = await startTestKit({ config, warn: () => {} });
  sns = new SNSClient(kit.clientConfig());
  events = new EventBridgeClient(kit.clientConfig());
  scheduler = new SchedulerClient(kit.clientConfig());
  logs = new CloudWatchLogsClient(kit.clientConfig());
});
afterAll(async () => {
  for (const client of [sns, events, scheduler, logs]) client.destroy();
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

async function subscriptions(topic: string) {
  const list = new ListSubscriptionsByTopicCommand({ TopicArn: arn('sns', topic) });
  const { Subscriptions = [] } = await sns.send(list);
  return await Promise.all(
    Subscriptions.map(async ({ SubscriptionArn }) => {
      const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      return Attributes ?? {};
    }),
  );
}

describe('makes', () => {
  test('all that is declared', () => {
    expect(kit.headwater.applied.map(({ what, change }) => `${change} ${what}`)).toEqual([
      ...['created queue shipping', 'created queue failed', 'created queue steps.fifo', 'created bucket uploads'],
      ...['created stream clicks', 'created log group shop/audit', 'created topic orders', 'created topic steps.fifo'],
      ...['created topic alarms', 'created event bus shop', 'created function handle', 'created rule shipped'],
      ...['created rule nightly', 'created schedule group reports', 'created schedule daily'],
      'created schedule shipping',
    ]);
  });

  test('topics with their subscriptions, and lets them invoke functions', async () => {
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: arn('sns', 'orders') }));
    expect(Attributes).toMatchObject({ DisplayName: 'Orders', SignatureVersion: '2' });
    const [shipping, handle] = (await subscriptions('orders')).sort((a, b) =>
      (a['Endpoint'] ?? '') < (b['Endpoint'] ?? '') ? 1 : -1,
    );
    expect(shipping).toMatchObject({
      ...{ Protocol: 'sqs', Endpoint: arn('sqs', 'shipping'), RawMessageDelivery: 'true' },
      FilterPolicyScope: 'MessageBody',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('sqs', 'failed') }),
    });
    expect(handle).toMatchObject({ Protocol: 'lambda', Endpoint: arn('lambda', 'function:handle') });
    await using lambda = disposable(new LambdaClient(kit.clientConfig()));
    const { Policy = '' } = await lambda.send(new GetPolicyCommand({ FunctionName: 'handle' }));
    const principals = JSON.parse(Policy).Statement.map(
      (each: { Principal: { Service: string } }) => each.Principal.Service,
    );
    expect(principals.sort()).toEqual(['events.amazonaws.com', 'logs.amazonaws.com', 'sns.amazonaws.com']);
  });

  test('destinations and dead letters that are topics and buses', async () => {
    await using lambda = disposable(new LambdaClient(kit.clientConfig()));
    const { DestinationConfig } = await lambda.send(
      new GetFunctionEventInvokeConfigCommand({ FunctionName: 'handle' }),
    );
    expect(DestinationConfig).toEqual({
      OnSuccess: { Destination: arn('events', 'event-bus/shop') },
      OnFailure: { Destination: arn('sns', 'orders') },
    });
  });

  test('notifications of a bucket to a topic and to EventBridge', async () => {
    await using s3 = disposable(new S3Client(kit.clientConfig()));
    const get = new GetBucketNotificationConfigurationCommand({ Bucket: 'uploads' });
    expect(await s3.send(get)).toMatchObject({
      TopicConfigurations: [{ TopicArn: arn('sns', 'orders'), Events: ['s3:ObjectCreated:*'] }],
      EventBridgeConfiguration: {},
    });
  });

  test('event buses with their archives', async () => {
    expect(await events.send(new DescribeEventBusCommand({ Name: 'shop' }))).toMatchObject({ Name: 'shop' });
    expect(await events.send(new DescribeArchiveCommand({ ArchiveName: 'everything' }))).toMatchObject({
      ...{ EventSourceArn: arn('events', 'event-bus/shop'), RetentionDays: 7, EventPattern: '{"source":["shop"]}' },
    });
  });

  test('rules with their targets', async () => {
    const nightly = await events.send(new DescribeRuleCommand({ Name: 'nightly' }));
    expect(nightly).toMatchObject({ State: 'DISABLED', ScheduleExpression: 'cron(0 2 * * ? *)' });
    const list = new ListTargetsByRuleCommand({ Rule: 'shipped', EventBusName: 'shop' });
    const { Targets = [] } = await events.send(list);
    expect(Targets).toHaveLength(4);
    expect(Targets).toContainEqual({
      ...{ Id: 'notify', Arn: arn('lambda', 'function:handle') },
      InputTransformer: { InputPathsMap: { order: '$.detail.order' }, InputTemplate: '{"order": <order>}' },
    });
    expect(Targets).toContainEqual({
      ...{ Id: 'steps.fifo-1', Arn: arn('sqs', 'steps.fifo'), InputPath: '$.detail' },
      SqsParameters: { MessageGroupId: 'shipped' },
    });
  });

  test('schedules in their groups', async () => {
    const daily = await scheduler.send(new GetScheduleCommand({ Name: 'daily', GroupName: 'reports' }));
    expect(daily).toMatchObject({
      ...{ ScheduleExpression: 'cron(0 18 * * ? *)', ScheduleExpressionTimezone: 'Europe/Berlin', State: 'ENABLED' },
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      EndDate: new Date('2099-01-01T00:00:00Z'),
      Target: {
        ...{ Arn: arn('lambda', 'function:handle'), Input: '{"at":"<aws.scheduler.scheduled-time>"}' },
        RetryPolicy: { MaximumRetryAttempts: 5 },
        DeadLetterConfig: { Arn: arn('sqs', 'failed') },
      },
    });
  });

  test('log groups with their subscription filters', async () => {
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'shop/audit' }));
    expect(logGroups).toMatchObject([{ logGroupName: 'shop/audit', retentionInDays: 14 }]);
    const describe = new DescribeSubscriptionFiltersCommand({ logGroupName: 'shop/audit' });
    const { subscriptionFilters = [] } = await logs.send(describe);
    expect(subscriptionFilters.map(({ filterName }) => filterName).sort()).toEqual(['all', 'errors']);
  });
});

test('changes nothing the second time', async () => {
  expect(await apply({})).toEqual({ changed: [], message: undefined });
});

describe('brings in line', () => {
  test('attributes of a topic and of a subscription', async () => {
    const [shipping, handle] = config.topics.orders.subscriptions;
    const subscriptionsNow = [shipping, { ...handle, filterPolicy: { kind: ['order', 'return'] } }];
    const orders = { ...config.topics.orders, displayName: 'All orders', subscriptions: subscriptionsNow };
    expect((await apply({ topics: { ...config.topics, orders } })).changed).toEqual(['topic orders']);
    const filters = (await subscriptions('orders')).map((each) => each['FilterPolicy']);
    expect(filters).toContain('{"kind":["order","return"]}');
  });

  test('a rule and its targets, of which the undeclared are taken off', async () => {
    const [notify, ...others] = config.rules.shipped.targets;
    const targets = [{ ...notify, input: { changed: true }, inputTransformer: undefined }, others[0]];
    const shipped = { ...config.rules.shipped, enabled: false, targets };
    expect((await apply({ rules: { ...config.rules, shipped } })).changed).toContain('rule shipped');
    const list = new ListTargetsByRuleCommand({ Rule: 'shipped', EventBusName: 'shop' });
    const { Targets = [] } = await events.send(list);
    expect(Targets.map(({ Id }) => Id)).toEqual(['notify', 'steps.fifo-1']);
  });

  test('a schedule, and the retention of a log group', async () => {
    const daily = { ...config.schedules.daily, scheduleExpression: 'cron(0 19 * * ? *)' };
    const audit = { ...config.logGroups['shop/audit'], retentionInDays: 30 };
    const { changed } = await apply({ schedules: { ...config.schedules, daily }, logGroups: { 'shop/audit': audit } });
    expect(changed).toContain('schedule daily');
    expect(changed).toContain('log group shop/audit');
    expect(changed).not.toContain('schedule shipping');
  });
});

describe('says what AWS would refuse', () => {
  test.each([
    [
      { rules: { bad: { eventPattern: { source: 'shop' } } } },
      /^The config's rule bad was refused: InvalidEventPatternException: /,
    ],
    [
      { schedules: { bad: { scheduleExpression: 'cron(0 18 * * * *)', target: { queue: 'shipping' } } } },
      /^The config's schedule bad was refused: ValidationException: Invalid Schedule Expression .* "headwater schedule next 'EXPRESSION'" says why$/,
    ],
    [
      { rules: { bad: { scheduleExpression: 'cron(0 18 * * * *)' } } },
      /Parameter ScheduleExpression is not valid\. "headwater schedule next --rule 'EXPRESSION'" says why$/,
    ],
    [
      { topics: { ...config.topics, bad: { subscriptions: [{ queue: 'shipping', filterPolicy: { kind: [] } }] } } },
      /^The config's topic bad was refused: InvalidParameter: .*Empty arrays are not allowed/s,
    ],
  ])('%j', async (declared, message) => {
    const { message: said } = await apply(declared);
    expect(said).toMatch(message);
  });
});

describe('refuses names that nothing has, of which AWS hears only when it delivers', () => {
  const scheduleExpression = 'rate(1 hour)';
  const queue = 'shipping';
  test.each([
    [{ topics: { ...config.topics, bad: { subscriptions: [{ queue: 'nope' }] } } }, 'topic bad', 'queue'],
    [{ topics: { ...config.topics, bad: { subscriptions: [{ function: 'nope' }] } } }, 'topic bad', 'function'],
    [
      { topics: { ...config.topics, bad: { subscriptions: [{ queue, deadLetterTarget: 'nope' }] } } },
      'topic bad',
      'queue',
    ],
    [{ rules: { bad: { scheduleExpression, targets: [{ function: 'nope' }] } } }, 'rule bad', 'function'],
    [{ rules: { bad: { scheduleExpression, targets: [{ topic: 'nope' }] } } }, 'rule bad', 'topic'],
    [{ rules: { bad: { scheduleExpression, targets: [{ stream: 'nope' }] } } }, 'rule bad', 'stream'],
    [{ rules: { bad: { scheduleExpression, targets: [{ eventBus: 'nope' }] } } }, 'rule bad', 'event bus'],
    [{ rules: { bad: { scheduleExpression, targets: [{ logGroup: 'nope' }] } } }, 'rule bad', 'log group'],
    [{ schedules: { bad: { scheduleExpression, target: { function: 'nope' } } } }, 'schedule bad', 'function'],
    [
      { schedules: { bad: { scheduleExpression, target: { queue, deadLetterTarget: 'nope' } } } },
      'schedule bad',
      'queue',
    ],
  ])('%j', async (declared, what, kind) => {
    const { message } = await apply(declared);
    expect(message).toBe(
      `The config's ${what} was refused: There is no ${kind} "nope": declare it, or correct the name; an ARN is taken as it is`,
    );
  });

  test('and takes an ARN as it is', async () => {
    const target = { arn: arn('lambda', 'function:nope') };
    const { changed, message } = await apply({ schedules: { later: { scheduleExpression, target } } });
    expect({ changed, message }).toEqual({ changed: ['schedule later'], message: undefined });
  });
});

const disposable = <Client extends { destroy(): void }>(client: Client) =>
  Object.assign(client, { [Symbol.asyncDispose]: async () => client.destroy() });
