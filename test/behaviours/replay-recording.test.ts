// README.md, "Replay": a stream's records are written as CloudEvents 1.0 lines, and such lines are published again.
// github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
import { DeleteItemCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutRecordCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/clock.ts';
import { ReplaySubject } from './replay-fixture.ts';

let subject: ReplaySubject;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
  const table = { partitionKey: { name: 'id' }, stream: 'NEW_AND_OLD_IMAGES' as const };
  subject = await ReplaySubject.start({
    streams: { orders: { shardCount: 2 }, copy: {}, slow: {}, followed: {}, resharded: {} },
    tables: { items: table, copies: table, keys: { ...table, stream: 'KEYS_ONLY' } },
    queues: { inbox: {} },
    mappings: [
      { eventSource: 'copy', function: 'handle' },
      { eventSource: 'slow', function: 'handle' },
      { eventSource: 'inbox', function: 'handle' },
    ],
  });
  dynamodb = new DynamoDBClient(subject.kit.clientConfig());
});
afterAll(async () => {
  dynamodb.destroy();
  await subject[Symbol.asyncDispose]();
});

const record = (source: string) => subject.get(`/record?${new URLSearchParams({ source })}`);
const publish = (events: readonly unknown[], query: Record<string, string> = {}) =>
  subject.post(`/publish?${new URLSearchParams(query)}`, events.map((event) => JSON.stringify(event)).join('\n'));

const SPLIT = { ShardToSplit: 'shardId-000000000000', NewStartingHashKey: (2n ** 127n).toString() };
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/copies';
const BYTES = Uint8Array.from([0, 255, 128]);

describe('records of a stream', () => {
  test('are told as CloudEvents, text as text and bytes as bytes, in the order of their arrival', async () => {
    for (const [text, key] of [
      ['{"n": 1.0}', 'a'],
      ['ü', 'b'],
      ['{"n":3}', 'c'],
    ] as const) {
      await subject.put('orders', [text], key);
      await subject.kit.advance(MINUTE);
    }
    const put = new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'd', Data: BYTES });
    const { SequenceNumber, ShardId } = await subject.kinesis.send(put);
    const events = await record(subject.arn('orders'));
    expect(events.map(({ data }) => data)).toEqual(['{"n": 1.0}', 'ü', '{"n":3}', undefined]);
    expect(events.at(-1)).toEqual({
      specversion: '1.0',
      id: `${ShardId}:${SequenceNumber}`,
      source: subject.arn('orders'),
      type: 'aws.kinesis.record',
      time: new Date(subject.kit.headwater.clock.nowMs()).toISOString(),
      datacontenttype: 'application/octet-stream',
      data_base64: Buffer.from(BYTES).toString('base64'),
      partitionkey: 'd',
      sequence: SequenceNumber,
      shardid: ShardId,
    });
  });

  test('are published byte for byte, with their keys, into another stream', async () => {
    const events = await record(subject.arn('orders'));
    const lines = await publish(events, { into: subject.arn('copy') });
    expect(lines.at(-1)).toMatchObject({ kind: 'done', succeeded: 4, failed: 0 });
    expect((await subject.got()).flatMap(({ records }) => records).slice(0, 3)).toEqual(['{"n": 1.0}', 'ü', '{"n":3}']);
    const copies = await record(subject.arn('copy'));
    const essence = ({ data, data_base64, partitionkey }: Record<string, unknown>) => [data, data_base64, partitionkey];
    expect(copies.map(essence)).toEqual(events.map(essence));
  });

  test('are published into the stream that they name', async () => {
    const [event] = await record(subject.arn('orders'));
    await publish([{ ...event, source: subject.arn('copy') }]);
    expect(await subject.got()).toMatchObject([{ records: ['{"n": 1.0}'] }]);
  });

  test('go into a queue, too, and the journal says that they are a replay', async () => {
    const into = 'arn:aws:sqs:us-east-1:000000000000:inbox';
    const [event] = await record(subject.arn('orders'));
    const lines = await publish([event], { into });
    expect(await subject.got()).toMatchObject([{ records: ['{"n": 1.0}'] }]);
    const { replay } = lines.at(-1) ?? {};
    const [entry] = subject.kit.headwater.journal.read().filter(({ kind, arn }) => kind === 'delivery' && arn === into);
    const becameId = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(entry).toMatchObject({ eventIds: [event?.['id']], becameId, detail: { replay } });
  });

  test('are followed from the record that they were into the one that they became', async () => {
    const [event] = await record(subject.arn('orders'));
    const source = subject.arn('copy');
    const { length } = await record(source);
    await publish([{ ...event, id: 'of-old' }], { into: source });
    await subject.got();
    const became = (await record(source))[length]?.['id'];
    const entries = subject.kit.headwater.journal.read({ event: 'of-old' });
    expect(entries.map(({ kind, eventIds }) => [kind, eventIds?.join()])).toEqual([
      ['event', became],
      ['delivery', 'of-old'],
      ['batch', became],
      ['attempt', became],
      ['settle', became],
    ]);
  });

  test('keep their distances in time where the speed says so', async () => {
    const events = await record(subject.arn('orders'));
    const running = publish(events.slice(0, 2), { into: subject.arn('slow'), speed: 'original' });
    await expect.poll(async () => (await subject.got()).length).toBe(1);
    await subject.kit.advance(MINUTE - 1);
    expect(await subject.got()).toEqual([]);
    await subject.kit.advance(1);
    expect(await subject.got()).toMatchObject([{ records: ['ü'] }]);
    expect((await running).at(-1)).toMatchObject({ succeeded: 2 });
  });

  test('are told as they come, until the client goes away', async () => {
    const source = subject.arn('followed');
    const stop = new AbortController();
    const url = `${subject.kit.endpoint}/_headwater/record?${new URLSearchParams({ source, follow: '1' })}`;
    // Answered before there is anything to tell.
    const { body } = await fetch(url, { signal: stop.signal });
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async (): Promise<unknown> => {
      const text = (await reader?.read())?.value?.trim();
      return text === '' ? await next() : JSON.parse(text ?? '{}').data;
    };
    await subject.put('followed', ['first']);
    expect(await next()).toBe('first');
    await subject.put('followed', ['second']);
    expect(await next()).toBe('second');
    stop.abort();
  });
});

