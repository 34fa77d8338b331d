// Each execution environment has a log stream: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { startSimulator } from '../support/simulator.ts';
import { zipOf } from '../support/zip.ts';

const SOURCE = `
exports.handler = async (event, context) => {
  console.log('working on', event.order);
  return { stream: context.logStreamName, group: context.logGroupName };
};`;

/** A simulator with clients, and functions in it. */
async function setUp() {
  const simulator = await startSimulator();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const config = { endpoint: simulator.endpoint, region: 'us-east-1', credentials };
  const logs = new CloudWatchLogsClient(config);
  const lambda = new LambdaClient(config);
  const define = async (FunctionName: string, source = SOURCE, more: object = {}) => {
    const ZipFile = await zipOf({ 'index.js': source });
    const Role = 'arn:aws:iam::000000000000:role/lambda';
    const code = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role, Code: { ZipFile } } as const;
    const { FunctionArn } = await lambda.send(new CreateFunctionCommand({ FunctionName, ...code, ...more }));
    return FunctionArn ?? '';
  };
  const invoke = async (FunctionName: string, event: object = {}) => {
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };
  const messages = async (logGroupName: string, filterPattern?: string) => {
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
    return events.map(({ message = '' }) => message);
  };
  return { simulator, logs, lambda, define, invoke, messages };
}

test('writes what a function logs into the stream that its context names, with the lines of the platform', async () => {
  const { simulator, logs, define, invoke } = await setUp();
  await using _simulator = simulator;
  await define('orders');
  const { stream: logStreamName, group: logGroupName } = await invoke('orders', { order: 42 });
  expect(logGroupName).toBe('/aws/lambda/orders');
  expect(logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  const { events = [] } = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName }));
  const texts = events.map(({ message = '' }) => message).filter((text) => !text.startsWith('[HEADWATER]'));
  expect(texts).toMatchObject([
    expect.stringMatching(/^INIT_START Runtime Version: .*\n$/),
    expect.stringMatching(/^START RequestId: [0-9a-f-]{36} Version: \$LATEST\n$/),
    expect.stringMatching(/^\S+Z\t[0-9a-f-]{36}\tINFO\tworking on 42\n$/),
    expect.stringMatching(/^END RequestId: [0-9a-f-]{36}\n$/),
    expect.stringMatching(/^REPORT RequestId: .*\tInit Duration: .* ms\t\n$/),
  ]);
  expect(events.every(({ timestamp }) => timestamp === simulator.nowMs())).toBe(true);
  const streams = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
  expect(streams.logStreams).toMatchObject([{ logStreamName, lastEventTimestamp: simulator.nowMs() }]);
});

test('logs into the group that the function is given', async () => {
  const { simulator, define, invoke, messages } = await setUp();
  await using _simulator = simulator;
  await define('orders', SOURCE, { LoggingConfig: { LogGroup: 'all-of-them' } });
  expect(await invoke('orders', { order: 1 })).toMatchObject({ group: 'all-of-them' });
  expect(await messages('all-of-them', 'working')).toHaveLength(1);
});

test('writes JSON where the function asks for it', async () => {
  const { simulator, define, invoke, messages } = await setUp();
  await using _simulator = simulator;
  await define('orders', SOURCE, { LoggingConfig: { LogFormat: 'JSON' } });
  await invoke('orders', { order: 1 });
  const found = await messages('/aws/lambda/orders', '{ $.type = "platform.report" && $.record.status = success }');
  expect(found).toHaveLength(1);
  expect(await messages('/aws/lambda/orders', '{ $.level = INFO && $.message = "working on*" }')).toHaveLength(1);
});

const LEVELS = `
exports.handler = async (event) => {
  console.debug('for debugging');
  console.warn('a warning');
  process.stdout.write('plain\\n{"level":"debug","message":"of its own"}\\n{"level":"CRITICAL","message":"down"}\\n');
  if (event.fails) process.exit(1);
};`;

/** What JSON lines say they are, in order. */
const kindsOf = (messages: readonly string[]) =>
  messages
    .filter((message) => !message.startsWith('[HEADWATER]'))
    .map((message) => {
      const { type, message: text } = message.startsWith('{') ? JSON.parse(message) : { message: message.trim() };
      return type ?? text;
    });

