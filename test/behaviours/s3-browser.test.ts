// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html, userguide/cors.html
import { createHmac } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketOwnershipControlsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../support/simulator.ts';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const HOUR_MS = 3_600_000;

let simulator: Simulator;
let s3: S3Client;

beforeAll(async () => {
  simulator = await startSimulator({ credentials: { AKIDEXAMPLE: 'secret' } });
  s3 = new S3Client({
    endpoint: simulator.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: CREDENTIALS,
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'forms' }));
  await s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket: 'forms' }));
});
afterAll(async () => {
  s3.destroy();
  await simulator[Symbol.asyncDispose]();
});

/** A signed form as `createPresignedPost` makes it. */
function signedFields(conditions: readonly unknown[], more: Readonly<Record<string, string>> = {}) {
  const date = '20260101T000000Z';
  const scope = ['20260101', 'us-east-1', 's3', 'aws4_request'];
  const signing = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': [CREDENTIALS.accessKeyId, ...scope].join('/'),
    'X-Amz-Date': date,
  };
  const expiration = new Date(Date.parse('2099-01-01T00:00:00Z') + HOUR_MS).toISOString();
  const given = Object.entries({ ...signing, ...more }).map(([name, value]) => ({ [name]: value }));
  const Policy = Buffer.from(JSON.stringify({ expiration, conditions: [...given, ...conditions] })).toString('base64');
  const key = scope.reduce<string | Buffer>(
    (each, part) => createHmac('sha256', each).update(part).digest(),
    `AWS4${CREDENTIALS.secretAccessKey}`,
  );
  return { ...signing, ...more, Policy, 'X-Amz-Signature': createHmac('sha256', key).update(Policy).digest('hex') };
}

async function post(fields: Readonly<Record<string, string>>, file: string, name = 'upload.csv') {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('file', new Blob([file]), name);
  const response = await fetch(`${simulator.endpoint}/forms`, { method: 'POST', body: form, redirect: 'manual' });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, code: /<Code>(.*?)<\/Code>/.exec(text)?.[1] };
}

const BUCKET = { bucket: 'forms' };
const STARTS_WITH_IN = ['starts-with', '$key', 'in/'];

