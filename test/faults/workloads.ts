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
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { EngineName } from '../../scripts/backends/engine.ts';
import type { Product } from './product.ts';

/** What a user does with the service that stands on a backend. */
export interface Workload {
  send(name: string): Promise<unknown>;
  /** What the mapping says of its last attempt, where there is a mapping. */
  lastResult?(): Promise<string | undefined>;
  /** Whether a mapping asks the backend for what was sent. */
  readonly isPolled?: boolean;
}

/** Sets the service up so that what is sent comes to the function. */
export const workloads: Readonly<Record<EngineName, (product: Product) => Promise<Workload>>> = {
  async redis({ client }) {
    const sqs = new SQSClient(client);
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: 'q', Attributes: { VisibilityTimeout: '3' } }),
    );
    await map(client, { EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:q' });
    return { isPolled: true, send: (name) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: name })) };
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

  async minio({ client }) {
    const s3 = new S3Client(client);
    const Bucket = 'b-for-faults';
    const LambdaFunctionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
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
    return { send: (name) => s3.send(new PutObjectCommand({ Bucket, Key: name, Body: name })) };
  },
};

/** Lets the function poll the source, and tells how to ask what became of it. */
async function map(client: object, source: object): Promise<() => Promise<string | undefined>> {
  const lambda = new LambdaClient(client);
  const { UUID } = await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: 'f', ...source }));
  return async () => (await lambda.send(new GetEventSourceMappingCommand({ UUID }))).LastProcessingResult;
}
