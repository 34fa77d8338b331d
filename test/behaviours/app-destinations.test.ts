// What services pass on to each other: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html. Envelopes as AWS shows them.
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateStreamCommand, KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { startSimulator } from '../support/simulator.ts';
import { zipOf } from '../support/zip.ts';

const FAILING = 'exports.handler = async () => { throw new Error("no stock"); };';
const WORKING = 'exports.handler = async (event) => ({ ordered: event.item });';
const DEFAULT_BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/default';

/** A simulator with what it takes to see where things go: queues that read from buses and topics. */
async function setUp() {
  const simulator = await startSimulator();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const config = { endpoint: simulator.endpoint, region: 'us-east-1', credentials };
  const [lambda, sqs, sns] = [new LambdaClient(config), new SQSClient(config), new SNSClient(config)];
  const [events, s3] = [new EventBridgeClient(config), new S3Client({ ...config, forcePathStyle: true })];
  const queue = async (QueueName: string) => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
    const taken = async (): Promise<readonly unknown[]> => {
      await simulator.advance(0);
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      return Messages.map(({ Body = '' }) => JSON.parse(Body));
    };
    return { arn: `arn:aws:sqs:us-east-1:000000000000:${QueueName}`, taken };
  };
  /** A queue that gets the events of the default bus that match. */
  const watched = async (pattern: object) => {
    const { arn, taken } = await queue('watched');
    await events.send(new PutRuleCommand({ Name: 'watch', EventPattern: JSON.stringify(pattern) }));
    await events.send(new PutTargetsCommand({ Rule: 'watch', Targets: [{ Id: 'queue', Arn: arn }] }));
    return taken;
  };
  /** A topic and what a queue gets of it. */
  const subscribed = async (Name: string) => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name }));
    const { arn, taken } = await queue(`of-${Name}`);
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn }));
    return { TopicArn, taken };
  };
  const define = async (FunctionName: string, source: string, more: object = {}) => {
    const Code = { ZipFile: await zipOf({ 'index.js': source }) };
    const how = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: 'arn:aws:iam::000000000000:role/r' } as const;
    await lambda.send(new CreateFunctionCommand({ FunctionName, Code, ...how, ...more }));
  };
  return { simulator, lambda, s3, kinesis: new KinesisClient(config), watched, subscribed, define };
}

test('what became of an asynchronous invocation is an event on the bus of its destination', async () => {
  const { simulator, lambda, watched, define } = await setUp();
  await using _simulator = simulator;
  const taken = await watched({ source: ['lambda'], 'detail-type': [{ prefix: 'Lambda Function Invocation Result' }] });
  const told: unknown[] = [];
  for (const [FunctionName, source] of [
    ['works', WORKING],
    ['fails', FAILING],
  ] as const) {
    await define(FunctionName, source);
    const to = { Destination: DEFAULT_BUS };
    const DestinationConfig = { OnSuccess: to, OnFailure: to };
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0, DestinationConfig }),
    );
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: '{"item":1}' }));
    told.push(...(await taken()));
  }
  const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}:$LATEST`;
  const envelope = { version: '0', source: 'lambda', account: '000000000000', region: 'us-east-1' };
  expect(told).toMatchObject([
    {
      ...envelope,
      'detail-type': 'Lambda Function Invocation Result - Success',
      resources: [DEFAULT_BUS, arnOf('works')],
      detail: {
        requestContext: { condition: 'Success' },
        requestPayload: { item: 1 },
        responsePayload: { ordered: 1 },
      },
    },
    {
      ...envelope,
      'detail-type': 'Lambda Function Invocation Result - Failure',
      resources: [DEFAULT_BUS, arnOf('fails')],
      detail: { requestContext: { condition: 'RetriesExhausted' }, responsePayload: { errorMessage: 'no stock' } },
    },
  ]);
});

test('a dead-letter topic passes on the event, with the error in its attributes', async () => {
  const { simulator, lambda, subscribed, define } = await setUp();
  await using _simulator = simulator;
  const { TopicArn, taken } = await subscribed('dead-letters');
  await define('fails', FAILING, { DeadLetterConfig: { TargetArn: TopicArn } });
  await lambda.send(new InvokeCommand({ FunctionName: 'fails', InvocationType: 'Event', Payload: '{ "item": 1.0 }' }));
  await simulator.advance(180_000);
  expect(await taken()).toMatchObject([
    {
      Message: '{ "item": 1.0 }',
      MessageAttributes: {
        RequestID: { Type: 'String' },
        ErrorCode: { Type: 'Number', Value: '200' },
        ErrorMessage: { Type: 'String', Value: 'no stock' },
      },
    },
  ]);
});

test('records that a stream’s mapping gives up are told to a topic', async () => {
  const { simulator, lambda, kinesis, subscribed, define } = await setUp();
  await using _simulator = simulator;
  const { TopicArn = '', taken } = await subscribed('given-up');
  await define('fails', FAILING);
  await kinesis.send(new CreateStreamCommand({ StreamName: 'orders', ShardCount: 1 }));
  await simulator.advance(10_000);
  await lambda.send(
    new CreateEventSourceMappingCommand({
      ...{ FunctionName: 'fails', StartingPosition: 'TRIM_HORIZON', MaximumRetryAttempts: 0 },
      EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/orders',
      DestinationConfig: { OnFailure: { Destination: TopicArn } },
    }),
  );
  await kinesis.send(new PutRecordCommand({ StreamName: 'orders', Data: Buffer.from('{}'), PartitionKey: 'k' }));
  await simulator.advance(60_000);
  const [{ Message = '' } = {}] = (await taken()) as readonly { readonly Message?: string }[];
  expect(JSON.parse(Message)).toMatchObject({
    requestContext: { condition: 'RetryAttemptsExhausted' },
    KinesisBatchInfo: { batchSize: 1 },
  });
});

test('a bucket tells EventBridge of its objects, and a topic under the subject of S3', async () => {
  const { simulator, s3, watched, subscribed } = await setUp();
  await using _simulator = simulator;
  const taken = await watched({ source: ['aws.s3'], detail: { bucket: { name: ['photos'] } } });
  const topic = await subscribed('uploads');
  const Bucket = 'photos';
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        EventBridgeConfiguration: {},
        TopicConfigurations: [{ TopicArn: topic.TopicArn, Events: ['s3:ObjectCreated:*'] }],
      },
    }),
  );
  // What topics and buses pass on has no order: each is looked at alone.
  const subject = { Subject: 'Amazon S3 Notification' };
  expect(messagesOf(await topic.taken())).toMatchObject([{ ...subject, Message: { Event: 's3:TestEvent', Bucket } }]);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a b.jpg', Body: 'data' }));
  expect(messagesOf(await topic.taken())).toMatchObject([
    { ...subject, Message: { Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key: 'a+b.jpg' } } }] } },
  ]);
  expect(await taken()).toMatchObject([
    {
      'detail-type': 'Object Created',
      resources: ['arn:aws:s3:::photos'],
      detail: { object: { key: 'a b.jpg', size: 4 } },
    },
  ]);
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a b.jpg' }));
  expect(await taken()).toMatchObject([
    { 'detail-type': 'Object Deleted', detail: { reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' } },
  ]);
});

/** Envelopes of a topic with their messages read. */
const messagesOf = (bodies: readonly unknown[]) =>
  (bodies as readonly { readonly Subject: string; readonly Message: string }[]).map((body) => ({
    ...body,
    Message: JSON.parse(body.Message) as unknown,
  }));
