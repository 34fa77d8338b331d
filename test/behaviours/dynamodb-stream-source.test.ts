// "To read and process DynamoDB stream records, … your application must connect to a shard, … must always process a parent
// shard before it processes a child shard": docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { type Arn, asArn } from '../../src/core/arn.ts';
import { DAY, HOUR } from '../../src/core/clock.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { ReadFrom, ShardPage, ShardReader } from '../../src/core/source.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { ACCOUNT, keyed, startDynamodb, TABLE_ARN } from './dynamodb-fixture.ts';

const LIMITS = { maxRecords: 100, maxBytes: 2 ** 20 };
const SPECIFICATION = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' };
const timing = { tableShardLifeMs: 4 * HOUR };

async function startSource(options: Parameters<typeof startDynamodb>[0] = { timing }) {
  const subject = startDynamodb(options);
  const { source } = subject.dynamodb;
  const orders = await subject.table('orders', keyed('S', { StreamSpecification: SPECIFICATION }));
  const arn = asArn((await orders.describe()).LatestStreamArn);
  const put = (id: string, n = 0) => orders.put({ id: { S: id }, n: { N: `${n}` } });
  const open = async (place = 0, from: ReadFrom = { at: 'trim-horizon' }): Promise<ShardReader> => {
    const shard = (await source.shards(arn))[place];
    const reader = shard && (await source.reader(arn, shard.shardId, from));
    if (!reader) throw new Error(`There is no shard ${place}`);
    return reader;
  };
  const disable = () => orders.update({ StreamSpecification: { StreamEnabled: false } });
  return { ...subject, source, orders, arn, put, open, disable };
}

