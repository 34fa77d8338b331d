// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html and RFC 9113, section 3.3: what arrives
// besides plain SDK calls: HTTP/2 with prior knowledge, virtual hosts, Expect, the SQS query protocol, strangers.
import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/core/errors.ts';
import type { ByteStream } from '../../src/core/operation.ts';
import { type FakeGateway, startFakeGateway } from './gateway-fake.ts';

let fake: FakeGateway;
/** Resolves when the long poll has begun, with what ended it. */
let pollBegan: (signal: AbortSignal) => void = () => {};

beforeAll(async () => {
  fake = await startFakeGateway({
    sqs: {
      SendMessage: async () => ({ MessageId: 'm-1', MD5OfMessageBody: 'd' }),
      CreateQueue: async () => ({ QueueUrl: 'http://q' }),
      GetQueueAttributes: async () => ({ Attributes: { VisibilityTimeout: '30', Policy: '<&>' } }),
      SendMessageBatch: async () => ({ Successful: [], Failed: [] }),
      DeleteQueue: async () => {
        throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
      },
      ReceiveMessage: longPoll,
      ListQueues: async () => {
        throw new TypeError('a secret of ours');
      },
    },
    s3: {
      GetObject: async (input) => ({ Body: Buffer.from(`${input['Bucket']} ${input['Key']}`) }),
      async PutObject(input) {
        let size = 0;
        for await (const chunk of input['Body'] as ByteStream) size += chunk.length;
        return { ETag: `"${size}"` };
      },
      PutBucketTagging: async () => undefined,
      ListObjectsV2: async () => ({}),
    },
  });
});

afterAll(() => fake[Symbol.asyncDispose]());

const get = (path: string, headers: Record<string, string> = {}) => fetchRaw('GET', path, headers);

/** `fetch` would not let a test choose the Host. */
async function fetchRaw(method: string, path: string, headers: Record<string, string>, body = '') {
  const sent = request({ host: '127.0.0.1', port: fake.port, method, path, headers });
  sent.end(body);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode as number, headers: response.headers, text };
}

const form = (path: string, parameters: Record<string, string>) =>
  fetchRaw(
    'POST',
    path,
    { 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams(parameters).toString(),
  );

const json = (operation: string, body: string) =>
  fetchRaw(
    'POST',
    '/',
    { 'x-amz-target': `AmazonSQS.${operation}`, 'content-type': 'application/x-amz-json-1.0' },
    body,
  );

describe('HTTP/2 with prior knowledge', () => {
  it('is answered on the same port', async () => {
    const session = connectHttp2(fake.url);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/',
      'x-amz-target': 'AmazonSQS.SendMessage',
      'content-type': 'application/x-amz-json-1.0',
    });
    stream.end('{"QueueUrl":"q","MessageBody":"b"}');
    const [headers] = await once(stream, 'response');
    let text = '';
    for await (const chunk of stream) text += chunk;
    session.close();
    expect(headers[':status']).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ MessageId: 'm-1' });
    expect(fake.received.at(-1)?.context.origin).toBe(fake.url);
  });

  it('does not reach the admin API', async () => {
    const session = connectHttp2(fake.url);
    const stream = session.request({ ':path': '/_headwater/health' });
    const [headers] = await once(stream, 'response');
    stream.resume();
    session.close();
    expect(headers[':status']).toBe(505);
  });

  it('is told apart even when the preface comes byte by byte', async () => {
    const socket = connect(fake.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.setNoDelay(true);
    for (const byte of 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n') {
      socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
    const [frame] = await once(socket, 'data');
    // The type of the first frame of a server is SETTINGS.
    expect(frame[3]).toBe(4);
    socket.destroy();
  });
});