describe("a browser's form", () => {
  test('becomes an object with the fields that it carries', async () => {
    const more = { 'Content-Type': 'text/csv', 'x-amz-meta-colour': 'blue', success_action_status: '201' };
    // biome-ignore lint/suspicious/noTemplateCurlyInString: S3 puts the file's name there
    const fields = { key: 'in/${filename}', ...signedFields([BUCKET, STARTS_WITH_IN], more) };
    const answer = await post(fields, 'a,b\r\n1,2\r\n');
    expect(answer.status).toBe(201);
    expect(answer.text).toContain('<Key>in/upload.csv</Key>');
    const object = await s3.send(new GetObjectCommand({ Bucket: 'forms', Key: 'in/upload.csv' }));
    expect(object).toMatchObject({ ContentType: 'text/csv', Metadata: { colour: 'blue' } });
    expect(await object.Body?.transformToString()).toBe('a,b\r\n1,2\r\n');
  });

  test('of several megabytes streams through whole', async () => {
    const file = '0123456789abcdef'.repeat(200_000);
    const answer = await post({ key: 'in/large', ...signedFields([BUCKET, STARTS_WITH_IN]) }, file);
    expect(answer.status).toBe(204);
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'forms', Key: 'in/large' }));
    expect(head.ContentLength).toBe(file.length);
    expect(answer.headers.get('etag')).toBe(head.ETag);
  });

  test('is refused when its policy does not allow it', async () => {
    const fields = (conditions: readonly unknown[]) => signedFields([BUCKET, ...conditions]);
    const wrongKey = await post({ key: 'out/x', ...fields([STARTS_WITH_IN]) }, 'x');
    expect(wrongKey.text).toContain('Invalid according to Policy: Policy Condition failed: [');
    expect(wrongKey.status).toBe(403);
    const extra = await post({ key: 'in/x', acl: 'private', ...fields([STARTS_WITH_IN]) }, 'x');
    expect(extra.text).toContain('Extra input fields: acl');
    const range = [STARTS_WITH_IN, ['content-length-range', 1, 3]];
    expect(await post({ key: 'in/x', ...fields(range) }, '1234')).toMatchObject({ code: 'EntityTooLarge' });
    expect(await post({ key: 'in/x', ...fields(range) }, '')).toMatchObject({ code: 'EntityTooSmall' });
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'forms', Key: 'in/x' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  test('is refused when its signature is wrong or missing', async () => {
    const fields = signedFields([BUCKET, STARTS_WITH_IN]);
    const forged = { key: 'in/x', ...fields, 'X-Amz-Signature': '0'.repeat(64) };
    expect(await post(forged, 'x')).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    const { 'X-Amz-Signature': _signature, ...unsigned } = fields;
    const answer = await post({ key: 'in/x', ...unsigned }, 'x');
    expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect(answer.text).toContain("Bucket POST must contain a field named 'X-Amz-Signature'.");
    expect(await post({ key: 'in/x' }, 'x')).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  test('sends the browser on to where the form says', async () => {
    const more = { success_action_redirect: 'http://example.com/done' };
    const answer = await post({ key: 'in/r', ...signedFields([BUCKET, STARTS_WITH_IN], more) }, 'x');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^http:\/\/example\.com\/done\?bucket=forms&key=in%2Fr&etag=/);
  });

  test('must be multipart/form-data', async () => {
    const response = await fetch(`${simulator.endpoint}/forms`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(412);
    expect(await response.text()).toContain('Bucket POST must be of the enclosure-type multipart/form-data');
  });
});

describe('CORS', () => {
  const preflight = (headers: Readonly<Record<string, string>>, bucket = 'forms/k') =>
    fetch(`${simulator.endpoint}/${bucket}`, { method: 'OPTIONS', headers });

  test('a preflight is answered by the first rule that allows it', async () => {
    const CORSRules = [
      {
        AllowedOrigins: ['http://*.example.com'],
        AllowedMethods: ['GET', 'PUT'],
        AllowedHeaders: ['x-amz-*'],
        MaxAgeSeconds: 60,
      },
    ];
    await s3.send(new PutBucketCorsCommand({ Bucket: 'forms', CORSConfiguration: { CORSRules } }));
    const asked = {
      origin: 'http://app.example.com',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'X-Amz-Date, x-amz-meta-a',
    };
    const allowed = await preflight(asked);
    expect(allowed.status).toBe(200);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': 'http://app.example.com',
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-amz-date, x-amz-meta-a',
      'access-control-max-age': '60',
      'access-control-allow-credentials': 'true',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
    for (const wrong of [
      { origin: 'http://other.com' },
      { 'access-control-request-method': 'DELETE' },
      { 'access-control-request-headers': 'authorization' },
    ]) {
      const refused = await preflight({ ...asked, ...wrong });
      expect(refused.status).toBe(403);
      expect(await refused.text()).toContain('<Code>AccessForbidden</Code>');
    }
  });

  test('a preflight without an origin, or for no bucket, says so', async () => {
    expect(await (await preflight({})).text()).toContain('Insufficient information. Origin request header needed.');
    const answer = await preflight({ origin: 'http://a', 'access-control-request-method': 'GET' }, 'no-such-bucket');
    expect(await answer.text()).toContain('CORSResponse: Bucket not found');
  });

  test('an answer carries the headers only for origins that a rule allows', async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'forms', Key: 'k', Body: 'x' }));
    const get = async (origin: string) => {
      const response = await fetch(`${simulator.endpoint}/forms/k`, { headers: { origin } });
      await response.arrayBuffer();
      return response.headers.get('access-control-allow-origin');
    };
    expect(await get('http://app.example.com')).toBe('http://app.example.com');
    expect(await get('http://other.com')).toBeNull();
  });
});

test('a request for an object may name the file that it becomes in Latin-1', async () => {
  await s3.send(new PutObjectCommand({ Bucket: 'forms', Key: 'k', Body: 'text' }));
  const ResponseContentDisposition = 'attachment; filename="é.csv"';
  const object = await s3.send(new GetObjectCommand({ Bucket: 'forms', Key: 'k', ResponseContentDisposition }));
  expect(object.ContentDisposition).toBe(ResponseContentDisposition);
  expect(await object.Body?.transformToString()).toBe('text');
});