/** Runs `before` in one process and `after`, with what that returned, in another one on the same data. */
async function withRestart<Kept>(
  before: (subject: Awaited<ReturnType<typeof startSource>> & { readonly registry: Registry }) => Promise<Kept>,
  after: (subject: ReturnType<typeof startDynamodb>, kept: Kept) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'headwater-streams-'));
  try {
    const first = await openLmdbStore({ dataDir, fsync: false });
    const subject = await startSource({ store: first, timing });
    const kept = await before({ ...subject, registry: openRegistry(first) });
    await subject.dynamodb.close();
    await first[Symbol.asyncDispose]();
    const second = await openLmdbStore({ dataDir, fsync: false });
    const restarted = startDynamodb({ store: second, timing });
    await after(restarted, kept);
    await restarted.dynamodb.close();
    await second[Symbol.asyncDispose]();
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

const read = (reader: ShardReader, limits = LIMITS) => reader.read(limits, new AbortController().signal);
const ids = ({ records }: ShardPage) =>
  records.map(({ event }) => (event.detail as { readonly keys: { readonly id: { readonly S: string } } }).keys.id.S);

describe('A reader', () => {
  it('returns changes as events that know their place and their item', async () => {
    const { put, open, arn, source } = await startSource();
    await put('a');
    const { records, ended, lost } = await read(await open());
    expect({ ended, lost }).toEqual({ ended: false, lost: 0 });
    const [shard] = await source.shards(arn);
    expect(records[0]?.event).toMatchObject({
      source: 'dynamodb',
      sourceArn: arn,
      name: 'INSERT',
      position: { shardId: shard?.shardId, sequenceNumber: expect.stringMatching(/^\d{21}$/) },
      detail: { keys: { id: { S: 'a' } }, viewType: 'NEW_AND_OLD_IMAGES' },
    });
  });

  it('gives changes of one item one key, and of others another', async () => {
    const { put, open } = await startSource();
    for (const [n, id] of ['a', 'b', 'a'].entries()) await put(id, n);
    const [first, second, third] = (await read(await open())).records.map(({ key }) => key);
    expect(first).toBe(third);
    expect(first).not.toBe(second);
  });

  it('waits until something is written', async () => {
    const { put, open } = await startSource();
    const reading = read(await open());
    await put('a');
    expect(ids(await reading)).toEqual(['a']);
  });

  it('gives up waiting when it is told to, and has not moved', async () => {
    const { put, open } = await startSource();
    const reader = await open();
    const aborting = new AbortController();
    const reading = reader.read(LIMITS, aborting.signal);
    aborting.abort();
    expect(await reading).toEqual({ records: [], ended: false, lost: 0 });
    await put('a');
    expect(ids(await read(reader))).toEqual(['a']);
  });

  it('goes on where another one stood, or right behind a record', async () => {
    const { put, open } = await startSource();
    for (const id of ['a', 'b', 'c']) await put(id);
    const reader = await open();
    const page = await read(reader, { ...LIMITS, maxRecords: 2 });
    expect(ids(await read(await open(0, { at: 'position', position: reader.position })))).toEqual(['c']);
    const position = page.records[0]?.positionAfter ?? '';
    expect(ids(await read(await open(0, { at: 'position', position })))).toEqual(['b', 'c']);
  });

  it('starts at a sequence number, after it, at a time, or behind what is there', async () => {
    const { put, open, clock } = await startSource();
    await put('a');
    await clock.advance(HOUR);
    await put('b');
    const { sequenceNumber } = (await read(await open())).records[0]?.event.position ?? { sequenceNumber: '' };
    expect(ids(await read(await open(0, { at: 'sequence-number', sequenceNumber })))).toEqual(['a', 'b']);
    expect(ids(await read(await open(0, { at: 'after-sequence-number', sequenceNumber })))).toEqual(['b']);
    expect(ids(await read(await open(0, { at: 'timestamp', timestampMs: clock.nowMs() - 1 })))).toEqual(['b']);
    const reading = read(await open(0, { at: 'latest' }));
    await put('c');
    expect(ids(await reading)).toEqual(['c']);
  });

  it('counts what was trimmed before it could be read', async () => {
    const { put, open, clock } = await startSource({ timing: { tableShardLifeMs: 10 * DAY } });
    for (const id of ['a', 'b']) await put(id);
    const reader = await open();
    await clock.advance(DAY);
    await put('c');
    const page = await read(reader);
    expect({ ids: ids(page), lost: page.lost }).toEqual({ ids: ['c'], lost: 2 });
  });

  it('knows what it could read at this instant, also the end of a closed shard until it was told', async () => {
    const { put, open, disable } = await startSource();
    const reader = await open();
    expect(reader.due()).toEqual({ dueNow: 0 });
    await put('a');
    await put('b');
    expect(reader.due()).toEqual({ dueNow: 2 });
    await read(reader);
    expect(reader.due()).toEqual({ dueNow: 0 });
    await disable();
    expect(reader.due()).toEqual({ dueNow: 1 });
    expect(await read(reader)).toEqual({ records: [], ended: true, lost: 0 });
    expect(reader.due()).toEqual({ dueNow: 0 });
  });
});

describe('Shards', () => {
  it('end when their child begins: who waits at the end is told, and who asked for it hears of the child', async () => {
    const { put, open, clock, source, arn } = await startSource();
    await put('a');
    const reader = await open();
    await read(reader);
    let changes = 0;
    using _listening = source.onReshard(arn, () => {
      changes += 1;
    });
    const reading = read(reader);
    await clock.advance(4 * HOUR);
    await put('b');
    expect(await reading).toEqual({ records: [], ended: true, lost: 0 });
    expect(changes).toBe(1);
    const [parent, child] = await source.shards(arn);
    expect(child?.parentIds).toEqual([parent?.shardId]);
    expect(ids(await read(await open(1)))).toEqual(['b']);
  });

  it('hold each change once, in order, however writes meet the end of a shard', async () => {
    const { put, open, clock, source, arn } = await startSource({ timing: { tableShardLifeMs: 1 } });
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: 10 }, (_, n) => put('a', round * 10 + n + 1)));
      await clock.advance(1);
    }
    const shards = await source.shards(arn);
    expect(shards.length).toBeGreaterThan(3);
    const numbers: number[] = [];
    for (let place = 0; place < shards.length; place += 1) {
      const { records, ended } = await read(await open(place));
      expect(ended).toBe(place < shards.length - 1);
      for (const { event } of records) {
        const { newImage } = event.detail as { readonly newImage: { readonly n: { readonly N: string } } };
        numbers.push(Number(newImage.n.N));
      }
    }
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  });

  it('are all closed with all that was written when the stream is disabled while one is opened', async () => {
    await withRestart(
      async ({ put, clock, disable, source, arn }) => {
        await put('a');
        await clock.advance(4 * HOUR);
        await put('b');
        await disable();
        const found: string[] = [];
        for (const { shardId } of await source.shards(arn)) {
          const reader = await source.reader(arn, shardId, { at: 'trim-horizon' });
          const page = reader && (await read(reader));
          expect(page?.ended).toBe(true);
          if (page) found.push(...ids(page));
        }
        expect(found).toEqual(['a', 'b']);
      },
      async () => {},
    );
  });

  it('tell their extent', async () => {
    const { put, open, source, arn, disable } = await startSource();
    const shardId = (await source.shards(arn))[0]?.shardId ?? '';
    expect(await source.extent(arn, shardId)).toMatchObject({ count: 0, closed: false });
    for (const id of ['a', 'b', 'c']) await put(id);
    const numbers = (await read(await open())).records.map(({ event }) => event.position.sequenceNumber);
    await disable();
    expect(await source.extent(arn, shardId)).toMatchObject({
      first: { sequenceNumber: numbers[0] },
      last: { sequenceNumber: numbers[2] },
      count: 3,
      closed: true,
    });
  });

  it('are there again after a restart, with their changes and their places', async () => {
    let position = '';
    await withRestart(
      async ({ put, clock, open, activity, arn, source }) => {
        await put('a');
        await clock.advance(4 * HOUR);
        await put('b');
        await activity.rest(PATIENCE_MS);
        const reader = await open();
        await read(reader);
        position = reader.position;
        return { arn, shards: await source.shards(arn) };
      },
      async ({ dynamodb: { source } }, { arn, shards }) => {
        expect(await source.shards(arn)).toEqual(shards);
        const child = await source.reader(arn, shards[1]?.shardId ?? '', { at: 'trim-horizon' });
        expect(child && ids(await read(child))).toEqual(['b']);
        const parent = await source.reader(arn, shards[0]?.shardId ?? '', { at: 'position', position });
        expect(parent && (await read(parent))).toEqual({ records: [], ended: true, lost: 0 });
      },
    );
  });
});

