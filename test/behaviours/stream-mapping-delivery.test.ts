// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
// A mapping delivers each shard in order, batch by batch, and remembers where it stands.
import { describe, expect, test } from 'vitest';
import { laneOf } from '../../mappings/poll/stream/lane-of.ts';
import { until } from '../support/patience.ts';
import { gate, returned, threw } from './dispatch-fakes.ts';
import { CONTEXT } from './mapping-fakes.ts';
import { eventOf, failsOnBad, setUpStream, TABLE_STREAM, textsOf } from './stream-fakes.ts';

describe('a mapping starts', () => {
  test('with the oldest record that is left', async () => {
    const { stream, create, batches, settled } = setUpStream();
    stream.put('shard-0', 'a', 'b', 'c');
    stream.trim('shard-0', 1);
    await create();
    await settled();
    expect(batches).toEqual([['b', 'c']]);
  });

  test('with what is written after CreateEventSourceMapping was answered', async () => {
    const { stream, create, batches, settled } = setUpStream();
    stream.put('shard-0', 'old');
    await create({ StartingPosition: 'LATEST' });
    stream.put('shard-0', 'new');
    await settled();
    expect(batches).toEqual([['new']]);
  });

  test('with the first record at or after a time', async () => {
    const { stream, create, batches, clock, settled } = setUpStream();
    stream.put('shard-0', 'early');
    await clock.advance(10_000);
    stream.put('shard-0', 'late');
    const StartingPositionTimestamp = new Date(clock.nowMs());
    expect(await create({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp })).toMatchObject({
      StartingPosition: 'AT_TIMESTAMP',
      StartingPositionTimestamp,
    });
    await settled();
    expect(batches).toEqual([['late']]);
  });
});

