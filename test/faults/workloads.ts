import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateStreamCommand, KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { EngineName } from '../../scripts/backends/engine.ts';
import { realClock, SECOND } from '../../src/core/clock.ts';
import type { Product } from './product.ts';

/** What a user does with the service that stands on a backend. */
export interface Workload {
  send(name: string): Promise<unknown>;
  /** What the mapping says of its last attempt, where there is a mapping. */
  lastResult?(): Promise<string | undefined>;
  /** Whether a mapping asks the backend for what was sent. */
  readonly isPolled?: boolean;
}

/** More than a request may take. */
const SCHEDULED_AHEAD_MS = 9 * SECOND;
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:f';

/** Sets the service up so that what is sent comes to the function. */
export const workloads: Readonly<Record<EngineName, (product: Product) => Promise<Workload>>> = {
  async redis({ client }) {
    const sqs = new SQSClient(client);
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: 'q', Attributes: { VisibilityTimeout: '10' } }),
    );
    await map(client, { EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:q' });
    const others = await Promise.all([publishing(client), putting(client), scheduling(client), uploading(client)]);
    const all = [(name: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: name })), ...others];
    let turn = 0;
    return {
      isPolled: true,
      async send(name) {
        turn += 1;
        return await all[turn % all.length]?.(name);
      },
    };
  },

  async kafka({ client }) {
    const kinesis = new KinesisClient(client);
    await kinesis.send(new CreateStreamCommand({ StreamName: 's', ShardCount: 2 }));
    const EventSourceArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';
    const lastResult = await map(client, { EventSourceArn, StartingPosition: 'TRIM_HORIZON' });
    return {
      ...{ lastResult, isPolled: true },
      send: (name) =>
        kinesis.send(new PutRecordCommand({ StreamName: 's', PartitionKey: name, Data: Buffer.from(name) })),
    };
  },

  minio: async ({ client }) => ({ send: await uploading(client) }),
};

type Send = Workload['send'];

async function uploading(client: object): Promise<Send> {
  const s3 = new S3Client(client);
  const Bucket = 'b-for-faults';
  const LambdaFunctionArn = FUNCTION_ARN;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await new LambdaClient(client).send(
    new AddPermissionCommand({
      ...{ FunctionName: 'f', StatementId: 's3', Action: 'lambda:InvokeFunction' },
      Principal: 's3.amazonaws.com',
    }),
  );
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: ['s3:ObjectCreated:*'] }],
      },
    }),
  );
  return (name) => s3.send(new PutObjectCommand({ Bucket, Key: name, Body: name }));
}

async function publishing(client: object): Promise<Send> {
  const sns = new SNSClient(client);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 't' }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: FUNCTION_ARN }));
  return (Message) => sns.send(new PublishCommand({ TopicArn, Message }));
}

async function putting(client: object): Promise<Send> {
  const events = new EventBridgeClient(client);
  await events.send(new PutRuleCommand({ Name: 'r', EventPattern: '{"source":["faults"]}' }));
  await events.send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: 'f', Arn: FUNCTION_ARN }] }));
  return (name) => {
    const entry = { Source: 'faults', DetailType: 'sent', Detail: JSON.stringify({ name }) };
    return events.send(new PutEventsCommand({ Entries: [entry] }));
  };
}

/** A schedule whose only instant was over when it was stored fires nothing: on a busy machine it gets a later one. */
async function scheduling(client: object): Promise<Send> {
  const scheduler = new SchedulerClient(client);
  return async (name) => {
    for (let aheadMs = SCHEDULED_AHEAD_MS; ; aheadMs *= 2) {
      const atMs = realClock.nowMs() + aheadMs;
      const Name = `${name}-${aheadMs}`;
      await scheduler.send(
        new CreateScheduleCommand({
          ...{ Name, FlexibleTimeWindow: { Mode: 'OFF' }, ActionAfterCompletion: 'DELETE' },
          ScheduleExpression: `at(${new Date(atMs).toISOString().slice(0, 19)})`,
          Target: {
            Arn: FUNCTION_ARN,
            RoleArn: 'arn:aws:iam::000000000000:role/r',
            Input: JSON.stringify({ name }),
          },
        }),
      );
      if (realClock.nowMs() < atMs - SECOND) return;
    }
  };
}

/** Lets the function poll the source, and tells how to ask what became of it. */
async function map(client: object, source: object): Promise<() => Promise<string | undefined>> {
  const lambda = new LambdaClient(client);
  const { UUID } = await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: 'f', ...source }));
  return async () => (await lambda.send(new GetEventSourceMappingCommand({ UUID }))).LastProcessingResult;
}
