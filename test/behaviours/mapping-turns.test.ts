// Where more batches could run than the machine runs functions, each waits for its turn.
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createMappings } from '../../mappings/poll/mappings.ts';
import { Room } from '../../mappings/poll/room.ts';
import { type Place, Turns } from '../../mappings/poll/turns.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { asArn } from '../../src/core/arn.ts';
import { realClock } from '../../src/core/clock.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { FUNCTION, fakeFunction, QUEUE, returned, setUpDispatch } from './dispatch-fakes.ts';
import { CONTEXT, FakeQueue } from './mapping-fakes.ts';
import { FakeStream, STREAM } from './stream-fakes.ts';

const OTHER = asArn(FUNCTION.replace(/fn$/, 'other'));
const BATCHES = 200;
const BATCH_MS = 300;

type Kind = 'stream' | 'queue';

/** A stream and a queue that are never empty, each with a function of its own; every batch takes a while. */
function setUp(capacity: number, messages = 40) {
  const parts = setUpDispatch({ capacity });
  const stream = new FakeStream(parts.clock, STREAM);
  const queue = new FakeQueue(parts.clock);
  let nowMs = 0;
  vi.spyOn(realClock, 'nowMs').mockImplementation(() => nowMs);
  const ran: Kind[] = [];
  let running = 0;
  let most = 0;
  const runs = (kind: Kind, more: () => void) =>
    fakeFunction(async () => {
      ran.push(kind);
      most = Math.max(most, ++running);
      if (ran.length < BATCHES) more();
      await setImmediate();
      nowMs += BATCH_MS / capacity;
      running--;
      return returned('null');
    });
  const put = () => stream.put('shard-0', `k${ran.length}:x`);
  parts.functions.set(FUNCTION, runs('stream', put));
  parts.functions.set(
    OTHER,
    runs('queue', () => queue.send('x')),
  );
  const mappings = createMappings({
    ...parts,
    registry: openRegistry(openMemoryStore()),
    sources: new Map([['sqs', queue]]),
    streams: new Map([['kinesis', stream]]),
    functions: parts.directory,
    capacity,
  });
  for (let key = 0; key < 40; key++) stream.put('shard-0', `k${key}:x`);
  for (let message = 0; message < messages; message++) queue.send('x');
  const begin = async (kind: Kind, settings: object) => {
    const of = { stream: { FunctionName: 'fn', EventSourceArn: STREAM, StartingPosition: 'TRIM_HORIZON' } };
    const input = kind === 'stream' ? of.stream : { FunctionName: 'other', EventSourceArn: QUEUE };
    await mappings.create({ ...input, BatchSize: 1, ...settings }, CONTEXT);
    for (let turn = 0; turn < 10; turn++) await setImmediate();
  };
  const share = (kind: Kind) => {
    const contended = ran.slice(20, BATCHES - 20);
    return contended.filter((each) => each === kind).length / contended.length;
  };
  return { begin, share, ran, most: () => most, settled: () => parts.activity.rest(PATIENCE_MS) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([1, 2, 6])('on a machine that runs %i functions at a time', (capacity) => {
  test.each([
    ['stream', 'queue'],
    ['queue', 'stream'],
  ] as const)('a %s that never ends leaves its share to a %s', async (first, second) => {
    const { begin, share, most, settled } = setUp(capacity);
    const settings = { stream: { ParallelizationFactor: 8 }, queue: {} };
    await begin(first, settings[first]);
    await begin(second, settings[second]);
    expect(await settled()).toEqual([]);
    expect(share(second)).toBeGreaterThan(0.3);
    expect(share(second)).toBeLessThan(0.7);
    expect(most()).toBe(capacity);
  });
});

test('a queue that has nothing to deliver leaves its place to a stream', async () => {
  const { begin, ran, settled } = setUp(1, 0);
  await begin('stream', {});
  await begin('queue', {});
  expect(await settled()).toEqual([]);
  expect(ran.length).toBe(BATCHES + 39);
});

test('a place that comes free is given to one lane of a mapping, and to the next if that has no use for it', () => {
  const room = new Room(1);
  const turns = new Turns(room);
  const place = turns.take();
  const given: [string, Place][] = [];
  for (const name of ['a', 'b']) turns.wait((each) => given.push([name, each]));
  expect(place.mayGoOn()).toBe(false);
  expect(given.map(([name]) => name)).toEqual(['a']);
  given[0]?.[1][Symbol.dispose]();
  expect(given.map(([name]) => name)).toEqual(['a', 'b']);
  expect(room.free).toBe(false);
  given[1]?.[1][Symbol.dispose]();
  expect(room.free).toBe(true);
});

test('a mapping goes on with short batches for a while before another function gets its place', () => {
  vi.spyOn(realClock, 'nowMs').mockReturnValue(0);
  const room = new Room(1);
  const place = new Turns(room).take();
  new Turns(room).wait(() => {});
  expect(place.mayGoOn()).toBe(true);
});

test('of the mappings that wait, the one that has waited longest gets the next place, however many lanes wait', () => {
  const room = new Room(1);
  const held = room.enter();
  const given: [string, Place][] = [];
  const [stream, queue] = [new Turns(room), new Turns(room)];
  for (const name of ['lane 1', 'lane 2']) stream.wait((place) => given.push([name, place]));
  queue.wait((place) => given.push(['queue', place]));
  vi.spyOn(realClock, 'nowMs').mockReturnValueOnce(0).mockReturnValue(1000);
  held[Symbol.dispose]();
  given[0]?.[1].mayGoOn();
  expect(given.map(([name]) => name)).toEqual(['lane 1', 'queue']);
});
