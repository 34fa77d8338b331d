// Schedules through the endpoint, to the targets that are there:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html,
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis';
import { CreateScheduleCommand, SchedulerClient, type Target } from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR } from '../../src/core/clock.ts';
import { type Simulator, startSimulator } from '../support/simulator.ts';

const ACCOUNT = '000000000000';
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/scheduler`;
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(async () => {
  await simulator[Symbol.asyncDispose]();
});

const settings = () => ({
  ...{ endpoint: simulator.endpoint, region: 'us-east-1' },
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** A queue and how its messages are read. */
async function queue(QueueName: string, Attributes: Record<string, string> = {}) {
  const sqs = new SQSClient(settings());
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const receive = async () => {
    const request = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
    return (
      (await sqs.send(new ReceiveMessageCommand({ ...request, MessageSystemAttributeNames: ['All'] }))).Messages ?? []
    );
  };
  return { QueueUrl: QueueUrl ?? '', arn: arn('sqs', QueueName), receive };
}

/** Lets a target be invoked once, and waits until all that this sets off is over. */
async function invoke(Name: string, target: Omit<Target, 'RoleArn'>): Promise<void> {
  const dueAt = new Date(simulator.nowMs() + HOUR).toISOString().slice(0, 19);
  await new SchedulerClient(settings()).send(
    new CreateScheduleCommand({
      ...{ Name, ScheduleExpression: `at(${dueAt})`, FlexibleTimeWindow: { Mode: 'OFF' } },
      ...{ ActionAfterCompletion: 'DELETE', Target: { RoleArn, ...target } as Target },
    }),
  );
  await simulator.advance(HOUR);
}

test('a queue gets the message, a FIFO queue in its group', async () => {
  const { arn: Arn, receive } = await queue('jobs.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
  await invoke('to-queue', { Arn, Input: 'do it', SqsParameters: { MessageGroupId: 'g' } });
  expect(await receive()).toMatchObject([{ Body: 'do it', Attributes: { MessageGroupId: 'g' } }]);
});

test('a stream gets the record under its partition key', async () => {
  const kinesis = new KinesisClient(settings());
  await kinesis.send(new CreateStreamCommand({ StreamName: 'ticks', ShardCount: 1 }));
  await invoke('to-stream', {
    ...{ Arn: arn('kinesis', 'stream/ticks'), Input: 'tick' },
    KinesisParameters: { PartitionKey: 'clock' },
  });
  const from = { StreamName: 'ticks', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' } as const;
  const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(from));
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  expect(Records.map(({ Data, PartitionKey }) => [PartitionKey, Buffer.from(Data ?? []).toString()])).toEqual([
    ['clock', 'tick'],
  ]);
});

test('a topic passes the message on', async () => {
  const { arn: Endpoint, receive } = await queue('told');
  const sns = new SNSClient(settings());
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news' }));
  const Attributes = { RawMessageDelivery: 'true' };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
  await invoke('to-topic', { Arn: TopicArn, Input: 'news' });
  expect(await receive()).toMatchObject([{ Body: 'news' }]);
});

test('a bus takes the event to its rules', async () => {
  const { arn: Arn, receive } = await queue('events');
  const events = new EventBridgeClient(settings());
  await events.send(new PutRuleCommand({ Name: 'ticks', EventPattern: '{"source":["my.clock"]}' }));
  await events.send(new PutTargetsCommand({ Rule: 'ticks', Targets: [{ Id: 'q', Arn }] }));
  await invoke('to-bus', {
    ...{ Arn: arn('events', 'event-bus/default'), Input: '{"n":1}' },
    EventBridgeParameters: { Source: 'my.clock', DetailType: 'Tick' },
  });
  const [message] = await receive();
  expect(JSON.parse(message?.Body ?? '')).toMatchObject({
    source: 'my.clock',
    'detail-type': 'Tick',
    detail: { n: 1 },
  });
});

test('a universal target calls the operation itself, with all its parameters', async () => {
  const { QueueUrl, receive } = await queue('universal');
  const request = { QueueUrl, MessageBody: '<aws.scheduler.attempt-number>', MessageAttributes: {} };
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'tick' } };
  await invoke('universal', {
    Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage',
    Input: JSON.stringify({ ...request, MessageAttributes }),
  });
  expect(await receive()).toMatchObject([{ Body: '1', MessageAttributes: { kind: { StringValue: 'tick' } } }]);
});

test('so do those whose parameters are bytes, dates or lists', async () => {
  const [{ arn: Arn, receive }, dead] = [await queue('called'), await queue('uncalled')];
  const events = new EventBridgeClient(settings());
  await events.send(new PutRuleCommand({ Name: 'calls', EventPattern: '{"source":["my.calls"]}' }));
  await events.send(new PutTargetsCommand({ Rule: 'calls', Targets: [{ Id: 'q', Arn }] }));
  const Entries = [{ Source: 'my.calls', DetailType: 'Call', Detail: '{"n":2}', Time: '2026-05-05T05:05:05Z' }];
  const universal = (action: string, request: object) => ({
    ...{ Arn: `arn:aws:scheduler:::aws-sdk:${action}`, Input: JSON.stringify(request) },
    DeadLetterConfig: { Arn: dead.arn },
  });
  await invoke('call-events', universal('eventbridge:putEvents', { Entries }));
  const [event] = await receive();
  expect(JSON.parse(event?.Body ?? '')).toMatchObject({ detail: { n: 2 }, time: '2026-05-05T05:05:05Z' });
  await new KinesisClient(settings()).send(new CreateStreamCommand({ StreamName: 'calls', ShardCount: 1 }));
  await invoke('call-kinesis', universal('kinesis:putRecord', { StreamName: 'calls', PartitionKey: 'k', Data: 'd' }));
  expect(await dead.receive()).toEqual([]);
  await invoke('call-lambda', universal('lambda:invoke', { FunctionName: 'nowhere', Payload: '{}' }));
  const [letter] = await dead.receive();
  expect(letter?.MessageAttributes?.['ERROR_CODE']?.StringValue).toBe('ResourceNotFoundException');
});

test.for<readonly [action: string, request: object, refusal: string]>([
  [
    'sqs:sendMessage',
    { QueueUrl: 'q', MessageBody: { n: 1 } },
    'SerializationException: Start of structure or map found where not expected.',
  ],
  [
    'sqs:sendMessage',
    { QueueUrl: 'q', MessageBody: 'm', DelaySecond: 5 },
    'ValidationException: SendMessage has no parameter DelaySecond',
  ],
  [
    'eventbridge:putEvents',
    { Entries: [{ Source: 'a', Detailtype: 'b' }] },
    'ValidationException: PutEvents has no parameter Entries[0].Detailtype',
  ],
  [
    'kinesis:putRecord',
    { StreamName: 'no such', PartitionKey: 'k', Data: 'd' },
    "ValidationException: 1 validation error detected: Value 'no such' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
  ],
])('a request of %s that it does not take is a dead letter at once: %j', async ([action, request, refusal]) => {
  const name = `wrong-${Object.keys(request).join('-')}`;
  const { arn: dead, receive } = await queue(name);
  await invoke(name, {
    ...{ Arn: `arn:aws:scheduler:::aws-sdk:${action}`, Input: JSON.stringify(request) },
    DeadLetterConfig: { Arn: dead },
  });
  const [letter] = await receive();
  const { ERROR_CODE, ERROR_MESSAGE, RETRY_ATTEMPTS } = letter?.MessageAttributes ?? {};
  expect(`${ERROR_CODE?.StringValue}: ${ERROR_MESSAGE?.StringValue}`).toContain(refusal);
  expect(RETRY_ATTEMPTS?.StringValue).toBe('0');
});

test.for<[what: string, target: (url: string) => Omit<Target, 'RoleArn'>, operation: string]>([
  ['a queue', () => ({ Arn: arn('sqs', 'nowhere'), Input: 'm' }), 'sqs:sendMessage'],
  ['a function', () => ({ Arn: arn('lambda', 'function:nowhere'), Input: '{}' }), 'lambda:invoke'],
  ['a topic', () => ({ Arn: arn('sns', 'nowhere'), Input: 'm' }), 'sns:publish'],
  [
    'a call',
    (url) => ({
      Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage',
      Input: JSON.stringify({ QueueUrl: `${url}/${ACCOUNT}/nowhere`, MessageBody: 'm' }),
    }),
    'sqs:sendMessage',
  ],
])('%s that is not there is a dead letter at once', async ([what, target, operation]) => {
  const name = `dead-${what.replace(' ', '-')}`;
  const { arn: Arn, receive } = await queue(name);
  await invoke(name, { ...target(simulator.endpoint), DeadLetterConfig: { Arn } });
  const [letter, ...others] = await receive();
  expect(others).toEqual([]);
  const attributes = letter?.MessageAttributes ?? {};
  expect(attributes['TARGET_ARN']?.StringValue).toBe(`arn:aws:scheduler:::aws-sdk:${operation}`);
  expect(attributes['RETRY_ATTEMPTS']?.StringValue).toBe('0');
  expect(attributes['ERROR_CODE']?.StringValue).toMatch(/NotFound|NonExistentQueue|DoesNotExist/);
  expect(attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
});
