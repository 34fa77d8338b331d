// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html, conditional-requests.html
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { http, trailers } from '../../src/core/operation.ts';
import { body, readAll, START_MS, startBucket } from './s3-fixture.ts';

describe('checksums', () => {
  // Values recorded from AWS (TestS3PutObjectChecksum, body "test-checksum").
  const RECORDED = {
    CRC32: 'lVk/nw==',
    CRC32C: 'Fz3epA==',
    CRC64NVME: '1f2xscCCZCU=',
    SHA1: 'jbXkHAsXUrubtL3dqDQ4w+7WXc0=',
    SHA256: '1YQo81vx2VFUl0q5ccWISq8AkSBQQ0WO80S82TmfdIQ=',
  };

  test.each(Object.entries(RECORDED))('%s is verified, kept and shown when asked for', async (algorithm, value) => {
    const { put, call } = await startBucket();
    const member = `Checksum${algorithm}`;
    expect(await put('k', 'test-checksum', { [member]: value })).toMatchObject({
      [member]: value,
      ChecksumType: 'FULL_OBJECT',
    });
    const shown = { [member]: value, ChecksumType: 'FULL_OBJECT' };
    expect(await call('HeadObject', { Bucket: 'bucket', Key: 'k', ChecksumMode: 'ENABLED' })).toMatchObject(shown);
    expect(await call('HeadObject', { Bucket: 'bucket', Key: 'k' })).not.toHaveProperty(member);
  });

  test('a wrong one stores nothing', async () => {
    const { refusal, s3 } = await startBucket();
    const input = { Bucket: 'bucket', Key: 'k', Body: body('other'), ChecksumCRC32: RECORDED.CRC32 };
    expect(await refusal('PutObject', input)).toMatchObject({
      code: 'BadDigest',
      status: 400,
      message: 'The CRC32 you specified did not match the calculated checksum.',
    });
    expect(await s3.readObject({ account: '000000000000', region: 'us-east-1' }, 'bucket', 'k')).toBeUndefined();
  });

  test('a trailer is compared once the body has come', async () => {
    const { call, refusal } = await startBucket();
    const sent = (value: string) =>
      Object.assign(body('test-', 'checksum'), { [trailers]: { 'x-amz-checksum-crc32': value } });
    const context = { headers: { 'x-amz-trailer': 'x-amz-checksum-crc32' } };
    const input = (value: string) => ({ Bucket: 'bucket', Key: 'k', Body: sent(value) });
    expect(await call('PutObject', input(RECORDED.CRC32), context)).toMatchObject({ ChecksumCRC32: RECORDED.CRC32 });
    expect(await refusal('PutObject', input('AAAAAA=='), context)).toMatchObject({ code: 'BadDigest' });
  });

  test('are CRC64NVME when the client names none', async () => {
    const { put } = await startBucket();
    expect(await put('k', 'test-checksum')).toMatchObject({ ChecksumCRC64NVME: RECORDED.CRC64NVME });
  });

  test('Content-MD5 is refused when malformed and when wrong', async () => {
    const { refusal, put } = await startBucket();
    const md5 = createHash('md5').update('text').digest('base64');
    await put('k', 'text', { ContentMD5: md5 });
    const input = { Bucket: 'bucket', Key: 'k', Body: body('other') };
    expect(await refusal('PutObject', { ...input, ContentMD5: 'x' })).toMatchObject({ code: 'InvalidDigest' });
    expect(await refusal('PutObject', { ...input, ContentMD5: md5 })).toMatchObject({ code: 'BadDigest' });
  });
});

describe('reading', () => {
  test('gives what was put with it, and the default content type', async () => {
    const { put, call, text } = await startBucket();
    await put('k', 'hello', { Metadata: { Colour: 'blue' }, CacheControl: 'no-store', StorageClass: 'STANDARD_IA' });
    expect(await call('HeadObject', { Bucket: 'bucket', Key: 'k' })).toMatchObject({
      ContentLength: 5,
      ContentType: 'binary/octet-stream',
      CacheControl: 'no-store',
      StorageClass: 'STANDARD_IA',
      Metadata: { colour: 'blue' },
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      LastModified: new Date(START_MS),
      ServerSideEncryption: 'AES256',
    });
    expect(await text('k')).toBe('hello');
  });

  test('answers ranges with 206 and refuses those behind the end', async () => {
    const { put, call, text, refusal } = await startBucket();
    await put('k', '0123456789');
    expect(await text('k', { Range: 'bytes=2-4' })).toBe('234');
    expect(await text('k', { Range: 'bytes=-3' })).toBe('789');
    expect(await text('k', { Range: 'bytes=7-' })).toBe('789');
    const answer = await call('GetObject', { Bucket: 'bucket', Key: 'k', Range: 'bytes=8-100' });
    expect(answer).toMatchObject({ ContentRange: 'bytes 8-9/10', ContentLength: 2, [http]: { status: 206 } });
    await readAll(answer.Body);
    expect(await refusal('GetObject', { Bucket: 'bucket', Key: 'k', Range: 'bytes=10-' })).toMatchObject({
      code: 'InvalidRange',
      status: 416,
      ActualObjectSize: '10',
    });
    expect(await text('k', { Range: 'lines=1-2' })).toBe('0123456789');
  });

  test('holds conditions in their order of precedence', async () => {
    const { put, refusal, text } = await startBucket();
    const { ETag } = await put('k', 'data');
    const past = new Date(START_MS - 1000);
    const read = (more: object) => refusal('GetObject', { Bucket: 'bucket', Key: 'k', ...more });
    expect(await read({ IfMatch: 'other' })).toMatchObject({ status: 412, Condition: 'If-Match' });
    expect(await read({ IfUnmodifiedSince: past })).toMatchObject({ status: 412, Condition: 'If-Unmodified-Since' });
    expect(await read({ IfNoneMatch: ETag })).toMatchObject({ status: 304 });
    expect(await read({ IfModifiedSince: new Date(START_MS) })).toMatchObject({ status: 304 });
    expect(await text('k', { IfMatch: ETag, IfUnmodifiedSince: past })).toBe('data');
    expect(await text('k', { IfNoneMatch: 'other', IfModifiedSince: new Date(START_MS) })).toBe('data');
  });

  test('keeps Expires as text and lets a presigned request override headers', async () => {
    const { call } = await startBucket();
    await call('PutObject', { Bucket: 'bucket', Key: 'k', Body: body('x') }, { headers: { expires: 'tomorrow' } });
    expect(await call('HeadObject', { Bucket: 'bucket', Key: 'k' })).toMatchObject({
      [http]: { headers: { expires: 'tomorrow' } },
    });
    const overridden = { Bucket: 'bucket', Key: 'k', ResponseContentType: 'image/png' };
    expect(await call('HeadObject', overridden)).toMatchObject({ ContentType: 'image/png' });
  });
});