describe('a batch', () => {
  test('has as many records as there are, up to the batch size', async () => {
    const { stream, create, batches, settled } = setUpStream();
    stream.put('shard-0', 'a', 'b', 'c', 'd', 'e');
    await create({ BatchSize: 2 });
    await settled();
    expect(batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  test('waits for its batching window, which is over early when the batch is full', async () => {
    const { stream, create, batches, times, clock } = setUpStream();
    await create({ BatchSize: 3, MaximumBatchingWindowInSeconds: 10 });
    stream.put('shard-0', 'a');
    await clock.advance(4000);
    stream.put('shard-0', 'b');
    await clock.advance(7000);
    stream.put('shard-0', 'c', 'd', 'e');
    await clock.advance(20_000);
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
    expect(times).toEqual([10_000, 11_000]);
  });

  test('fits into six megabytes', async () => {
    const { stream, create, batches, settled } = setUpStream();
    const text = 'x'.repeat(2 * 1024 * 1024);
    stream.put('shard-0', text, text, text);
    await create();
    await settled();
    expect(batches.map(({ length }) => length)).toEqual([2, 1]);
  });

  test('comes only when the one before it is done', async () => {
    const { stream, create, batches, answer, settled } = setUpStream();
    const first = gate<void>();
    answer.handler = async () => {
      await first.passed;
      return returned('null');
    };
    await create({ BatchSize: 1 });
    stream.put('shard-0', 'a', 'b');
    await until(() => batches.length > 0);
    expect(batches).toEqual([['a']]);
    first.open();
    await settled();
    expect(batches).toEqual([['a'], ['b']]);
  });
});

describe('shards', () => {
  test('go on beside one that is blocked', async () => {
    const { stream, create, batches, answer, settled } = setUpStream();
    stream.open('shard-1');
    answer.handler = failsOnBad;
    await create();
    stream.put('shard-0', 'bad');
    stream.put('shard-1', 'a');
    await settled();
    stream.put('shard-1', 'b');
    await settled();
    expect(batches).toEqual([['bad'], ['a'], ['b']]);
  });

  test('take turns where the machine runs fewer functions than there are shards', async () => {
    const { stream, create, batches, settled } = setUpStream({ capacity: 1 });
    for (const shard of [1, 2]) stream.open(`shard-${shard}`);
    for (const shard of [0, 1, 2])
      stream.put(`shard-${shard}`, ...Array.from({ length: 20 }, (_, n) => `${shard}-${n}`));
    await create({ BatchSize: 1 });
    await settled();
    const firstHalf = batches.flat().slice(0, 30);
    for (const shard of [0, 1, 2]) {
      expect(firstHalf.filter((text) => text.startsWith(`${shard}-`)).length).toBeGreaterThan(5);
    }
  });

  test('begin only once their parents are at their end, however they were made', async () => {
    const { stream, create, batches, answer, clock } = setUpStream();
    answer.handler = failsOnBad;
    await create({ StartingPosition: 'LATEST', MaximumRetryAttempts: 2 });
    stream.put('shard-0', 'bad');
    stream.open('left', 'shard-0');
    stream.open('right', 'shard-0');
    stream.put('left', 'l');
    stream.put('right', 'r');
    stream.open('merged', 'left', 'right');
    stream.put('merged', 'm');
    await clock.advance(60_000);
    const order = batches.map(([text]) => text);
    expect(order.slice(0, 3)).toEqual(['bad', 'bad', 'bad']);
    expect(order.slice(3, 5).sort()).toEqual(['l', 'r']);
    expect(order.slice(5)).toEqual(['m']);
  });

  test('that come later are read from their first record, whatever the starting position', async () => {
    const { stream, create, batches, settled } = setUpStream();
    await create({ StartingPosition: 'LATEST' });
    stream.open('child', 'shard-0');
    stream.put('child', 'a');
    await settled();
    expect(batches).toEqual([['a']]);
  });

  test('that came while the mapping was disabled are read from their first record, though all others are gone', async () => {
    const { stream, create, mappings, batches, registry, settled } = setUpStream();
    const { UUID } = await create({ StartingPosition: 'LATEST' });
    await mappings.update({ UUID, Enabled: false }, CONTEXT);
    stream.open('child', 'shard-0');
    stream.put('child', 'a');
    stream.forget('shard-0');
    await mappings.update({ UUID, Enabled: true }, CONTEXT);
    await settled();
    expect(batches).toEqual([['a']]);
    expect((await registry.list('lambda-checkpoints/')).map(({ key }) => key.split('/')[2])).toEqual(['child']);
  });

  test('are read again after a read failed', async () => {
    const { stream, create, batches, clock } = setUpStream();
    stream.failingReads = 3;
    stream.put('shard-0', 'a');
    await create();
    await clock.advance(10_000);
    expect(batches).toEqual([['a']]);
  });
});

describe('with a parallelization factor', () => {
  test('deliver a batch that is full though others still wait for theirs to fill', async () => {
    const { stream, create, batches, clock } = setUpStream();
    await create({ ParallelizationFactor: 2, BatchSize: 3, MaximumBatchingWindowInSeconds: 60 });
    const [one, two] = keysOfTwoLanes();
    stream.put('shard-0', `${two}:a`, `${one}:a`, `${one}:b`, `${one}:c`, `${one}:d`);
    await clock.advance(0);
    expect(batches).toEqual([[`${one}:a`, `${one}:b`, `${one}:c`]]);
    await clock.advance(60_000);
    expect(batches.slice(1).flat().sort()).toEqual([`${one}:d`, `${two}:a`].sort());
  });

  test('are read far enough ahead for each to fill its batch', async () => {
    const { stream, create, batches, clock } = setUpStream();
    const keys = keysOfTwoLanes();
    stream.put('shard-0', ...Array.from({ length: 20_000 }, (_, n) => `${keys[n % 2]}:x`));
    await create({ ParallelizationFactor: 2, BatchSize: 10_000, MaximumBatchingWindowInSeconds: 300 });
    await clock.advance(0);
    expect(batches.map(({ length }) => length)).toEqual([10_000, 10_000]);
  });

  test('keys are side by side, each in its own order', async () => {
    const { stream, create, answer, settled } = setUpStream();
    const open = gate<void>();
    const running: string[][] = [];
    answer.handler = async (request) => {
      running.push(textsOf(eventOf(request)));
      await open.passed;
      return returned('null');
    };
    stream.put('shard-0', ...Array.from({ length: 40 }, (_, index) => `key-${index % 8}:${index}`));
    await create({ ParallelizationFactor: 4, BatchSize: 1 });
    await until(() => running.length >= 4);
    expect(running).toHaveLength(4);
    open.open();
    await settled();
    for (let key = 0; key < 8; key++) {
      const ofKey = running.flat().filter((text) => text.startsWith(`key-${key}:`));
      expect(ofKey).toEqual([0, 8, 16, 24, 32].map((index) => `key-${key}:${index + key}`));
    }
  });

  test('a failing key blocks its own lane only', async () => {
    const { stream, create, batches, answer, settled } = setUpStream();
    answer.handler = failsOnBad;
    stream.put(
      'shard-0',
      ...Array.from({ length: 30 }, (_, index) => (index === 0 ? 'k0:bad' : `k${index % 10}:${index}`)),
    );
    await create({ ParallelizationFactor: 10, BatchSize: 100 });
    await settled();
    const delivered = new Set(batches.filter(([first]) => first !== 'k0:bad').flat());
    expect(delivered.size).toBeGreaterThanOrEqual(18);
  });
});

describe('a mapping remembers where it stands', () => {
  test('when it was disabled', async () => {
    const { stream, create, mappings, batches, settled } = setUpStream();
    const { UUID } = await create();
    stream.put('shard-0', 'a');
    await settled();
    await mappings.update({ UUID, Enabled: false }, CONTEXT);
    stream.put('shard-0', 'b');
    await settled();
    expect(batches).toEqual([['a']]);
    await mappings.update({ UUID, Enabled: true }, CONTEXT);
    await settled();
    expect(batches).toEqual([['a'], ['b']]);
  });

  test('after a restart, with the attempts that a batch has had', async () => {
    const first = setUpStream();
    first.answer.handler = failsOnBad;
    await first.create({ MaximumRetryAttempts: 3, BatchSize: 2 });
    first.stream.put('shard-0', 'a', 'b', 'bad', 'c', 'd');
    await first.settled();
    await first.mappings.close(1000);
    const second = setUpStream({ registry: first.registry, source: first.stream, parts: first.parts });
    second.answer.handler = failsOnBad;
    await second.mappings.start();
    await second.clock.advance(60_000);
    expect(first.batches).toEqual([
      ['a', 'b'],
      ['bad', 'c'],
    ]);
    expect(second.batches).toEqual([['bad', 'c'], ['bad', 'c'], ['bad', 'c'], ['d']]);
  });

  test('lane by lane, so that nothing is delivered again but what had failed', async () => {
    const first = setUpStream();
    first.answer.handler = failsOnBad;
    const texts = Array.from({ length: 30 }, (_, index) => (index === 0 ? 'k0:bad' : `k${index % 10}:${index}`));
    await first.create({ ParallelizationFactor: 4, BatchSize: 1 });
    first.stream.put('shard-0', ...texts);
    await first.settled();
    await first.mappings.close(1000);
    const second = setUpStream({ registry: first.registry, source: first.stream, parts: first.parts });
    await second.mappings.start();
    await second.clock.advance(60_000);
    const before = first.batches.flat().filter((text) => text !== 'k0:bad');
    const after = second.batches.flat();
    expect(new Set([...before, ...after])).toEqual(new Set(texts));
    expect(before.length + after.length).toBe(texts.length);
  });

  test('when the parallelization factor was changed', async () => {
    const { stream, create, mappings, batches, answer, clock, settled } = setUpStream();
    answer.handler = failsOnBad;
    const { UUID } = await create({ ParallelizationFactor: 4, BatchSize: 1 });
    const texts = Array.from({ length: 20 }, (_, index) => (index === 0 ? 'k0:bad' : `k${index % 10}:${index}`));
    stream.put('shard-0', ...texts);
    await settled();
    answer.handler = () => returned('null');
    await mappings.update({ UUID, ParallelizationFactor: 2 }, CONTEXT);
    stream.put('shard-0', 'k1:more');
    await clock.advance(60_000);
    const good = batches.flat().filter((text) => text !== 'k0:bad');
    expect(good.sort()).toEqual([...texts.slice(1), 'k1:more'].sort());
    expect(batches.flat().filter((text) => text === 'k0:bad')).toHaveLength(2);
  });

  test('and starts over when it is deleted and made again', async () => {
    const { stream, create, mappings, batches, registry, settled } = setUpStream();
    const { UUID } = await create();
    stream.put('shard-0', 'a');
    await settled();
    await mappings.remove(String(UUID), CONTEXT);
    await settled();
    expect(await registry.list('lambda-checkpoints/')).toEqual([]);
    await create();
    await settled();
    expect(batches).toEqual([['a'], ['a']]);
  });

  test('until its checkpoint is moved, which ends open retries', async () => {
    const { stream, create, mappings, batches, answer, settled } = setUpStream();
    answer.handler = failsOnBad;
    const { UUID } = await create({ BatchSize: 1 });
    stream.put('shard-0', 'a', 'bad', 'c');
    await settled();
    await mappings.moveCheckpoint(String(UUID), 'shard-0', { at: 'after-sequence-number', sequenceNumber: '101' });
    await settled();
    await mappings.moveCheckpoint(String(UUID), 'shard-0', { at: 'sequence-number', sequenceNumber: '102' });
    await settled();
    expect(batches).toEqual([['a'], ['bad'], ['c'], ['c']]);
    await expect(mappings.moveCheckpoint(String(UUID), 'none', { at: 'latest' })).rejects.toMatchObject({
      code: 'UNKNOWN_SHARD',
    });
  });
});

describe('what was read but not delivered in time', () => {
  test('is told in the journal when the stream had trimmed it', async () => {
    const { stream, create, mappings, batches, entries, settled } = setUpStream();
    const { UUID } = await create();
    await mappings.update({ UUID, Enabled: false }, CONTEXT);
    stream.put('shard-0', 'a', 'b', 'c');
    stream.trim('shard-0', 2);
    await mappings.update({ UUID, Enabled: true }, CONTEXT);
    await settled();
    expect(batches).toEqual([['c']]);
    expect(entries.some(({ what }) => what === '2 records of shard-0 had expired before they were read')).toBe(true);
  });
});

describe('a stopped mapping', () => {
  test('finishes what is in flight and takes nothing more', async () => {
    const { stream, create, mappings, batches, answer, settled } = setUpStream();
    const running = gate<void>();
    answer.handler = async () => {
      await running.passed;
      return returned('null');
    };
    const { UUID } = await create({ BatchSize: 1 });
    stream.put('shard-0', 'a', 'b');
    await new Promise(setImmediate);
    await mappings.update({ UUID, Enabled: false }, CONTEXT);
    await mappings.update({ UUID, Enabled: true }, CONTEXT);
    expect(batches).toEqual([['a']]);
    running.open();
    await settled();
    expect(batches).toEqual([['a'], ['b']]);
  });

  test('delivers nothing after a reset', async () => {
    const { stream, create, mappings, batches, registry, answer, clock } = setUpStream();
    answer.handler = () => threw('always');
    await create();
    stream.put('shard-0', 'a');
    await clock.advance(1);
    await mappings.reset();
    stream.put('shard-0', 'b');
    await clock.advance(600_000);
    expect(batches).toEqual([['a']]);
    expect(await registry.list('lambda')).toEqual([]);
  });
});

describe('a function that cannot be invoked', () => {
  test('because it is throttled gets the same batch later', async () => {
    const { stream, create, batches, fn, clock, settled } = setUpStream();
    fn.reservedConcurrency = 0;
    stream.put('shard-0', 'a');
    await create({ MaximumRetryAttempts: 0 });
    await settled();
    expect(batches).toEqual([]);
    fn.reservedConcurrency = undefined;
    await clock.advance(60_000);
    expect(batches).toEqual([['a']]);
  });

  test('of whose lanes only one may run at a time has served them all soon', async () => {
    const { stream, create, batches, fn, clock } = setUpStream();
    fn.reservedConcurrency = 1;
    stream.put('shard-0', ...Array.from({ length: 20 }, (_, n) => `k${n}:${n}`));
    await create({ BatchSize: 1, ParallelizationFactor: 10 });
    await clock.advance(30_000);
    expect(batches).toHaveLength(20);
  });

  test('because it was deleted gets the batch when it is there again', async () => {
    const { stream, create, batches, fn, clock, settled } = setUpStream();
    await create({ MaximumRetryAttempts: 0 });
    fn.missing = true;
    stream.put('shard-0', 'a');
    await settled();
    fn.missing = false;
    await clock.advance(60_000);
    expect(batches).toEqual([['a']]);
  });
});

describe('a table', () => {
  test('is followed like a stream', async () => {
    const { stream, create, batches, settled } = setUpStream({ arn: TABLE_STREAM });
    stream.put('shard-0', 'a', 'b');
    await create({ BatchSize: 1 });
    await settled();
    expect(batches).toEqual([['a'], ['b']]);
  });
});

test('with the cadence of AWS a shard is read once a second', async () => {
  const { stream, create, times, clock } = setUpStream({ timing: { kinesisPollCadenceMs: 1000 } });
  await create();
  for (let index = 0; index < 4; index++) {
    stream.put('shard-0', String(index));
    await clock.advance(400);
  }
  await clock.advance(2000);
  expect(times.length).toBeGreaterThan(1);
  expect(times.slice(1).every((at, index) => at - (times[index] ?? 0) >= 1000)).toBe(true);
});

/** Two keys whose records go to different lanes of two. */
function keysOfTwoLanes(): readonly [string, string] {
  const other = Array.from({ length: 50 }, (_, n) => `k${n}`).find((key) => laneOf(key, 2) !== laneOf('k', 2));
  return ['k', other ?? ''];
}
