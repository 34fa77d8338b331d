// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html with its published examples, and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html for the former signature.
import { createHash, createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realClock } from '../../src/core/clock.ts';
import { ServiceError } from '../../src/core/errors.ts';
import { type ByteStream, trailersOf } from '../../src/core/operation.ts';
import { type ChunkVerifier, decodeChunked } from '../../src/gateway/signature/chunked-body.ts';
import { readSignature } from '../../src/gateway/signature/signature.ts';
import { signingKey, signingTexts, signText } from '../../src/gateway/signature/sigv4.ts';
import { type FakeGateway, startFakeGateway } from './gateway-fake.ts';

const EXAMPLE_SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const SCOPE = '20130524/us-east-1/s3/aws4_request';
const DATE_TIME = '20130524T000000Z';

async function collect(body: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('the published examples', () => {
  const host = 'examplebucket.s3.amazonaws.com';
  const sign = (authorization: string, query: string, headers: Record<string, string>, path: string, hash: string) => {
    const given = readSignature(authorization ? { authorization } : {}, new URLSearchParams(query));
    if (given?.version !== 4) throw new Error('not read');
    const request = { method: 'GET', path, rawQuery: query, headers: { host, ...headers } };
    const texts = signingTexts(request, given, { dateTime: DATE_TIME, payloadHash: hash });
    return [signText(signingKey(EXAMPLE_SECRET, given.scope), texts.stringToSign), given.signature];
  };

  it('of a signed header agree', () => {
    const hash = createHash('sha256').digest('hex');
    const expected = 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41';
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/${SCOPE},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=${expected}`;
    const headers = { range: 'bytes=0-9', 'x-amz-content-sha256': hash, 'x-amz-date': DATE_TIME };
    expect(sign(authorization, '', headers, '/test.txt', hash)).toEqual([expected, expected]);
  });

  it('of a query with empty and unordered parameters agree', () => {
    const hash = createHash('sha256').digest('hex');
    const expected = '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7';
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/${SCOPE}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${expected}`;
    const headers = { 'x-amz-content-sha256': hash, 'x-amz-date': DATE_TIME };
    expect(sign(authorization, 'prefix=J&max-keys=2', headers, '/', hash)[0]).toBe(expected);
  });

  it('of a presigned URL agree', () => {
    const expected = 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=${DATE_TIME}&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=${expected}`;
    expect(sign('', query, {}, '/test.txt', 'UNSIGNED-PAYLOAD')).toEqual([expected, expected]);
  });
});

describe('a chunked body', () => {
  const verifier = (seed: string): ChunkVerifier => ({
    key: signingKey(EXAMPLE_SECRET, SCOPE),
    dateTime: DATE_TIME,
    scope: SCOPE,
    seed,
    refuse: () => new ServiceError('SignatureDoesNotMatch', 'no'),
  });
  const signed = (content: string) =>
    [
      '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      content.slice(0, 65_536),
      '400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      content.slice(65_536),
      '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
      '\r\n',
    ].join('\r\n');
  const SEED = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
  const decode = (text: string, options: Partial<Parameters<typeof decodeChunked>[1]> = {}, pieceBytes = 1000) => {
    const pieces = text.match(new RegExp(`[^]{1,${pieceBytes}}`, 'g')) ?? [];
    const source = Readable.from(pieces.map((piece) => Buffer.from(piece)));
    return decodeChunked(source, { verifier: undefined, decodedLength: undefined, ...options });
  };

  it('is verified chunk by chunk as in the published example', async () => {
    const content = 'a'.repeat(66_560);
    const body = await collect(decode(signed(content), { verifier: verifier(SEED), decodedLength: 66_560 }));
    expect(body.toString()).toBe(content);
  });

  it('is refused when a byte of it was changed', async () => {
    const changed = signed(`${'a'.repeat(66_559)}b`);
    await expect(collect(decode(changed, { verifier: verifier(SEED) }))).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
  });

  it.each([1, 2, 3, 7, 64])('gives body and trailers whatever the pieces: %i bytes', async (pieceBytes) => {
    const body = decode('5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n', {}, pieceBytes);
    expect((await collect(body)).toString()).toBe('hello world');
    expect(trailersOf(body)).toEqual({ 'x-amz-checksum-crc32': 'DUoRhQ==' });
  });

  it('is refused when it ends early, is longer than announced, or is no chunks', async () => {
    await expect(collect(decode('5\r\nhel'))).rejects.toMatchObject({ code: 'IncompleteBody' });
    await expect(collect(decode('1\r\na\r\n0\r\n\r\n', { decodedLength: 2 }))).rejects.toMatchObject({
      code: 'IncompleteBody',
    });
    await expect(collect(decode('hello\r\n'))).rejects.toMatchObject({ code: 'InvalidChunkSizeError' });
  });
});

describe('with credentials configured', () => {
  const ID = 'AKIDEXAMPLE';
  const SECRET = 'the secret';
  let fake: FakeGateway;

  beforeAll(async () => {
    const operations = {
      s3: {
        PutObject: async (input: Record<string, unknown>) => ({
          ETag: `"${(await collect(input['Body'] as ByteStream)).length}"`,
        }),
        GetObject: async () => ({ Body: Buffer.from('object') }),
      },
      sqs: { SendMessage: async () => ({}) },
      lambda: { GetFunction: async () => ({}) },
      sts: { GetCallerIdentity: async () => ({ Account: '1' }) },
    };
    fake = await startFakeGateway(operations, { secrets: new Map([[ID, SECRET]]) });
  });
  afterAll(() => fake[Symbol.asyncDispose]());

  const config = (secretAccessKey = SECRET, accessKeyId = ID) => ({
    endpoint: fake.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey, sessionToken: 'a token' },
    maxAttempts: 1,
    forcePathStyle: true,
  });

  it('SDKs of all services are let in', async () => {
    const s3 = new S3Client(config());
    await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'ü (1)!*.txt', Body: 'text' }));
    const Body = Readable.from([Buffer.alloc(70_000), Buffer.alloc(1)]);
    const put = await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body, ContentLength: 70_001 }));
    expect(put.ETag).toBe('"70001"');
    await new SQSClient({ ...config(), md5: false }).send(new SendMessageCommand({ QueueUrl: 'q', MessageBody: 'b' }));
    await new LambdaClient(config()).send(
      new GetFunctionCommand({ FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:f' }),
    );
    const identity = await new STSClient(config()).send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe('1');
  });

  it('a wrong secret is refused in the words of each protocol', async () => {
    const wrong = config('wrong');
    await expect(new S3Client(wrong).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(new LambdaClient(wrong).send(new GetFunctionCommand({ FunctionName: 'f' }))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(
      new SQSClient({ ...wrong, md5: false }).send(new SendMessageCommand({ QueueUrl: 'q', MessageBody: 'b' })),
    ).rejects.toMatchObject({ Code: 'SignatureDoesNotMatch' });
    await expect(new STSClient(wrong).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
  });

  it('an unknown key is refused in the words of each protocol', async () => {
    const unknown = config(SECRET, 'AKIDNOBODY');
    await expect(new S3Client(unknown).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
      AWSAccessKeyId: 'AKIDNOBODY',
    });
    await expect(new LambdaClient(unknown).send(new GetFunctionCommand({ FunctionName: 'f' }))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    await expect(new STSClient(unknown).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('takes the body of `curl -d` to a function for its payload, not for a form', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const url = `${fake.url}/2015-03-31/functions/f/invocations`;
    const invoked = await fetch(url, { method: 'POST', headers, body: '{"id":1}' });
    expect(await invoked.text()).not.toContain('<Error>');
    expect(invoked.headers.get('content-type')).toContain('json');
  });

  it('a request without a signature is refused', async () => {
    expect(await (await fetch(`${fake.url}/b/k`)).text()).toContain('<Code>AccessDenied</Code>');
    const lambda = await fetch(`${fake.url}/2015-03-31/functions/f`);
    expect(lambda.status).toBe(403);
    expect(await lambda.json()).toEqual({ message: 'Missing Authentication Token' });
  });

  /** A URL as boto3 presigns by default. */
  const presignedV2 = (path: string, expires: number, secret = SECRET) => {
    const text = ['GET', '', '', expires, path].join('\n');
    const signature = createHmac('sha1', secret).update(text).digest('base64');
    const query = new URLSearchParams({ AWSAccessKeyId: ID, Signature: signature, Expires: `${expires}` });
    return `${fake.url}${path}${path.includes('?') ? '&' : '?'}${query}`;
  };
  const inAMinute = () => Math.floor(realClock.nowMs() / 1000) + 60;

  it('a URL presigned with version 2 is let in, with the subresources it signs', async () => {
    expect(await (await fetch(presignedV2('/b/a%20b', inAMinute()))).text()).toBe('object');
    expect(await (await fetch(presignedV2('/b/k?versionId=3', inAMinute()))).text()).toBe('object');
    expect((await fetch(presignedV2('/b/k', inAMinute(), 'wrong'))).status).toBe(403);
  });

  it('a presigned URL past its time is refused', async () => {
    const late = await fetch(presignedV2('/b/k', 1_000_000_000));
    expect(late.status).toBe(403);
    expect(await late.text()).toContain(
      '<Code>AccessDenied</Code><Message>Request has expired</Message><Expires>2001-09-09T01:46:40Z</Expires>',
    );
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${ID}/20130524/us-east-1/s3/aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00`;
    expect(await (await fetch(`${fake.url}/b/k?${query}`)).text()).toContain('<X-Amz-Expires>60</X-Amz-Expires>');
  });

  it('a presigned URL that is not whole is refused', async () => {
    const message = async (query: string) =>
      (await (await fetch(`${fake.url}/b/k?${query}`)).text()).replaceAll('&quot;', '"');
    expect(await message('Signature=a&Expires=9999999999')).toContain(
      '<Code>AccessDenied</Code><Message>Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters</Message>',
    );
    expect(await message('X-Amz-Signature=a')).toContain(
      '<Message>Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.</Message>',
    );
    expect(
      await message(
        'X-Amz-Algorithm=a&X-Amz-Credential=a%252Fb&X-Amz-Signature=a&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires=1',
      ),
    ).toContain(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD'
        .replace('<', '&lt;')
        .replace('>', '&gt;'),
    );
  });

  it('a request from another time is refused', async () => {
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=${ID}/20130524/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00`,
      'x-amz-date': '20130524T000000Z',
    };
    expect(await (await fetch(`${fake.url}/b/k`, { headers })).text()).toContain('<Code>RequestTimeTooSkewed</Code>');
  });
});

describe('without credentials configured', () => {
  it('any signature is let in, yet a body that is not the announced one is refused, as is an expired URL', async () => {
    await using fake = await startFakeGateway({
      s3: { PutObject: async (input) => ({ ETag: `"${(await collect(input['Body'] as ByteStream)).length}"` }) },
    });
    const authorization =
      'AWS4-HMAC-SHA256 Credential=anyone/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00';
    const put = (sha256: string) =>
      fetch(`${fake.url}/b/k`, {
        method: 'PUT',
        body: 'abc',
        headers: { authorization, 'x-amz-content-sha256': sha256 },
      });
    expect((await put(createHash('sha256').update('abc').digest('hex'))).status).toBe(200);
    const refused = await put('0'.repeat(64));
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('<Code>XAmzContentSHA256Mismatch</Code>');
    const expired = await fetch(`${fake.url}/b/k?AWSAccessKeyId=a&Signature=b&Expires=1`);
    expect(await expired.text()).toContain('Request has expired');
  });
});