describe('conditional writes', () => {
  test('If-None-Match: * writes only where nothing is', async () => {
    const { put, refusal } = await startBucket();
    await put('k', 'one', { IfNoneMatch: '*' });
    const again = { Bucket: 'bucket', Key: 'k', Body: body('two'), IfNoneMatch: '*' };
    expect(await refusal('PutObject', again)).toMatchObject({ code: 'PreconditionFailed', Condition: 'If-None-Match' });
    expect(await refusal('PutObject', { ...again, IfNoneMatch: 'etag' })).toMatchObject({ code: 'NotImplemented' });
  });

  test('If-Match writes only over what it names', async () => {
    const { put, refusal } = await startBucket();
    const { ETag } = await put('k', 'one');
    await put('k', 'two', { IfMatch: ETag });
    const write = (Key: string) => refusal('PutObject', { Bucket: 'bucket', Key, Body: body('x'), IfMatch: ETag });
    expect(await write('k')).toMatchObject({ status: 412, Condition: 'If-Match' });
    expect(await write('missing')).toMatchObject({ code: 'NoSuchKey' });
  });

  test('of many at once exactly one wins', async () => {
    const { s3, put } = await startBucket();
    const writes = Array.from({ length: 20 }, (_, n) => put('k', `writer ${n}`, { IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await s3.notificationConfiguration('bucket')).toMatchObject({ rules: [] });
  });
});

describe('copying', () => {
  test('takes metadata and tags along unless they are replaced', async () => {
    const { put, call } = await startBucket();
    await put('a b', 'text', { Metadata: { k: 'v' }, Tagging: 'x=1', ContentType: 'text/plain' });
    const source = { Bucket: 'bucket', CopySource: 'bucket/a%20b' };
    await call('CopyObject', { ...source, Key: 'same' });
    expect(await call('HeadObject', { Bucket: 'bucket', Key: 'same' })).toMatchObject({
      Metadata: { k: 'v' },
      ContentType: 'text/plain',
      TagCount: 1,
    });
    await call('CopyObject', { ...source, Key: 'new', MetadataDirective: 'REPLACE', TaggingDirective: 'REPLACE' });
    const replaced = await call('HeadObject', { Bucket: 'bucket', Key: 'new' });
    expect(replaced).toMatchObject({ Metadata: {}, ContentType: 'binary/octet-stream' });
    expect(replaced).not.toHaveProperty('TagCount');
  });

  test('onto itself must change something', async () => {
    const { put, call, refusal } = await startBucket();
    await put('k', 'text');
    const self = { Bucket: 'bucket', Key: 'k', CopySource: 'bucket/k' };
    expect(await refusal('CopyObject', self)).toMatchObject({ code: 'InvalidRequest' });
    await call('CopyObject', { ...self, StorageClass: 'STANDARD' });
  });

  test('holds conditions on the source', async () => {
    const { put, refusal } = await startBucket();
    const { ETag } = await put('k', 'text');
    const copy = { Bucket: 'bucket', Key: 'new', CopySource: 'bucket/k', CopySourceIfNoneMatch: ETag };
    expect(await refusal('CopyObject', copy)).toMatchObject({
      status: 412,
      Condition: 'x-amz-copy-source-If-None-Match',
    });
  });
});

test('a key may be 1024 bytes long and no longer', async () => {
  const { put, refusal } = await startBucket();
  const key = `${'é'.repeat(100)}/`.repeat(5).padEnd(524, 'x');
  expect(Buffer.byteLength(key)).toBe(1024);
  await put(key);
  const input = { Bucket: 'bucket', Key: `${key}x`, Body: body('') };
  expect(await refusal('PutObject', input)).toMatchObject({ code: 'KeyTooLongError', Size: '1025' });
});

test('an archived object is described but not read', async () => {
  const { put, call, refusal } = await startBucket();
  await put('k', 'x', { StorageClass: 'GLACIER' });
  expect(await call('HeadObject', { Bucket: 'bucket', Key: 'k' })).toMatchObject({ StorageClass: 'GLACIER' });
  expect(await refusal('GetObject', { Bucket: 'bucket', Key: 'k' })).toMatchObject({ code: 'InvalidObjectState' });
});

test('an object encrypted with a key of the client is shown only to who has that key', async () => {
  const { put, text, refusal } = await startBucket();
  const key = Buffer.alloc(32, 'k');
  const SSE = {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
  await put('k', 'secret', SSE);
  expect(await text('k', SSE)).toBe('secret');
  expect(await refusal('GetObject', { Bucket: 'bucket', Key: 'k' })).toMatchObject({ code: 'InvalidRequest' });
});
