// https://smithy.io/2.0/aws/protocols/index.html: each AWS protocol as unmodified clients speak it.
import { Readable } from 'node:stream';
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand, InvokeCommand, LambdaClient, UntagResourceCommand } from '@aws-sdk/client-lambda';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeleteQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/core/errors.ts';
import { type ByteStream, http, trailersOf } from '../../src/core/operation.ts';
import { type FakeGateway, startFakeGateway } from './gateway-fake.ts';

const EPOCH = new Date(0);
let fake: FakeGateway;
let sqs: SQSClient;
let s3: S3Client;
let lambda: LambdaClient;
let iam: IAMClient;
let sts: STSClient;

async function collect(body: unknown): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as ByteStream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const lastInput = () => fake.received.at(-1)?.input;

const sqsOperations = {
  SendMessage: async () => ({ MessageId: 'm-1' }),
  DeleteQueue: async () => {
    throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
  },
};

const s3Operations = {
  async PutObject(input: Record<string, unknown>) {
    const body = await collect(input['Body']);
    return { ETag: `"${body.length}"`, ChecksumCRC32: trailersOf(input['Body'] as ByteStream)['x-amz-checksum-crc32'] };
  },
  GetObject: async () => ({
    Body: Readable.from([Buffer.from('hello '), Buffer.from('world')]),
    ContentLength: 11,
    ContentType: 'text/plain',
    LastModified: EPOCH,
    Metadata: { colour: 'blue' },
    [http]: { status: 206, headers: { 'accept-ranges': 'bytes' } },
  }),
  HeadObject: async () => {
    throw new ServiceError('NotFound', 'Not Found', { status: 404 });
  },
  ListBuckets: async () => ({ Buckets: [{ Name: 'b', CreationDate: EPOCH }] }),
  ListObjectsV2: async () => ({
    Name: 'b',
    KeyCount: 2,
    Contents: [{ Key: 'a&<b>', LastModified: EPOCH, Size: 1 }],
    CommonPrefixes: [{ Prefix: 'p/' }],
  }),
  GetBucketLocation: async () => ({ LocationConstraint: 'eu-west-1' }),
  GetBucketAcl: async () => ({
    Owner: { ID: '1' },
    Grants: [{ Grantee: { Type: 'CanonicalUser', ID: '1' }, Permission: 'READ' }],
  }),
  CopyObject: async () => ({ CopyObjectResult: { ETag: '"c"', LastModified: EPOCH }, VersionId: 'v' }),
  CompleteMultipartUpload: async () => ({ ETag: '"m"' }),
  DeleteObjects: async () => ({ Errors: [{ Key: 'k', Code: 'AccessDenied', Message: 'no' }] }),
};

const lambdaOperations = {
  Invoke: async (input: Record<string, unknown>) => ({
    StatusCode: 200,
    Payload: input['Payload'],
    ExecutedVersion: '$LATEST',
    FunctionError: 'Unhandled',
  }),
  UntagResource: async () => undefined,
  DeleteFunction: async () => ({ StatusCode: 204 }),
};

const iamOperations = {
  CreateRole: async (input: Record<string, unknown>) => ({
    Role: {
      RoleName: input['RoleName'],
      Path: '/',
      RoleId: 'AROA',
      Arn: 'arn',
      CreateDate: EPOCH,
      Tags: input['Tags'],
    },
  }),
  GetRole: async () => {
    throw new ServiceError('NoSuchEntityException', 'The role with name r cannot be found.');
  },
};

const stsOperations = {
  AssumeRole: async () => ({
    Credentials: { AccessKeyId: 'ASIA', SecretAccessKey: 's', SessionToken: 't', Expiration: EPOCH },
  }),
};

beforeAll(async () => {
  fake = await startFakeGateway({
    sqs: sqsOperations,
    s3: s3Operations,
    lambda: lambdaOperations,
    iam: iamOperations,
    sts: stsOperations,
  });
  const credentials = { accessKeyId: '123456789012', secretAccessKey: 'any' };
  const config = { endpoint: fake.url, region: 'eu-west-1', credentials, maxAttempts: 1 };
  sqs = new SQSClient({ ...config, md5: false });
  s3 = new S3Client({ ...config, forcePathStyle: true });
  lambda = new LambdaClient(config);
  iam = new IAMClient(config);
  sts = new STSClient(config);
});

afterAll(() => fake[Symbol.asyncDispose]());

describe('awsJson', () => {
  it('gives an operation bytes for base64', async () => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: 'q',
        MessageBody: 'text',
        MessageAttributes: { bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) } },
      }),
    );
    expect(lastInput()).toEqual({
      QueueUrl: 'q',
      MessageBody: 'text',
      MessageAttributes: { bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) } },
    });
  });

  it('takes account and region from the signature', () => {
    expect(fake.received[0]?.context).toMatchObject({
      account: '123456789012',
      region: 'eu-west-1',
      protocol: 'json',
      origin: fake.url,
      sourceIp: '127.0.0.1',
    });
  });

  it('names an error by its shape, and in the query protocol by its former code', async () => {
    const failing = sqs.send(new DeleteQueueCommand({ QueueUrl: 'q' }));
    await expect(failing).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      message: 'The specified queue does not exist.',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });
});