test('logs JSON of the levels that the function asks for, of its own and of the platform', async () => {
  const { simulator, lambda, define, invoke, messages } = await setUp();
  await using _simulator = simulator;
  await define('orders', LEVELS, { LoggingConfig: { LogFormat: 'JSON' } });
  await invoke('orders');
  expect(kindsOf(await messages('/aws/lambda/orders'))).toEqual([
    ...['platform.initStart', 'platform.start', 'a warning', 'plain', 'down', 'platform.report'],
  ]);
  const LoggingConfig = { ApplicationLogLevel: 'DEBUG', SystemLogLevel: 'DEBUG', LogGroup: 'all' } as const;
  const change = { FunctionName: 'orders', LoggingConfig };
  expect((await lambda.send(new UpdateFunctionConfigurationCommand(change))).LoggingConfig).toEqual({
    ...{ LogFormat: 'JSON', ...LoggingConfig },
  });
  await simulator.advance(10_000);
  await invoke('orders');
  expect(kindsOf(await messages('all'))).toEqual([
    ...['platform.initStart', 'platform.initRuntimeDone', 'platform.initReport', 'platform.start'],
    ...['for debugging', 'a warning', 'plain', 'of its own', 'down', 'platform.runtimeDone', 'platform.report'],
  ]);
  const few = { ApplicationLogLevel: 'ERROR', SystemLogLevel: 'WARN', LogGroup: 'few' } as const;
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'orders', LoggingConfig: few }));
  await simulator.advance(10_000);
  await invoke('orders');
  expect(kindsOf(await messages('few'))).toEqual(['down']);
  await invoke('orders', { fails: true });
  expect(kindsOf(await messages('few'))).toEqual(['down', 'down', 'platform.runtimeDone', 'platform.report']);
});

test('refuses levels where the log is text', async () => {
  const { simulator, define } = await setUp();
  await using _simulator = simulator;
  await expect(define('orders', SOURCE, { LoggingConfig: { SystemLogLevel: 'WARN' } })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message:
      'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "Json" and try again.',
  });
});

test('gives each environment a stream of its own', async () => {
  const { simulator, logs, define, invoke } = await setUp();
  await using _simulator = simulator;
  const slow = SOURCE.replace('return', 'await new Promise((go) => setTimeout(go, 100)); return');
  await define('orders', slow);
  const answers = await Promise.all([1, 2].map((order) => invoke('orders', { order })));
  const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/aws/lambda/orders' }));
  expect(logStreams.map(({ logStreamName }) => logStreamName).sort()).toEqual(
    answers.map(({ stream }) => stream).sort(),
  );
});

test('brings what a function logs to a function that subscribes it', async () => {
  const { simulator, logs, lambda, define, invoke, messages } = await setUp();
  await using _simulator = simulator;
  await define('orders');
  const destinationArn = await define(
    'watcher',
    `const { gunzipSync } = require('node:zlib');
     exports.handler = async ({ awslogs }) => {
       const { logGroup, logStream, logEvents } = JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')));
       console.log('saw', logGroup, logStream, logEvents.map(({ message }) => message.trimEnd().split('\\t').pop()).join());
     };`,
  );
  const { group: logGroupName } = await invoke('orders', { order: 1 });
  const subscription = { logGroupName, filterName: 'all', filterPattern: 'working', destinationArn };
  await expect(logs.send(new PutSubscriptionFilterCommand(subscription))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message:
      'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
  });
  const permission = {
    StatementId: 'logs',
    Action: 'lambda:InvokeFunction',
    Principal: 'logs.us-east-1.amazonaws.com',
  };
  await lambda.send(new AddPermissionCommand({ FunctionName: 'watcher', ...permission }));
  await logs.send(new PutSubscriptionFilterCommand(subscription));
  const { stream } = await invoke('orders', { order: 2 });
  await simulator.advance(0);
  expect(await messages('/aws/lambda/watcher', '"saw"')).toMatchObject([
    expect.stringContaining(`saw /aws/lambda/orders ${stream} working on 2\n`),
  ]);
});
