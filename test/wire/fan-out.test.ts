// Unmodified AWS clients publish, put events, schedule, read logs and metrics: the SDK for JavaScript v3, boto3 and the CLI.
// https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/, https://docs.aws.amazon.com/boto3/latest/
import { execFile } from 'node:child_process';
import { createVerify, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as events from '@aws-sdk/client-eventbridge';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../support/simulator.ts';
import { projectRoot } from '../support/source-files.ts';
import { type AwsCommands, startAwsCommands } from './aws-commands.ts';
import { clientEnvironment } from './client-environment.ts';
import { pythonClient } from './python-client.ts';

const ROLE = 'arn:aws:iam::000000000000:role/scheduler';
const UNTIL_IT_FIRES = { waitS: 20 };

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(async () => await simulator?.[Symbol.asyncDispose]());

describe('the AWS SDK for JavaScript v3', () => {
  let topics: sns.SNSClient;
  let buses: events.EventBridgeClient;
  let schedules: scheduler.SchedulerClient;
  let groups: logs.CloudWatchLogsClient;
  let metrics: cloudwatch.CloudWatchClient;
  let queues: sqs.SQSClient;
  beforeAll(() => {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const common = { endpoint: simulator.endpoint, region: 'us-east-1', credentials };
    topics = new sns.SNSClient(common);
    buses = new events.EventBridgeClient(common);
    schedules = new scheduler.SchedulerClient(common);
    groups = new logs.CloudWatchLogsClient(common);
    metrics = new cloudwatch.CloudWatchClient(common);
    queues = new sqs.SQSClient(common);
  });
  afterAll(() => {
    for (const client of [topics, buses, schedules, groups, metrics, queues]) client.destroy();
  });
  const createQueue = async (QueueName: string) => {
    const { QueueUrl = '' } = await queues.send(new sqs.CreateQueueCommand({ QueueName }));
    return { QueueUrl, arn: `arn:aws:sqs:us-east-1:000000000000:${QueueName}` };
  };
  const receive = async (QueueUrl: string) => {
    const receiving = new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: UNTIL_IT_FIRES.waitS });
    const { Messages: [message] = [] } = await queues.send(receiving);
    return JSON.parse(message?.Body ?? '{}');
  };

  test('publishes to a queue, and the signature holds against the certificate that the endpoint serves', async () => {
    const { QueueUrl, arn: Endpoint } = await createQueue('published');
    const { TopicArn } = await topics.send(new sns.CreateTopicCommand({ Name: 'js-topic' }));
    await topics.send(new sns.SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
    const { MessageId } = await topics.send(
      new sns.PublishCommand({
        TopicArn,
        Message: 'grüße',
        Subject: 'S',
        MessageAttributes: attribute('kind', 'order'),
      }),
    );
    const envelope = await receive(QueueUrl);
    expect(envelope).toMatchObject({ Type: 'Notification', MessageId, TopicArn, Message: 'grüße', Subject: 'S' });
    expect(envelope.MessageAttributes).toEqual({ kind: { Type: 'String', Value: 'order' } });
    const pem = await (await fetch(envelope.SigningCertURL)).text();
    const signed = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      .map((name) => `${name}\n${envelope[name]}\n`)
      .join('');
    const verify = createVerify('RSA-SHA1').update(signed);
    expect(verify.verify(new X509Certificate(pem).publicKey, envelope.Signature, 'base64')).toBe(true);
  });

  test('subscribes a web server, which confirms and is then told', async () => {
    const heard: { readonly headers: IncomingMessage['headers']; readonly body: Record<string, string> }[] = [];
    let hear = () => {};
    const server = createServer(async (request, response) => {
      heard.push({ headers: request.headers, body: JSON.parse(await text(request)) });
      response.end();
      hear();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const next = async () => {
      while (heard.length === 0) {
        await new Promise<void>((resolve) => {
          hear = resolve;
        });
      }
      return heard.shift();
    };
    const { TopicArn } = await topics.send(new sns.CreateTopicCommand({ Name: 'js-web' }));
    const Endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    await topics.send(new sns.SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
    const asked = await next();
    expect(asked?.headers['x-amz-sns-message-type']).toBe('SubscriptionConfirmation');
    const confirm = new sns.ConfirmSubscriptionCommand({ TopicArn, Token: asked?.body['Token'] });
    expect((await topics.send(confirm)).SubscriptionArn).toMatch(/:js-web:[0-9a-f-]{36}$/);
    await topics.send(new sns.PublishCommand({ TopicArn, Message: 'hello' }));
    const told = await next();
    expect(told?.headers).toMatchObject({ 'x-amz-sns-message-type': 'Notification', 'x-amz-sns-topic-arn': TopicArn });
    expect(told?.body['Message']).toBe('hello');
    server.close();
    server.closeAllConnections();
  });

  test('publishes a batch to a FIFO topic, numbered in order', async () => {
    const { TopicArn } = await topics.send(
      new sns.CreateTopicCommand({ Name: 'js-batch.fifo', Attributes: { FifoTopic: 'true' } }),
    );
    const PublishBatchRequestEntries = ['a', 'b'].map((Id) => ({
      ...{ Id, Message: Id, MessageGroupId: 'g', MessageDeduplicationId: Id },
    }));
    const publish = new sns.PublishBatchCommand({ TopicArn, PublishBatchRequestEntries });
    const { Successful = [], Failed } = await topics.send(publish);
    expect(Failed ?? []).toEqual([]);
    const [a, b] = Successful.map(({ SequenceNumber = '' }) => SequenceNumber);
    expect(a).toMatch(/^\d{20}$/);
    expect(BigInt(b ?? 0)).toBeGreaterThan(BigInt(a ?? 0));
  });

  test('raises the modelled exceptions of SNS and EventBridge', async () => {
    const TopicArn = 'arn:aws:sns:us-east-1:000000000000:absent';
    await expect(topics.send(new sns.GetTopicAttributesCommand({ TopicArn }))).rejects.toBeInstanceOf(
      sns.NotFoundException,
    );
    await expect(buses.send(new events.DescribeRuleCommand({ Name: 'absent' }))).rejects.toBeInstanceOf(
      events.ResourceNotFoundException,
    );
    const bad = new events.PutRuleCommand({ Name: 'bad', EventPattern: '{"source": "shop"}' });
    await expect(buses.send(bad)).rejects.toBeInstanceOf(events.InvalidEventPatternException);
  });

  test('puts events on a bus whose rule brings what it makes of them to a queue', async () => {
    const { QueueUrl, arn: Arn } = await createQueue('ruled');
    await buses.send(new events.CreateEventBusCommand({ Name: 'js-bus' }));
    const EventPattern = JSON.stringify({ source: ['shop'], detail: { total: [{ numeric: ['>', 10] }] } });
    await buses.send(new events.PutRuleCommand({ Name: 'large', EventBusName: 'js-bus', EventPattern }));
    const InputTransformer = { InputPathsMap: { id: '$.detail.id' }, InputTemplate: '{"large": <id>}' };
    await buses.send(
      new events.PutTargetsCommand({
        ...{ Rule: 'large', EventBusName: 'js-bus', Targets: [{ Id: 'queue', Arn, InputTransformer }] },
      }),
    );
    const entry = (id: string, total: number) => ({
      ...{ EventBusName: 'js-bus', Source: 'shop', DetailType: 'Order', Detail: JSON.stringify({ id, total }) },
    });
    const Entries = [entry('small', 5), entry('big', 50), { ...entry('broken', 50), Detail: 'no JSON' }];
    const answer = await buses.send(new events.PutEventsCommand({ Entries }));
    expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{}, {}, { ErrorCode: 'MalformedDetail' }] });
    expect(await receive(QueueUrl)).toEqual({ large: 'big' });
  });

  test('schedules a message for a second from now, after which the schedule is gone', async () => {
    const { QueueUrl, arn: Arn } = await createQueue('scheduled');
    const at = new Date(Math.ceil(simulator.nowMs() / 1000 + 1) * 1000).toISOString().slice(0, 19);
    await schedules.send(
      new scheduler.CreateScheduleCommand({
        ...{ Name: 'once', ScheduleExpression: `at(${at})`, ActionAfterCompletion: 'DELETE' },
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn, RoleArn: ROLE, Input: '{"at":"<aws.scheduler.scheduled-time>"}' },
      }),
    );
    await simulator.advance(2000);
    expect(await receive(QueueUrl)).toEqual({ at: `${at}Z` });
    const get = () => schedules.send(new scheduler.GetScheduleCommand({ Name: 'once' }));
    await expect.poll(() => get().catch(String)).toContain('Schedule once does not exist.');
  });

  test('refuses an expression as Scheduler does', async () => {
    const create = new scheduler.CreateScheduleCommand({
      ...{ Name: 'bad', ScheduleExpression: 'cron(0 18 * * * *)', FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: { Arn: 'arn:aws:sqs:us-east-1:000000000000:q', RoleArn: ROLE },
    });
    await expect(schedules.send(create)).rejects.toThrow('Invalid Schedule Expression cron(0 18 * * * *).');
  });

  test('writes log events, finds them by a pattern, and reads them page by page', async () => {
    const stream = { logGroupName: 'js/group', logStreamName: 'one' };
    await groups.send(new logs.CreateLogGroupCommand({ logGroupName: stream.logGroupName }));
    await groups.send(new logs.CreateLogStreamCommand(stream));
    const timestamp = simulator.nowMs();
    const logEvents = [{ level: 'INFO' }, { level: 'ERROR' }, { level: 'INFO' }].map((line, index) => ({
      timestamp: timestamp - 10 + index,
      message: JSON.stringify(line),
    }));
    await groups.send(new logs.PutLogEventsCommand({ ...stream, logEvents }));
    const filter = new logs.FilterLogEventsCommand({
      ...{ logGroupName: stream.logGroupName, filterPattern: '{ $.level = "ERROR" }' },
    });
    expect((await groups.send(filter)).events).toMatchObject([{ message: '{"level":"ERROR"}', logStreamName: 'one' }]);
    const page = { ...stream, startFromHead: true, limit: 2 };
    const first = await groups.send(new logs.GetLogEventsCommand(page));
    expect(first.events).toHaveLength(2);
    const second = await groups.send(new logs.GetLogEventsCommand({ ...page, nextToken: first.nextForwardToken }));
    expect(second.events).toHaveLength(1);
  });

  test('puts metrics and gets their statistics', async () => {
    const Timestamp = new Date(Math.floor(simulator.nowMs() / 60_000) * 60_000);
    const MetricName = 'Orders';
    const Dimensions = [{ Name: 'Shop', Value: 'js' }];
    const MetricData = [1, 2, 6].map((Value) => ({ MetricName, Dimensions, Timestamp, Value, Unit: 'Count' as const }));
    await metrics.send(new cloudwatch.PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
    const { Datapoints } = await metrics.send(
      new cloudwatch.GetMetricStatisticsCommand({
        ...{ Namespace: 'Shop', MetricName, Dimensions, Period: 60, Statistics: ['Sum', 'Maximum', 'SampleCount'] },
        ...{ StartTime: Timestamp, EndTime: new Date(Timestamp.getTime() + 60_000) },
      }),
    );
    expect(Datapoints).toEqual([{ Timestamp, Sum: 9, Maximum: 6, SampleCount: 3, Unit: 'Count' }]);
  });
});

const attribute = (name: string, StringValue: string) => ({ [name]: { DataType: 'String', StringValue } });

describe('boto3', () => {
  test('publishes, puts events, schedules, reads logs and metrics', async (context) => {
    const client = await pythonClient('boto3');
    if (client.kind === 'absent') return context.skip(client.reason);
    const script = join(projectRoot, 'test/wire/fan_out_journey.py');
    const env = clientEnvironment(simulator.endpoint);
    const { stdout } = await promisify(execFile)(join(client.bin, 'python'), [script], { env, timeout: 150_000 });
    const lines = stdout.trim().split('\n');
    const facts = Object.fromEntries(lines.map((line) => JSON.parse(line)).map(({ step, ...fact }) => [step, fact]));
    expect(facts).toEqual({
      published: { message: 'hello', attributes: { kind: { Type: 'String', Value: 'order' } } },
      filtered: { message: 'hello' },
      topics: { names: ['py-topic'] },
      refused: { code: 'NotFound' },
      ruled: { 'detail-type': 'Order', detail: { id: 7 }, source: 'shop' },
      entries: { failed: 1, code: 'MalformedDetail' },
      scheduled: { state: 'ENABLED', zone: 'Europe/Berlin' },
      invalid: { code: 'ValidationException', message: 'Invalid Schedule Expression rate(5).' },
      logged: { messages: ['one', 'two'] },
      measured: { sums: [9], label: 'Orders' },
    });
  });
});

describe('the AWS CLI', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-cli-fan-out-'));
  let commands: AwsCommands | undefined;
  afterAll(() => {
    commands?.[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  const aws = async (...args: string[]): Promise<Record<string, unknown>> => {
    const options = ['--endpoint-url', simulator.endpoint, '--output', 'json'];
    const stdout = (await commands?.run([...args, ...options])) ?? '';
    return /^\s*\{/.test(stdout) ? (JSON.parse(stdout) as Record<string, unknown>) : { text: stdout };
  };

  test('publishes, puts events, schedules, reads logs and metrics', async (context) => {
    const client = await pythonClient('aws');
    if (client.kind === 'absent') return context.skip(client.reason);
    commands = startAwsCommands(client.bin, { env: clientEnvironment(simulator.endpoint), cwd: folder });

    const { QueueUrl } = await aws('sqs', 'create-queue', '--queue-name', 'cli-told');
    const queueArn = 'arn:aws:sqs:us-east-1:000000000000:cli-told';
    const told = async () => {
      const { Messages } = await aws(
        ...['sqs', 'receive-message', '--queue-url', String(QueueUrl), '--wait-time-seconds', '20'],
      );
      const [{ Body, ReceiptHandle }] = Messages as [{ Body: string; ReceiptHandle: string }];
      await aws('sqs', 'delete-message', '--queue-url', String(QueueUrl), '--receipt-handle', ReceiptHandle);
      return Body;
    };
    const { TopicArn } = await aws('sns', 'create-topic', '--name', 'cli-topic');
    const subscribe = ['sns', 'subscribe', '--topic-arn', String(TopicArn), '--protocol', 'sqs'];
    await aws(...subscribe, '--notification-endpoint', queueArn, '--attributes', 'RawMessageDelivery=true');
    await aws('sns', 'publish', '--topic-arn', String(TopicArn), '--message', 'from the shell');
    expect(await told()).toBe('from the shell');

    await aws('events', 'put-rule', '--name', 'cli-rule', '--event-pattern', '{"source":["cli"]}');
    await aws('events', 'put-targets', '--rule', 'cli-rule', '--targets', `Id=1,Arn=${queueArn},InputPath=$.detail`);
    await aws('events', 'put-events', '--entries', '[{"Source":"cli","DetailType":"T","Detail":"{\\"a\\":1}"}]');
    expect(await told()).toBe('{"a":1}');

    const schedule = ['--name', 'cli-schedule', '--schedule-expression', 'rate(1 hour)'];
    const target = ['--target', `Arn=${queueArn},RoleArn=${ROLE}`, '--flexible-time-window', 'Mode=OFF'];
    expect(await aws('scheduler', 'create-schedule', ...schedule, ...target)).toEqual({
      ScheduleArn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/cli-schedule',
    });

    await aws('logs', 'create-log-group', '--log-group-name', 'cli/group');
    const described = await aws('logs', 'describe-log-groups', '--log-group-name-prefix', 'cli/');
    expect(described['logGroups']).toMatchObject([{ logGroupName: 'cli/group', storedBytes: 0 }]);

    await aws('cloudwatch', 'put-metric-data', '--namespace', 'Cli', '--metric-name', 'Calls', '--value', '3');
    const listed = await aws('cloudwatch', 'list-metrics', '--namespace', 'Cli');
    expect(listed['Metrics']).toEqual([{ Namespace: 'Cli', MetricName: 'Calls', Dimensions: [] }]);

    await expect(aws('sns', 'get-topic-attributes', '--topic-arn', `${TopicArn}-absent`)).rejects.toThrow(
      /NotFound.*Topic does not exist/s,
    );
  });
});