describe('restXml', () => {
  it('decodes a key, user metadata and headers', async () => {
    const put = new PutObjectCommand({
      Bucket: 'b',
      Key: 'a/ü b+c%20.txt',
      Body: 'hello',
      Metadata: { colour: 'blue' },
    });
    await s3.send(put);
    expect(lastInput()).toMatchObject({
      Bucket: 'b',
      Key: 'a/ü b+c%20.txt',
      Metadata: { colour: 'blue' },
      ContentLength: 5,
    });
  });

  it('decodes a chunked upload and hands its trailing checksum on', async () => {
    const Body = Readable.from([Buffer.alloc(100_000), Buffer.alloc(5)]);
    const put = await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k/', Body, ContentLength: 100_005 }));
    expect(put).toMatchObject({ ETag: '"100005"', ChecksumCRC32: 'tU4LqQ==' });
    expect(lastInput()).toMatchObject({ Key: 'k/', ContentLength: 100_005 });
    expect(lastInput()).not.toHaveProperty('ContentEncoding');
  });

  it('streams a body out with headers and a status of the operation', async () => {
    const got = await s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));
    expect(await got.Body?.transformToString()).toBe('hello world');
    expect(got).toMatchObject({ ContentType: 'text/plain', LastModified: EPOCH, Metadata: { colour: 'blue' } });
    expect(got.$metadata.httpStatusCode).toBe(206);
    expect(got.AcceptRanges).toBe('bytes');
  });

  it('refuses a HEAD without a body', async () => {
    const head = s3.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }));
    await expect(head).rejects.toMatchObject({ name: 'NotFound', $metadata: { httpStatusCode: 404 } });
  });

  it('tells operations apart by parameters and headers', async () => {
    await s3.send(new ListBucketsCommand({}));
    await s3.send(new CopyObjectCommand({ Bucket: 'b', Key: 'k', CopySource: 'b/c' }));
    await s3.send(new GetBucketLocationCommand({ Bucket: 'b' }));
    const operations = fake.received.slice(-3).map(({ operation }) => operation);
    expect(operations).toEqual(['ListBuckets', 'CopyObject', 'GetBucketLocation']);
  });

  it('writes flattened lists and escapes text', async () => {
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'b' }));
    expect(listed.Contents).toEqual([{ Key: 'a&<b>', LastModified: EPOCH, Size: 1 }]);
    expect(listed.CommonPrefixes).toEqual([{ Prefix: 'p/' }]);
  });

  it('writes the unwrapped location and attributes with their namespace', async () => {
    const location = await s3.send(new GetBucketLocationCommand({ Bucket: 'b' }));
    expect(location.LocationConstraint).toBe('eu-west-1');
    const acl = await s3.send(new GetBucketAclCommand({ Bucket: 'b' }));
    expect(acl.Grants).toEqual([{ Grantee: { Type: 'CanonicalUser', ID: '1' }, Permission: 'READ' }]);
  });

  it('reads documents and a payload in the answer', async () => {
    const MultipartUpload = {
      Parts: [
        { PartNumber: 1, ETag: '"a"' },
        { PartNumber: 2, ETag: '<b>' },
      ],
    };
    await s3.send(new CompleteMultipartUploadCommand({ Bucket: 'b', Key: 'k', UploadId: 'u', MultipartUpload }));
    expect(lastInput()).toMatchObject({ MultipartUpload, UploadId: 'u' });
    const deleted = await s3.send(new DeleteObjectsCommand({ Bucket: 'b', Delete: { Objects: [{ Key: 'x & y' }] } }));
    expect(lastInput()).toMatchObject({ Delete: { Objects: [{ Key: 'x & y' }] } });
    expect(deleted.Errors).toEqual([{ Key: 'k', Code: 'AccessDenied', Message: 'no' }]);
  });
});

describe('restJson', () => {
  it('passes a payload as bytes and headers both ways', async () => {
    const invoked = await lambda.send(new InvokeCommand({ FunctionName: 'f', LogType: 'Tail', Payload: '{"a":1.0}' }));
    expect(lastInput()).toMatchObject({ FunctionName: 'f', LogType: 'Tail' });
    expect(Buffer.from(invoked.Payload ?? []).toString()).toBe('{"a":1.0}');
    expect(invoked).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST', FunctionError: 'Unhandled' });
  });

  it('reads a list in the query and answers 204 with nothing', async () => {
    const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:f';
    const answer = await lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['a', 'b'] }));
    expect(lastInput()).toEqual({ Resource, TagKeys: ['a', 'b'] });
    expect(answer.$metadata.httpStatusCode).toBe(204);
    await expect(lambda.send(new DeleteFunctionCommand({ FunctionName: 'f' }))).resolves.toMatchObject({
      StatusCode: 204,
    });
  });
});

describe('awsQuery', () => {
  it('reads nested lists and writes wrapped results', async () => {
    const Tags = [
      { Key: 'a', Value: 'b' },
      { Key: 'c', Value: 'd' },
    ];
    const created = await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: '{}', Tags }));
    expect(lastInput()).toMatchObject({ RoleName: 'r', Tags });
    expect(created.Role).toMatchObject({ RoleName: 'r', CreateDate: EPOCH, Tags });
  });

  it('answers errors by their query code and status', async () => {
    await expect(iam.send(new GetRoleCommand({ RoleName: 'r' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      Code: 'NoSuchEntity',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('writes timestamps as AWS does', async () => {
    const RoleArn = 'arn:aws:iam::000000000000:role/r';
    const assumed = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }));
    expect(assumed.Credentials?.Expiration).toEqual(EPOCH);
  });
});