describe('A change that has expired', () => {
  it('is not due any more, also before it is trimmed', async () => {
    const { put, open, clock } = await startSource();
    await put('a');
    const reader = await open();
    await clock.advance(DAY - 1);
    expect(reader.due().dueNow).toBe(1);
    await clock.advance(1);
    expect(reader.due().dueNow).toBe(0);
  });

  it('goes on the clock, though nobody reads or writes', async () => {
    const { put, arn, tables, clock } = await startSource();
    await put('a');
    await clock.advance(HOUR);
    await put('b');
    await clock.advance(DAY - HOUR / 2);
    expect(await tables.changes.bounds(arn, 0)).toEqual({ first: 1, next: 2 });
    await clock.advance(HOUR);
    expect(await tables.changes.bounds(arn, 0)).toEqual({ first: 2, next: 2 });
  });
});

describe('A process that was killed between two writes', () => {
  it('after a shard was opened and before it was written down: the next one finds it', async () => {
    await withRestart(
      async (first) => {
        await first.put('a');
        await first.tables.changes.grow(first.arn, 2);
        await first.put('b');
        return first.arn;
      },
      async ({ dynamodb, activity }, arn) => {
        await activity.rest(PATIENCE_MS);
        const [parent, child] = await dynamodb.source.shards(arn);
        expect(child?.parentIds).toEqual([parent?.shardId]);
        const from = { at: 'trim-horizon' } as const;
        const reader = await dynamodb.source.reader(arn, parent?.shardId ?? '', from);
        const next = await dynamodb.source.reader(arn, child?.shardId ?? '', from);
        expect(reader && (await read(reader))).toMatchObject({ records: [{}], ended: true });
        expect(next && ids(await read(next))).toEqual(['b']);
      },
    );
  });

  it('after a table was written without its stream and before that was closed: the next one closes it', async () => {
    await withRestart(
      async (first) => {
        await first.put('a');
        const key = `dynamodb/${ACCOUNT}/us-east-1/table/orders`;
        const value = (await first.registry.get<Readonly<Record<string, unknown>>>(key))?.value;
        await first.registry.put(key, { ...value, stream: { ...(value?.['stream'] as object), enabled: false } });
        return first.arn;
      },
      async ({ call, activity }, StreamArn) => {
        await activity.rest(PATIENCE_MS);
        const { StreamDescription } = await call('DescribeStream', { StreamArn });
        expect(StreamDescription.StreamStatus).toBe('DISABLED');
      },
    );
  });
});

describe('The source', () => {
  it('describes a stream with its retention, and nothing else', async () => {
    const { source, arn } = await startSource();
    expect(await source.describe(arn)).toEqual({ arn, retentionMs: DAY });
    const unknown: Arn = asArn(`${TABLE_ARN}orders/stream/2020-01-01T00:00:00.000`);
    expect(await source.describe(unknown)).toBeUndefined();
    expect(await source.shards(unknown)).toEqual([]);
    expect(await source.reader(unknown, 'shardId-0', { at: 'latest' })).toBeUndefined();
  });

  it('holds nothing after a reset', async () => {
    const { source, arn, put, dynamodb, call } = await startSource();
    await put('a');
    await dynamodb.reset();
    expect(await source.describe(arn)).toBeUndefined();
    expect(await call('ListStreams', {})).toEqual({ Streams: [] });
  });
});