test('are followed through a reshard without a child overtaking its parent', async () => {
  const source = subject.arn('resharded');
  await subject.put('resharded', ['1', '2']);
  await subject.kinesis.send(new SplitShardCommand({ StreamName: 'resharded', ...SPLIT }));
  await subject.put('resharded', ['3', '4']);
  const stop = new AbortController();
  const url = `${subject.kit.endpoint}/_headwater/record?${new URLSearchParams({ source, follow: '1' })}`;
  const { body } = await fetch(url, { signal: stop.signal });
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.trim().split('\n').length === 4) break;
  }
  stop.abort();
  const lines = text.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).data)).toEqual(['1', '2', '3', '4']);
});

test('wait where a shard takes no more this second', async () => {
  await using throttled = await ReplaySubject.start({ settings: { throttle: true }, streams: { narrow: {} } });
  const event = { specversion: '1.0', id: 'e', source: throttled.arn('narrow'), type: 'aws.kinesis.record', data: 'x' };
  const publishing = throttled.post('/publish', Array.from({ length: 1001 }, () => JSON.stringify(event)).join('\n'));
  await expect.poll(() => throttled.kit.headwater.activity.now().nextDueAt).toBeDefined();
  await throttled.kit.advance(MINUTE);
  expect((await publishing).at(-1)).toMatchObject({ succeeded: 1001, failed: 0 });
});

