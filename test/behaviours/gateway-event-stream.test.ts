// https://smithy.io/2.0/aws/amazon-eventstream.html: how a stream of events is written, here
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html.
import { once } from 'node:events';
import { request } from 'node:http';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { KinesisClient, SubscribeToShardCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/core/errors.ts';
import type { RequestContext } from '../../src/core/operation.ts';
import { decodeCbor } from '../../src/gateway/codecs/cbor/decode.ts';
import { encodeCbor } from '../../src/gateway/codecs/cbor/encode.ts';
import { readEventMessages } from '../support/event-stream.ts';
import { type FakeGateway, startFakeGateway } from './gateway-fake.ts';

const ConsumerARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1';
const ARRIVED = new Date('2026-01-01T00:00:00.250Z');
const EVENT = {
  Records: [{ SequenceNumber: '1', Data: Buffer.from('hi'), PartitionKey: 'k', ApproximateArrivalTimestamp: ARRIVED }],
  ContinuationSequenceNumber: '1',
  MillisBehindLatest: 0,
};

const BIG = { ...EVENT, Records: [{ ...EVENT.Records[0], Data: Buffer.alloc(1_000_000) }] };
const FLOOD = 40;

let fake: FakeGateway;
/** How many big events were asked for. */
let flooded = 0;
/** Resolves when the events of a silent stream are awaited, with what the service sees of the client. */
let silenceBegan: (signal: AbortSignal) => void = () => {};

async function* events(shard: string, context: RequestContext): AsyncIterable<object> {
  yield { SubscribeToShardEvent: EVENT };
  if (shard === 'silent') {
    silenceBegan(context.signal);
    await once(context.signal, 'abort');
  }
  if (shard === 'flood') {
    for (flooded = 0; flooded < FLOOD; flooded++) yield { SubscribeToShardEvent: BIG };
  }
  if (shard === 'taken') throw new ServiceError('ResourceInUseException', 'Another subscription took over.');
  if (shard === 'broken') throw new TypeError('a secret of ours');
}

beforeAll(async () => {
  fake = await startFakeGateway({
    kinesis: {
      async SubscribeToShard(input, context) {
        const shard = String(input['ShardId']);
        if (shard === 'unknown') throw new ServiceError('ResourceNotFoundException', 'Could not find shard.');
        return { EventStream: events(shard, context) };
      },
    },
  });
});
afterAll(() => fake[Symbol.asyncDispose]());

const inputFor = (ShardId: string) => ({ ConsumerARN, ShardId, StartingPosition: { Type: 'LATEST' as const } });

/** The call over HTTP/1.1, without a client of AWS. */
async function subscribe(shard: string, cbor = false) {
  const sent = request(fake.url, {
    method: 'POST',
    headers: {
      'content-type': cbor ? 'application/x-amz-cbor-1.1' : 'application/x-amz-json-1.1',
      'x-amz-target': 'Kinesis_20131202.SubscribeToShard',
    },
  });
  sent.end(cbor ? encodeCbor(inputFor(shard), { unitsPerSecond: 1000 }) : JSON.stringify(inputFor(shard)));
  const [response] = await once(sent, 'response');
  return { sent, response };
}

/** The call over HTTP/2. */
function subscribeOver(session: ClientHttp2Session, shard: string) {
  const stream = session.request({
    ':method': 'POST',
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'Kinesis_20131202.SubscribeToShard',
  });
  stream.end(JSON.stringify(inputFor(shard)));
  return stream;
}

/** Resolves once a count has stayed the same over many turns of the event loop. */
async function comesToRest(count: () => number): Promise<void> {
  for (let before = -1, turns = 0; turns < 2000; turns++) {
    if (before !== count()) turns = 0;
    before = count();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function messagesOf(shard: string, cbor = false) {
  const { response } = await subscribe(shard, cbor);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const { messages, rest } = readEventMessages(Buffer.concat(chunks));
  expect(rest).toHaveLength(0);
  return { headers: response.headers, messages };
}

describe('an event stream', () => {
  it('reaches an unmodified client over HTTP/2', async () => {
    const client = new KinesisClient({
      endpoint: fake.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { EventStream = [] } = await client.send(new SubscribeToShardCommand(inputFor('ends')));
    const seen = [];
    for await (const event of EventStream) seen.push(event);
    expect(seen).toEqual([
      { SubscribeToShardEvent: { ...EVENT, Records: [{ ...EVENT.Records[0], Data: expect.any(Uint8Array) }] } },
    ]);
    expect(Buffer.from(seen[0]?.SubscribeToShardEvent?.Records?.[0]?.Data ?? []).toString()).toBe('hi');
    const taken = await client.send(new SubscribeToShardCommand(inputFor('taken')));
    const drain = async () => {
      for await (const _ of taken.EventStream ?? []);
    };
    await expect(drain()).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: 'Another subscription took over.',
    });
    client.destroy();
  });

  it('begins with an initial response and has a frame for each event', async () => {
    const { headers, messages } = await messagesOf('ends');
    expect(headers['content-type']).toBe('application/vnd.amazon.eventstream');
    expect(messages.map((message) => message.headers)).toEqual(
      ['initial-response', 'SubscribeToShardEvent'].map((type) => ({
        ':message-type': 'event',
        ':event-type': type,
        ':content-type': 'application/x-amz-json-1.1',
      })),
    );
    expect(messages[0]?.payload.toString()).toBe('{}');
    expect(JSON.parse(String(messages[1]?.payload))).toMatchObject({
      Records: [{ Data: 'aGk=' }],
      MillisBehindLatest: 0,
    });
  });

  it('has payloads in the format of the request', async () => {
    const { messages } = await messagesOf('ends', true);
    expect(messages[1]?.headers[':content-type']).toBe('application/x-amz-cbor-1.1');
    expect(decodeCbor(messages[1]?.payload ?? Buffer.alloc(0), { unitsPerSecond: 1000 })).toEqual(EVENT);
  });

  it('ends with an exception when the service throws', async () => {
    const { messages } = await messagesOf('taken');
    expect(messages.at(-1)?.headers).toEqual({
      ':message-type': 'exception',
      ':exception-type': 'ResourceInUseException',
      ':content-type': 'application/x-amz-json-1.1',
    });
    expect(JSON.parse(String(messages.at(-1)?.payload))).toEqual({ message: 'Another subscription took over.' });
  });

  it('shows nothing of our own faults but in the journal', async () => {
    const { messages } = await messagesOf('broken');
    expect(messages.at(-1)?.headers[':exception-type']).toBe('InternalFailureException');
    expect(JSON.stringify(messages)).not.toContain('secret');
    expect(fake.journal.at(-1)).toMatchObject({ kind: 'fault', what: expect.stringContaining('a secret of ours') });
  });

  it('does not begin when the call is refused', async () => {
    const { response } = await subscribe('unknown');
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toBe('application/x-amz-json-1.1');
    response.resume();
  });

  it.each(['HTTP/1.1', 'HTTP/2'])('waits for a slow reader over %s', async (version) => {
    const isHttp2 = version === 'HTTP/2';
    const session = isHttp2 ? connect(fake.url) : undefined;
    const stream = session ? subscribeOver(session, 'flood') : (await subscribe('flood')).response;
    // The first bytes are there, and nobody reads on: the sockets fill, and no further event is asked for.
    await once(stream, 'readable');
    await comesToRest(() => flooded);
    expect(flooded).toBeLessThan(FLOOD / 2);
    let size = 0;
    for await (const chunk of stream) size += chunk.length;
    expect(size).toBeGreaterThan(FLOOD * 1_300_000);
    session?.close();
  });

  it('ends for the service when the client goes away, over HTTP/1.1 and HTTP/2', async () => {
    const gone = () => new Promise<AbortSignal>((resolve) => (silenceBegan = resolve));
    let began = gone();
    const { sent } = await subscribe('silent');
    const signal = await began;
    sent.destroy();
    await aborted(signal);
    began = gone();
    const session = connect(fake.url);
    const stream = subscribeOver(session, 'silent');
    const other = await began;
    stream.close(constants.NGHTTP2_CANCEL);
    await aborted(other);
    session.destroy();
  });
});

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
