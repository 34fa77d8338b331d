// docker-compose.yml as a user would run it: https://docs.docker.com/reference/cli/docker/compose/up/
// Where images cannot be pulled, stand-ins take their place (.ci/containers): this proves the compose file, the Dockerfile
// and our code, not the upstream images' entrypoints and users.
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ComposeProject, openComposeProject } from './compose-project.ts';

/** A first invocation starts a process, in a container that may have started just now. */
const PATIENCE = { timeout: 60_000, interval: 200 };

let project: ComposeProject;
beforeAll(async () => {
  project = await openComposeProject('headwater-test');
});
afterAll(async () => await project?.[Symbol.asyncDispose]());

const clientOf = (port: number, accessKeyId: string, secretAccessKey: string) => ({
  endpoint: `http://127.0.0.1:${port}`,
  region: 'us-east-1',
  credentials: { accessKeyId, secretAccessKey },
  forcePathStyle: true,
});
const ours = () => clientOf(project.ports.headwater, 'test', 'test');
const minios = () => clientOf(project.ports.minio, 'headwater', 'headwater-local');

/** Resolves with the record by which the function was told of `name`, once it was. */
const noted = async (client: S3Client, name: string): Promise<Record<string, unknown>> =>
  await vi.waitFor(async () => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'notes', Key: name }));
    return JSON.parse((await Body?.transformToString()) ?? '');
  }, PATIENCE);

describe('docker compose up headwater', () => {
  beforeAll(async () => {
    await project.up('headwater');
  });
  afterAll(async () => await project.down());

  test('a file that is uploaded from outside runs the function', async () => {
    const s3 = new S3Client(ours());
    await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'outside.txt', Body: 'from this machine' }));
    expect(await noted(s3, 'outside.txt')).toMatchObject({ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put' });
  });

  test('a file that is written straight to MinIO runs the function', async () => {
    const minio = new S3Client(minios());
    await minio.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'straight.txt', Body: 'past the endpoint' }));
    expect(await noted(minio, 'straight.txt')).toMatchObject({ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put' });
  });

  test('a message and a record run the function', async () => {
    const QueueUrl = `http://127.0.0.1:${project.ports.headwater}/000000000000/jobs`;
    await new SQSClient(ours()).send(new SendMessageCommand({ QueueUrl, MessageBody: 'a-message' }));
    const record = { StreamName: 'ticks', PartitionKey: 'any', Data: Buffer.from('a-record') };
    await new KinesisClient(ours()).send(new PutRecordCommand(record));
    const s3 = new S3Client(ours());
    expect(await noted(s3, 'a-message')).toMatchObject({ eventSource: 'aws:sqs' });
    expect(await noted(s3, 'a-record')).toMatchObject({ eventSource: 'aws:kinesis' });
  });

  test('another container reaches the endpoint by its name', async () => {
    const ask =
      "fetch('http://headwater:4566/_headwater/health').then(async (answer) => console.log(await answer.text()))";
    const printed = await project.compose('run', '--rm', '--no-deps', '-T', 'headwater', 'node', '-e', ask);
    expect(printed).toContain('"status":"ok"');
  });

  test('a second headwater takes over when the first is killed', async () => {
    await project.compose('run', '--detach', '--no-deps', 'headwater');
    await project.kill('headwater');
    const minio = new S3Client(minios());
    await minio.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'taken-over.txt', Body: 'for the second' }));
    expect(await noted(minio, 'taken-over.txt')).toMatchObject({ eventSource: 'aws:s3' });
  });

  test('what was stored is there after down and up', async () => {
    const minio = new S3Client(minios());
    await minio.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'kept.txt', Body: 'in a volume' }));
    await noted(minio, 'kept.txt');
    await project.down();
    await project.up('headwater');
    expect(await noted(new S3Client(ours()), 'kept.txt')).toMatchObject({ eventSource: 'aws:s3' });
  });
});

describe('docker compose up headwater-embedded', () => {
  test('runs alone, and keeps what was stored over down and up', async () => {
    await project.up('headwater-embedded');
    expect((await project.compose('ps', '--services')).trim()).toBe('headwater-embedded');
    const s3 = new S3Client(ours());
    await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'alone.txt', Body: 'nothing else is up' }));
    expect(await noted(s3, 'alone.txt')).toMatchObject({ eventSource: 'aws:s3' });
    await project.down();
    await project.up('headwater-embedded');
    expect(await noted(s3, 'alone.txt')).toMatchObject({ eventSource: 'aws:s3' });
  });
});