describe("changes of a table's items", () => {
  test('are told with their images and make another table the same', async () => {
    const put = (id: string, more: object) =>
      dynamodb.send(new PutItemCommand({ TableName: 'items', Item: { id: { S: id }, ...more } }));
    await put('a', {
      n: { N: '1.50' },
      bytes: { B: BYTES },
      list: { L: [{ BS: [BYTES] }, { M: { x: { NULL: true } } }] },
    });
    await put('b', {});
    await put('a', { n: { N: '2' }, bytes: { B: BYTES } });
    await dynamodb.send(new DeleteItemCommand({ TableName: 'items', Key: { id: { S: 'b' } } }));
    const events = await record(await streamOf('items'));
    expect(events.map(({ type }) => type)).toEqual([
      'aws.dynamodb.INSERT',
      'aws.dynamodb.INSERT',
      'aws.dynamodb.MODIFY',
      'aws.dynamodb.REMOVE',
    ]);
    expect(events[0]).toMatchObject({ datacontenttype: 'application/json', data: { Keys: { id: { S: 'a' } } } });
    expect((await publish(events, { into: TABLE })).at(-1)).toMatchObject({ succeeded: 4, failed: 0 });
    const [copied] = await record(await streamOf('copies'));
    const trail = subject.kit.headwater.journal.read({ event: String(events[0]?.['id']) });
    expect(trail.flatMap(({ eventIds }) => eventIds)).toContain(copied?.['id']);
    const items = async (TableName: string) => (await dynamodb.send(new ScanCommand({ TableName }))).Items;
    expect(await items('copies')).toEqual(await items('items'));
  });

  test('whose images are none are refused, and the others go on', async () => {
    const event = { specversion: '1.0', id: 'e', type: 'aws.dynamodb.INSERT', source: TABLE };
    const images = [{ id: null }, { id: { S: 5 } }, { id: { L: 'x' } }, 'x', { id: { S: 'good' } }];
    const lines = await publish(images.map((NewImage) => ({ ...event, data: { NewImage } })));
    expect(lines.at(-1)).toMatchObject({ succeeded: 1, failed: 4 });
    expect(lines[0]).toMatchObject({ error: 'the event holds no attribute values' });
  });

  test('without a new image cannot be made again, and say so', async () => {
    await dynamodb.send(new PutItemCommand({ TableName: 'keys', Item: { id: { S: 'a' } } }));
    const lines = await publish(await record(await streamOf('keys')));
    expect(lines).toMatchObject([
      { kind: 'published', error: expect.stringContaining('has no NewImage') },
      { kind: 'done', succeeded: 0, failed: 1 },
    ]);
  });
});

async function streamOf(table: string): Promise<string> {
  const { DescribeTableCommand } = await import('@aws-sdk/client-dynamodb');
  return (await dynamodb.send(new DescribeTableCommand({ TableName: table }))).Table?.LatestStreamArn ?? '';
}

describe('lines that are no events', () => {
  const event = { specversion: '1.0', id: '1', source: 'arn:aws:s3:::bucket', type: 't', data: 'x' };
  test.each([
    ['[]', 'Line 1 is no CloudEvents 1.0 event: it is no JSON object'],
    ['{', 'it is no JSON object'],
    [JSON.stringify({ ...event, specversion: '0.3' }), 'its "specversion" is not "1.0"'],
    [JSON.stringify({ ...event, id: undefined }), 'its "id" is not a text'],
    [JSON.stringify({ ...event, time: 'noon' }), 'its "time" is no instant'],
    [JSON.stringify({ ...event, data: undefined }), 'it has neither "data" nor "data_base64"'],
    [JSON.stringify({ ...event, data_base64: 'eA==' }), 'it has both "data" and "data_base64"'],
    [JSON.stringify({ ...event, data: undefined, data_base64: '*' }), 'its "data_base64" is no base64'],
  ])('%s', async (line, message) => {
    expect(await subject.post('/publish', line)).toMatchObject([
      { code: 'INVALID_EVENT', message: expect.stringContaining(message) },
    ]);
  });

  test('are refused where nothing can be published, and the others go on', async () => {
    const good = { ...event, source: 'arn:aws:sqs:us-east-1:000000000000:inbox' };
    expect(await publish([event, good])).toMatchObject([
      { kind: 'published', error: 'events cannot be published into arn:aws:s3:::bucket' },
      { kind: 'published', into: good.source },
      { kind: 'done', succeeded: 1, failed: 1 },
    ]);
  });
});