describe('HTTP/1.1', () => {
  it('sends 100 Continue only when the body is wanted', async () => {
    const sent = request({
      port: fake.port,
      host: '127.0.0.1',
      method: 'PUT',
      path: '/b/k',
      headers: { expect: '100-continue', 'content-length': 3 },
    });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end('abc');
    const [response] = await once(sent, 'response');
    response.resume();
    expect(response.headers.etag).toBe('"3"');
  });

  it('closes the connection of a client whose body was never asked for', async () => {
    const sent = request({
      port: fake.port,
      host: '127.0.0.1',
      method: 'PUT',
      path: '/b?website',
      headers: { expect: '100-continue', 'content-length': 3 },
    });
    sent.flushHeaders();
    const [response] = await once(sent, 'response');
    response.resume();
    expect(response.statusCode).toBe(501);
    expect(response.headers.connection).toBe('close');
  });

  it('hands what is below /_headwater to the admin API', async () => {
    expect((await get('/_headwater/health')).text).toBe('admin');
    expect((await get('/_headwater')).text).toBe('admin');
    expect((await get('/_headwaters/k')).text).toBe('_headwaters k');
  });

  it('refuses a body above the bound before reading it', async () => {
    const refused = await new Promise<number | undefined>((resolve) => {
      const sent = request({
        port: fake.port,
        host: '127.0.0.1',
        method: 'POST',
        headers: { 'x-amz-target': 'AmazonSQS.SendMessage', 'content-length': 1e9, expect: '100-continue' },
      });
      sent.flushHeaders();
      sent.once('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
    });
    expect(refused).toBe(413);
  });
});

describe('S3 addressing', () => {
  it.each([
    ['127.0.0.1', '/b/a/k', 'b a/k'],
    ['bucket.localhost:4566', '/a/k', 'bucket a/k'],
    ['bucket.s3.localhost', '/a/k', 'bucket a/k'],
    ['my.bucket.s3.eu-west-1.localhost', '/a/k', 'my.bucket a/k'],
    ['bucket.s3.amazonaws.com', '/a/k', 'bucket a/k'],
    ['s3.eu-west-1.localhost', '/b/k//x', 'b k//x'],
    ['headwater:4566', '/b/k%2F%20+', 'b k/ +'],
  ])('finds bucket and key of %s%s', async (host, path, expected) => {
    expect((await get(path, { host })).text).toBe(expected);
  });

  it('takes the region of an unsigned call from the host', async () => {
    await get('/b/k', { host: 's3.eu-west-1.localhost' });
    expect(fake.received.at(-1)?.context).toMatchObject({ region: 'eu-west-1', account: '000000000000' });
  });

  it('refuses a path that cannot be decoded', async () => {
    expect((await get('/b/%zz')).text).toContain('<Code>InvalidURI</Code>');
  });

  it('refuses a document that is not well-formed, has a doctype, or is empty', async () => {
    const put = (body: string) => fetchRaw('PUT', '/b?tagging', {}, body);
    expect((await put('<Tagging><TagSet>')).text).toContain('<Code>MalformedXML</Code>');
    expect((await put('<!DOCTYPE x [<!ENTITY e "v">]><Tagging>&e;</Tagging>')).text).toContain('MalformedXML');
    expect((await put('')).text).toContain('<Code>MissingRequestBodyError</Code>');
  });

  it('names the argument that is no number', async () => {
    const { status, text } = await get('/b?list-type=2&max-keys=ten');
    expect(status).toBe(400);
    expect(text).toContain('<ArgumentName>max-keys</ArgumentName><ArgumentValue>ten</ArgumentValue>');
  });
});

describe('the SQS query protocol', () => {
  const version = { Version: '2012-11-05' };

  it('shares the endpoint with JSON, without a signature too', async () => {
    const { text, headers } = await form('/', { Action: 'SendMessage', QueueUrl: 'q', MessageBody: 'ü', ...version });
    expect(headers['content-type']).toBe('text/xml');
    expect(text).toContain(
      '<SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><SendMessageResult>',
    );
    expect(text).toContain('<ResponseMetadata><RequestId>');
    expect(fake.received.at(-1)).toMatchObject({ input: { MessageBody: 'ü' }, context: { protocol: 'query' } });
  });

  it('takes the queue from the path', async () => {
    await form('/000000000000/orders', { Action: 'SendMessage', MessageBody: 'b', ...version });
    expect(fake.received.at(-1)?.input['QueueUrl']).toBe(`${fake.url}/000000000000/orders`);
  });

  it('reads flattened lists and maps', async () => {
    await form('/', {
      Action: 'CreateQueue',
      QueueName: 'q',
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '1',
      'Tag.1.Key': 'a',
      'Tag.1.Value': 'b',
      ...version,
    });
    expect(fake.received.at(-1)?.input).toEqual({
      QueueName: 'q',
      Attributes: { VisibilityTimeout: '1' },
      tags: { a: 'b' },
    });
    await form('/', {
      Action: 'SendMessageBatch',
      QueueUrl: 'q',
      'SendMessageBatchRequestEntry.2.Id': 'second',
      'SendMessageBatchRequestEntry.1.Id': 'first',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Name': 'n',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType': 'Binary',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.BinaryValue': 'aGk=',
      ...version,
    });
    expect(fake.received.at(-1)?.input['Entries']).toEqual([
      { Id: 'first', MessageAttributes: { n: { DataType: 'Binary', BinaryValue: Buffer.from('hi') } } },
      { Id: 'second' },
    ]);
  });

  it('writes maps under their former names', async () => {
    const { text } = await form('/', { Action: 'GetQueueAttributes', QueueUrl: 'q', ...version });
    expect(text).toContain(
      '<Attribute><Name>VisibilityTimeout</Name><Value>30</Value></Attribute><Attribute><Name>Policy</Name><Value>&lt;&amp;&gt;</Value></Attribute>',
    );
  });

  it('answers errors with their former codes', async () => {
    const { status, text } = await form('/', { Action: 'DeleteQueue', QueueUrl: 'q', ...version });
    expect(status).toBe(400);
    expect(text).toMatch(
      /<ErrorResponse .*<Error><Type>Sender<\/Type><Code>AWS.SimpleQueueService.NonExistentQueue<\/Code><Message>The specified queue does not exist.<\/Message><Detail\/><\/Error><RequestId>/,
    );
  });
});

describe('errors', () => {
  it('carry their former code in a header of the JSON protocol', async () => {
    const { status, headers, text } = await json('DeleteQueue', '{"QueueUrl":"q"}');
    expect(status).toBe(400);
    expect(headers['x-amzn-query-error']).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
    expect(JSON.parse(text)).toEqual({
      __type: 'com.amazonaws.sqs#QueueDoesNotExist',
      message: 'The specified queue does not exist.',
    });
  });

  it('of ours show nothing of the inside, and stand in the journal', async () => {
    const { status, text } = await json('ListQueues', '{}');
    expect(status).toBe(500);
    expect(text).toContain('InternalFailure');
    expect(text).not.toContain('secret');
    expect(fake.journal).toContainEqual(
      expect.objectContaining({ kind: 'fault', what: expect.stringContaining('a secret of ours') }),
    );
  });

  it('name an operation that is not there, in the words of each protocol', async () => {
    expect((await json('Frobnicate', '{}')).text).toContain('UnknownOperationException');
    expect((await json('PurgeQueue', '{}')).text).toContain('PurgeQueue');
    const query = await form('/', { Action: 'Frobnicate', Version: '2012-11-05' });
    expect(query.text).toContain('<Code>InvalidAction</Code>');
    const s3 = await get('/b?website');
    expect(s3.status).toBe(501);
    expect(s3.text).toMatch(/<Code>NotImplemented<\/Code><Message>.*GetBucketWebsite</);
    expect(fake.journal).toContainEqual(
      expect.objectContaining({ kind: 'fault', what: 's3 GetBucketWebsite is not implemented' }),
    );
  });

  it('tell what JSON cannot be', async () => {
    expect((await json('SendMessage', '{')).text).toContain('SerializationException');
    expect((await json('SendMessage', '{"MessageBody":1}')).text).toContain(
      'NUMBER_VALUE can not be converted to a String',
    );
  });
});

describe('a port', () => {
  it('that is taken is named, with the flag that changes it', async () => {
    const second = await startFakeGateway({});
    await second.gateway.close(0);
    await expect(second.gateway.listen({ host: '127.0.0.1', port: fake.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      fault: 'user',
      message: expect.stringMatching(new RegExp(`${fake.port}.*--port`)),
    });
  });

  it('is free again after a close that ended long polls', async () => {
    const closing = await startFakeGateway({ sqs: { ReceiveMessage: longPoll } });
    const began = new Promise<AbortSignal>((resolve) => {
      pollBegan = resolve;
    });
    const polling = fetch(closing.url, { method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' } });
    await began;
    await closing.gateway.close(10_000);
    expect((await polling).status).toBe(200);
  });

  it('answers what a request in progress asks of it while it closes, and then that request', async () => {
    const progress = new EventEmitter();
    const SendMessage = async () => {
      progress.emit('began');
      await once(progress, 'finish');
      const asked = await fetch(closing.url, { method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.ListQueues' } });
      return { MessageId: `asked: ${asked.status}` };
    };
    const closing = await startFakeGateway({ sqs: { SendMessage, ListQueues: async () => ({}) } });
    const began = once(progress, 'began');
    const sending = fetch(closing.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: '{"QueueUrl":"q","MessageBody":"m"}',
    });
    await began;
    const closed = closing.gateway.close(10_000);
    progress.emit('finish');
    expect(await (await sending).json()).toMatchObject({ MessageId: 'asked: 200' });
    await closed;
    await expect(fetch(closing.url)).rejects.toThrow('fetch failed');
  });

  it('that is stopping lets no long poll begin', async () => {
    const closing = await startFakeGateway({ sqs: { ReceiveMessage: longPoll } });
    closing.gateway.quiesce();
    const polled = await fetch(closing.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
    });
    expect(polled.status).toBe(200);
    await closing.gateway.close(0);
  });

  it('tells an operation that its client went away', async () => {
    const began = new Promise<AbortSignal>((resolve) => {
      pollBegan = resolve;
    });
    const sent = request({
      port: fake.port,
      host: '127.0.0.1',
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
    });
    sent.on('error', () => {});
    sent.end('{}');
    const signal = await began;
    const aborted = once(signal, 'abort');
    sent.destroy();
    await aborted;
    expect(signal.aborted).toBe(true);
  });
});

function longPoll(_input: unknown, { signal }: { readonly signal: AbortSignal }): Promise<unknown> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({}), { once: true });
    if (signal.aborted) resolve({});
    pollBegan(signal);
  });
}
