// README.md, "Replay": records of a stream are delivered again, from a shard or by moving a mapping's checkpoint.

import { SplitShardCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/clock.ts';
import { ReplaySubject } from './replay-fixture.ts';

const SHARD = 'shardId-000000000000';
let subject: ReplaySubject;
let numbers: readonly string[];

/** Each test has a stream of its own; its mapping has delivered three records that came a minute apart. */
let stream = -1;
const name = () => `orders-${stream}`;
const FILTERED = 3;
const mappings = Array.from({ length: 14 }, (_, index) => ({
  eventSource: `orders-${index}`,
  function: 'handle',
  batchSize: 2,
  maximumRetryAttempts: 0,
}));

beforeAll(async () => {
  subject = await ReplaySubject.start({
    streams: { ...Object.fromEntries(mappings.map(({ eventSource }) => [eventSource, {}])), unmapped: {} },
    mappings: mappings.map((mapping, index) =>
      index === FILTERED ? { ...mapping, filters: [{ data: { kind: ['a'] } }] } : mapping,
    ),
  });
});
afterAll(() => subject[Symbol.asyncDispose]());

beforeEach(async () => {
  stream++;
  if (stream >= mappings.length) return;
  const put: string[] = [];
  for (const text of ['{"kind":"a"}', '{"kind":"b"}', '{"kind":"c"}']) {
    put.push(...(await subject.put(name(), [text])));
    await subject.kit.advance(MINUTE);
  }
  numbers = put;
  await subject.got();
});

const delivered = (lines: readonly Record<string, unknown>[]) => lines.filter(({ kind }) => kind === 'delivered');
const kinds = async () => (await subject.got()).flatMap(({ records }) => records.map((text) => JSON.parse(text).kind));

describe('a replay of a stream', () => {
  test('delivers a range of sequence numbers to the mapped function, in its batches', async () => {
    const source = subject.arn(name());
    const lines = await subject.post('/replay', { source, shard: SHARD, from: numbers[1], until: numbers[2] });
    expect(lines).toMatchObject([
      {
        kind: 'delivered',
        outcome: 'ok',
        records: 2,
        shardId: SHARD,
        firstSequenceNumber: numbers[1],
        lastSequenceNumber: numbers[2],
      },
      { kind: 'done', succeeded: 1, failed: 0, records: 2 },
    ]);
    expect(await subject.got()).toMatchObject([{ by: 'handle', records: ['{"kind":"b"}', '{"kind":"c"}'] }]);
  });

  test("leaves the mapping's place alone", async () => {
    await subject.post('/replay', { source: subject.arn(name()) });
    expect(await kinds()).toEqual(['a', 'b', 'c']);
    await subject.put(name(), ['{"kind":"d"}']);
    expect(await kinds()).toEqual(['d']);
  });

  test('goes to another function where one is named, with a batch size of its own', async () => {
    await subject.post('/replay', { source: subject.arn(name()), after: numbers[0], function: 'fixed', batchSize: 1 });
    expect(await subject.got()).toMatchObject([
      { by: 'fixed', records: ['{"kind":"b"}'] },
      { by: 'fixed', records: ['{"kind":"c"}'] },
    ]);
  });

  test("keeps to the mapping's filters", async () => {
    expect(stream).toBe(FILTERED);
    await subject.post('/replay', { mapping: await subject.mappingOf(subject.arn(name())) });
    expect(await kinds()).toEqual(['a']);
  });

  test('takes a range of time, with both ends', async () => {
    const nowMs = subject.kit.headwater.clock.nowMs();
    const until = new Date(nowMs - MINUTE).toISOString();
    await subject.post('/replay', { source: subject.arn(name()), since: '2m', until });
    expect(await kinds()).toEqual(['b', 'c']);
  });

  test('at original speed waits as long between records as they did; at ten times the speed a tenth', async () => {
    const source = subject.arn(name());
    for (const [speed, waitMs] of [
      ['original', MINUTE],
      [10, MINUTE / 10],
    ] as const) {
      const running = subject.post('/replay', { source, speed });
      await expect.poll(async () => await subject.got()).toMatchObject([{ records: ['{"kind":"a"}'] }]);
      await subject.kit.advance(waitMs - 1);
      expect(await kinds()).toEqual([]);
      await subject.kit.advance(1);
      expect(await kinds()).toEqual(['b']);
      await subject.kit.advance(waitMs);
      expect(await kinds()).toEqual(['c']);
      expect((await running).at(-1)).toMatchObject({ kind: 'done', records: 3 });
    }
  });

  test('delivers children after their parents', async () => {
    const split = { StreamName: name(), ShardToSplit: SHARD, NewStartingHashKey: (2n ** 127n).toString() };
    await subject.kinesis.send(new SplitShardCommand(split));
    await subject.put(name(), ['{"kind":"d"}']);
    await subject.got();
    await subject.post('/replay', { source: subject.arn(name()) });
    expect(await kinds()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('tells what the function failed with, and goes on', async () => {
    await subject.put(name(), ['fail']);
    const source = subject.arn(name());
    const lines = await subject.post('/replay', { source, from: numbers[2], batchSize: 1, function: 'handle' });
    expect(delivered(lines)).toMatchObject([
      { outcome: 'ok' },
      { outcome: 'function-error', error: expect.stringContaining('cannot do this') },
    ]);
    expect(lines.at(-1)).toMatchObject({ kind: 'done', succeeded: 1, failed: 1 });
  });

  test('says so in the journal, with each delivery', async () => {
    const lines = await subject.post('/replay', { source: subject.arn(name()) });
    const { replay } = lines.at(-1) ?? {};
    const entries = subject.kit.headwater.journal.read().filter(({ detail }) => {
      return (detail as { readonly replay?: string } | undefined)?.replay === replay;
    });
    expect(entries.map(({ kind }) => kind)).toEqual(['decision', 'batch', 'batch', 'decision']);
    const requests = delivered(lines).map(({ requestId }) => requestId);
    expect(entries.filter(({ kind }) => kind === 'batch').map(({ requestId }) => requestId)).toEqual(requests);
  });

  test('by moving the checkpoint lets the mapping deliver again, and go on', async () => {
    const mapping = await subject.mappingOf(subject.arn(name()));
    const lines = await subject.post('/replay', { mapping, moveCheckpoint: true, shard: SHARD, from: numbers[1] });
    expect(lines).toMatchObject([
      { kind: 'moved', mapping, shardId: SHARD },
      { kind: 'done', failed: 0 },
    ]);
    expect(await kinds()).toEqual(['b', 'c']);
    await subject.put(name(), ['{"kind":"d"}']);
    expect(await kinds()).toEqual(['d']);
    const batches = subject.kit.headwater.journal.read().filter((entry) => {
      return entry.kind === 'batch' && entry.mapping === mapping;
    });
    expect(batches.slice(-2).map(({ detail }) => detail)).toEqual([{ replay: lines.at(-1)?.['replay'] }, undefined]);
  });

  test('of a range that was trimmed says what is left, and takes that when told to', async () => {
    await subject.kit.advance(24 * HOUR - 2 * MINUTE);
    const source = subject.arn(name());
    const request = { source, shard: SHARD, from: numbers[0] };
    expect(await subject.post('/replay', request)).toMatchObject([
      {
        code: 'RANGE_TRIMMED',
        message: expect.stringMatching(new RegExp(`: [12] are left, from ${numbers[1]} .* to ${numbers[2]} `)),
      },
    ]);
    expect(await subject.post('/replay', { source, since: '25h' })).toMatchObject([{ code: 'RANGE_TRIMMED' }]);
    expect(await kinds()).toEqual([]);
    await subject.post('/replay', { ...request, available: true });
    expect(await kinds()).toEqual(['b', 'c']);
  });
});

describe('a replay that waits ends', () => {
  test('when its client goes away', async () => {
    const stop = new AbortController();
    const request = { source: subject.arn(name()), speed: 'original', function: 'fixed' };
    const url = `${subject.kit.endpoint}/_headwater/replay`;
    const running = fetch(url, { method: 'POST', body: JSON.stringify(request), signal: stop.signal });
    await expect.poll(async () => await subject.got()).toHaveLength(1);
    stop.abort();
    await running.then((response) => response.text()).catch(() => {});
    await expect.poll(ended).toMatch(/was stopped: 1 succeeded/);
    await subject.kit.advance(5 * MINUTE);
    expect(await subject.got()).toEqual([]);
  });

  test('at a reset', async () => {
    const running = subject.post('/replay', { source: subject.arn(name()), speed: 'original', function: 'fixed' });
    await expect.poll(async () => await subject.got()).toHaveLength(1);
    await subject.kit.headwater.reset(['iam']);
    expect((await running).at(-1)).toMatchObject({ kind: 'done', succeeded: 1, stopped: true });
    await subject.kit.advance(5 * MINUTE);
    expect(await subject.got()).toEqual([]);
  });
});

const ended = () =>
  subject.kit.headwater.journal.read().findLast(({ what }) => /^Replay .* was stopped/.test(what))?.what;

describe('what a replay refuses', () => {
  test.each([
    [{}, 'SOURCE_NEEDED', 'Name what to replay'],
    [{ source: 'orders' }, 'INVALID_REPLAY', '"source" takes an ARN; got "orders"'],
    [{ source: 'arn:aws:sqs:us-east-1:000000000000:q' }, 'NOT_A_STREAM', 'is no stream'],
    [{ source: 'arn:aws:kinesis:us-east-1:000000000000:stream/none' }, 'UNKNOWN_STREAM', 'There is no'],
    [{ moveCheckpoint: 'yes' }, 'INVALID_REPLAY', '"moveCheckpoint" takes true or false; got "yes"'],
    [{ journal: 'yes' }, 'INVALID_REPLAY', '"journal" takes true or false; got "yes"'],
    [{ since: '10m', until: '1h' }, 'INVALID_REPLAY', 'The range ends before it begins'],
    [{ from: '2'.padEnd(56, '0'), until: '1'.padEnd(56, '0') }, 'INVALID_REPLAY', 'The range ends before it begins'],
    [{ journal: true, since: '10m', until: '1h' }, 'INVALID_REPLAY', 'The range ends before it begins'],
    [{ source: 'arn:aws:sqs:us-east-1:000000000000:q', function: 'fixed' }, 'NOT_A_STREAM', 'is no stream'],
    [
      { source: 'arn:aws:kinesis:us-east-1:000000000000:stream/none', function: 'fixed' },
      'UNKNOWN_STREAM',
      'There is no',
    ],
    [{ source: 'arn:aws:kinesis:us-east-1:000000000000:stream/unmapped' }, 'FUNCTION_NEEDED', 'name a function'],
    [
      { source: 'arn:aws:kinesis:us-east-1:000000000000:stream/unmapped', function: 'none' },
      'UNKNOWN_FUNCTION',
      'function:none',
    ],
    [
      { source: 'arn:aws:kinesis:us-east-1:000000000000:stream/unmapped', function: 'fixed', shard: 'shardId-9' },
      'UNKNOWN_SHARD',
      'the stream has shardId-000000000000',
    ],
    [{ mapping: 'none' }, 'UNKNOWN_MAPPING', 'There is no mapping none'],
    [{ speed: 'fast' }, 'INVALID_REPLAY', '"speed" takes "full", "original" or a number above 0, e.g. 10; got "fast"'],
    [{ since: 'yesterday' }, 'INVALID_REPLAY', '"since" takes an instant'],
    [{ from: '1', after: '2' }, 'INVALID_REPLAY', 'Only one of'],
    [{ sped: 1 }, 'INVALID_REPLAY', '"sped" is not known'],
    [
      { moveCheckpoint: true, mapping: 'm', speed: 1 },
      'INVALID_REPLAY',
      '"speed" says nothing beside "moveCheckpoint"',
    ],
    [{ journal: true, shard: 's' }, 'INVALID_REPLAY', '"shard" says nothing beside "journal"'],
    [{ journal: true, event: 'none' }, 'UNKNOWN_EVENT', 'The journal has nothing about none'],
    [{ event: 'e' }, 'INVALID_REPLAY', '"event" says nothing without "journal"'],
  ])('%j', async (request, code, message) => {
    expect(await subject.post('/replay', request)).toMatchObject([{ code, message: expect.stringContaining(message) }]);
  });

  test('and the journal says of one that had begun why it went no further', async () => {
    const [refusal] = await subject.post('/redrive', { queue: 'none' });
    const told = subject.kit.headwater.journal.read().map(({ what }) => what);
    const begun = told.findLast((what) => what.endsWith(':none begins'));
    const replay = begun?.split(' ')[1];
    expect(told).toContain(`Replay ${replay} has failed: ${refusal?.['message']}`);
  });
});
