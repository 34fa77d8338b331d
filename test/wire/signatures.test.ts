// With credentials configured, signatures are verified: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
import { Readable } from 'node:stream';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import { KinesisClient, ListStreamsCommand as ListKinesisStreamsCommand } from '@aws-sdk/client-kinesis';
import * as s3 from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../support/simulator.ts';

const KEY = 'AKIDEXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

describe('signature verification', () => {
  let simulator: Simulator;
  const made: { destroy(): void }[] = [];

  beforeAll(async () => {
    simulator = await startSimulator({ clock: 'real', credentials: { [KEY]: SECRET } });
  });
  afterAll(async () => {
    for (const client of made) client.destroy();
    await simulator?.[Symbol.asyncDispose]();
  });

  const common = (secretAccessKey: string, accessKeyId = KEY) => ({
    endpoint: simulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });
  const queues = (secret: string, key = KEY) => {
    const client = new SQSClient(common(secret, key));
    made.push(client);
    return client;
  };
  const buckets = (secret: string) => {
    const client = new s3.S3Client({ ...common(secret), forcePathStyle: true });
    made.push(client);
    return client;
  };

  test('the right secret is let in', async () => {
    expect((await queues(SECRET).send(new ListQueuesCommand({}))).$metadata.httpStatusCode).toBe(200);
  });

  test('the right secret is let in over HTTP/2, and by both services that sign as dynamodb', async () => {
    const streams = (secret: string) => new KinesisClient(common(secret));
    const clients = [streams(SECRET), streams('wrong')] as const;
    const tables = new DynamoDBClient(common(SECRET));
    const changes = new DynamoDBStreamsClient(common(SECRET));
    made.push(...clients, tables, changes);
    expect((await clients[0].send(new ListKinesisStreamsCommand({}))).StreamNames).toEqual([]);
    expect((await tables.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    expect((await changes.send(new ListStreamsCommand({}))).Streams).toEqual([]);
    await expect(clients[1].send(new ListKinesisStreamsCommand({}))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('a wrong secret is refused by S3 and by the JSON services in their own words', async () => {
    await expect(queues('wrong').send(new ListQueuesCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    await expect(buckets('wrong').send(new s3.ListBucketsCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
  });

  test('an unknown key is refused', async () => {
    await expect(queues(SECRET, 'AKIDUNKNOWN').send(new ListQueuesCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  test('a streamed upload signed by its trailer is let in, keys with unusual letters too', async () => {
    const client = buckets(SECRET);
    await client.send(new s3.CreateBucketCommand({ Bucket: 'signed' }));
    const Body = Readable.from([Buffer.alloc(100_000, 'x'), Buffer.alloc(100_000, 'y')]);
    const Key = 'a folder/übung+=&?#%.txt';
    await client.send(new s3.PutObjectCommand({ Bucket: 'signed', Key, Body, ContentLength: 200_000 }));
    const { ContentLength } = await client.send(new s3.HeadObjectCommand({ Bucket: 'signed', Key }));
    expect(ContentLength).toBe(200_000);
  });

  test('a request without a signature is refused', async () => {
    const response = await fetch(`${simulator.endpoint}/signed/nothing`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
  });
});
