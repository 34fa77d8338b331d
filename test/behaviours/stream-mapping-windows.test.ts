// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
// Within a tumbling window the state that the function returns goes into its next invocation; the last one closes the window.
import { describe, expect, test } from 'vitest';
import { type FakeFunction, returned, START_MS, threw } from './dispatch-fakes.ts';
import { CONTEXT } from './mapping-fakes.ts';
import { eventOf, type SeenEvent, STREAM, setUpStream, textsOf } from './stream-fakes.ts';

const SECOND = 1000;

/** Counts the records of a window in its state; `seen` gets each event. */
function counting(seen: SeenEvent[]): FakeFunction['handler'] {
  return (request) => {
    const event = eventOf(request);
    seen.push(event);
    const { count = 0 } = event.state as { readonly count?: number };
    return returned(JSON.stringify({ state: { count: count + event.Records.length } }));
  };
}

function setUpWindows(input: Record<string, unknown> = {}) {
  const made = setUpStream();
  const seen: SeenEvent[] = [];
  made.answer.handler = counting(seen);
  const create = () => made.create({ TumblingWindowInSeconds: 60, BatchSize: 2, ...input });
  const summary = () =>
    seen.map((event) => [
      textsOf(event).join(''),
      (event.state as { readonly count?: number }).count ?? 0,
      event.isFinalInvokeForWindow ? 'final' : 'more',
      (Date.parse(event.window?.start ?? '') - START_MS) / SECOND,
    ]);
  return { ...made, create, seen, summary };
}

describe('a tumbling window', () => {
  test('carries its state from batch to batch and ends on the clock with a last, empty event', async () => {
    const { create, stream, clock, summary } = setUpWindows();
    await create();
    stream.put('shard-0', 'a', 'b', 'c');
    await clock.advance(30 * SECOND);
    stream.put('shard-0', 'd');
    await clock.advance(29 * SECOND);
    expect(summary()).toHaveLength(3);
    await clock.advance(1 * SECOND);
    stream.put('shard-0', 'e');
    await clock.advance(120 * SECOND);
    expect(summary()).toEqual([
      ['ab', 0, 'more', 0],
      ['c', 2, 'more', 0],
      ['d', 3, 'more', 0],
      ['', 4, 'final', 0],
      ['e', 0, 'more', 60],
      ['', 1, 'final', 60],
    ]);
  });

  test('shows itself in the event as AWS writes it', async () => {
    const { create, stream, seen, settled } = setUpWindows();
    await create();
    stream.put('shard-0', 'a');
    await settled();
    const { Records: _records, ...others } = seen[0] ?? { Records: [] };
    expect(others).toEqual({
      window: { start: '2026-01-01T00:00:00Z', end: '2026-01-01T00:01:00Z' },
      state: {},
      shardId: 'shard-0',
      eventSourceARN: STREAM,
      isFinalInvokeForWindow: false,
      isWindowTerminatedEarly: false,
    });
  });

  test('is that of the arrival of its records, also when they are read late', async () => {
    const { create, stream, clock, summary } = setUpWindows({ BatchSize: 100 });
    stream.put('shard-0', 'a');
    await clock.advance(60 * SECOND);
    stream.put('shard-0', 'b');
    await clock.advance(120 * SECOND);
    stream.put('shard-0', 'c');
    await create();
    await clock.advance(60 * SECOND);
    expect(summary()).toEqual([
      ['a', 0, 'more', 0],
      ['', 1, 'final', 0],
      ['b', 0, 'more', 60],
      ['', 1, 'final', 60],
      ['c', 0, 'more', 180],
      ['', 1, 'final', 180],
    ]);
  });

  test('keeps its state when the mapping is disabled, and over a restart', async () => {
    const first = setUpWindows();
    await first.create();
    first.stream.put('shard-0', 'a', 'b');
    await first.settled();
    await first.mappings.close(1000);
    const second = setUpStream({ registry: first.registry, source: first.stream, parts: first.parts });
    second.answer.handler = counting(first.seen);
    await second.mappings.start();
    second.stream.put('shard-0', 'c');
    await second.clock.advance(60 * SECOND);
    expect(first.summary()).toEqual([
      ['ab', 0, 'more', 0],
      ['c', 2, 'more', 0],
      ['', 3, 'final', 0],
    ]);
  });

  test('that ended while the mapping was disabled is closed when it is enabled again', async () => {
    const { create, stream, mappings, clock, summary } = setUpWindows();
    const { UUID } = await create();
    stream.put('shard-0', 'a');
    await clock.advance(10 * SECOND);
    await mappings.update({ UUID, Enabled: false }, CONTEXT);
    await clock.advance(100 * SECOND);
    await mappings.update({ UUID, Enabled: true }, CONTEXT);
    await clock.advance(0);
    expect(summary()).toEqual([
      ['a', 0, 'more', 0],
      ['', 1, 'final', 0],
    ]);
  });

  test('is closed at the end of its shard, and the child begins with an empty state', async () => {
    const { create, stream, clock, summary } = setUpWindows();
    await create();
    stream.put('shard-0', 'a');
    stream.open('child', 'shard-0');
    stream.put('child', 'b');
    await clock.advance(60 * SECOND);
    expect(summary()).toEqual([
      ['a', 0, 'more', 0],
      ['', 1, 'final', 0],
      ['b', 0, 'more', 0],
      ['', 1, 'final', 0],
    ]);
  });

  test('is closed when the mapping gives windows up', async () => {
    const { create, stream, mappings, settled, seen, batches, answer, summary } = setUpWindows();
    const { UUID } = await create();
    stream.put('shard-0', 'a');
    await settled();
    await mappings.update({ UUID, TumblingWindowInSeconds: 0 }, CONTEXT);
    await settled();
    expect(summary().at(-1)).toEqual(['', 1, 'final', 0]);
    answer.handler = () => returned('null');
    stream.put('shard-0', 'b');
    await settled();
    expect(batches.at(-1)).toEqual(['b']);
    expect(seen).toHaveLength(2);
  });

  test('ends early when its state outgrows one megabyte', async () => {
    const { create, stream, answer, seen, clock } = setUpWindows({ BatchSize: 1 });
    answer.handler = (request) => {
      const event = eventOf(request);
      seen.push(event);
      return returned(JSON.stringify({ state: { text: 'x'.repeat(event.Records.length > 0 ? 1024 * 1024 : 0) } }));
    };
    await create();
    stream.put('shard-0', 'a', 'b');
    await clock.advance(1);
    expect(
      seen.map(({ isFinalInvokeForWindow, isWindowTerminatedEarly, Records }) => [
        Records.length,
        isFinalInvokeForWindow,
        isWindowTerminatedEarly,
      ]),
    ).toEqual([
      [1, false, false],
      [0, true, true],
      [1, false, false],
      [0, true, true],
    ]);
  });

  test('keeps the numbers of its state as the function wrote them', async () => {
    const { create, stream, answer, calls, settled } = setUpWindows({ BatchSize: 1 });
    answer.handler = () => returned('{ "state" : {"sum": 12345678901234567890, "rate": 1.0} }');
    await create();
    stream.put('shard-0', 'a', 'b');
    await settled();
    const second = Buffer.from(calls[1]?.request.payload ?? '').toString();
    expect(second).toContain('"state":{"sum": 12345678901234567890, "rate": 1.0},"shardId"');
  });
});

describe('within a window', () => {
  test('an answer without a state is a failure', async () => {
    const { create, stream, answer, batches, clock } = setUpWindows({ MaximumRetryAttempts: 1 });
    answer.handler = () => returned('{}');
    await create();
    stream.put('shard-0', 'a');
    await clock.advance(10 * SECOND);
    expect(batches).toEqual([['a'], ['a']]);
  });

  test('a batch that is given up leaves the state as it was', async () => {
    const { create, stream, answer, seen, clock, summary } = setUpWindows({ MaximumRetryAttempts: 0 });
    const count = counting(seen);
    answer.handler = (request) => (textsOf(eventOf(request)).includes('bad') ? threw('bad') : count(request));
    await create();
    stream.put('shard-0', 'a', 'b', 'bad');
    await clock.advance(60 * SECOND);
    expect(summary()).toEqual([
      ['ab', 0, 'more', 0],
      ['', 2, 'final', 0],
    ]);
  });

  test('the state of a batch that was done in part is that of its first part', async () => {
    const { create, stream, answer, seen, clock, summary } = setUpWindows({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 0,
      BatchSize: 3,
    });
    answer.handler = (request) => {
      const event = eventOf(request);
      seen.push(event);
      const bad = event.Records.findIndex((record) => textsOf({ Records: [record] })[0] === 'bad');
      const { count = 0 } = event.state as { readonly count?: number };
      const done = bad < 0 ? event.Records.length : bad;
      const itemIdentifier = event.Records[bad]?.kinesis?.sequenceNumber;
      const batchItemFailures = bad < 0 ? [] : [{ itemIdentifier }];
      return returned(JSON.stringify({ state: { count: count + done }, batchItemFailures }));
    };
    await create();
    stream.put('shard-0', 'a', 'bad', 'c');
    await clock.advance(60 * SECOND);
    expect(summary()).toEqual([
      ['abadc', 0, 'more', 0],
      ['badc', 1, 'more', 0],
      ['', 1, 'final', 0],
    ]);
  });

  test('a batch that no longer fits into an event beside a grown state goes on in smaller ones', async () => {
    const { create, stream, answer, clock, batches } = setUpWindows({
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    const state = 'x'.repeat(1_000_000);
    answer.handler = (request) => {
      const { Records, state: before } = eventOf(request);
      const second = before === state ? undefined : Records[1]?.kinesis?.sequenceNumber;
      const batchItemFailures = second === undefined ? [] : [{ itemIdentifier: second }];
      return returned(JSON.stringify({ state, batchItemFailures }));
    };
    stream.put('shard-0', 'a', ...['b', 'c', 'd', 'e'].map((letter) => letter.repeat(1_000_000)));
    await create();
    await clock.advance(30 * SECOND);
    expect(batches.map((texts) => texts.map(([letter]) => letter).join(''))).toEqual(['abcde', 'bc', 'de']);
  });

  test('the last invocation is tried until it succeeds, and the shard waits', async () => {
    const { create, stream, answer, seen, clock, summary } = setUpWindows({ MaximumRetryAttempts: 0 });
    const count = counting(seen);
    let failures = 3;
    answer.handler = (request) =>
      eventOf(request).isFinalInvokeForWindow && failures-- > 0 ? threw('not yet') : count(request);
    await create();
    stream.put('shard-0', 'a');
    await clock.advance(60 * SECOND);
    stream.put('shard-0', 'b');
    await clock.advance(30 * SECOND);
    expect(summary()).toEqual([
      ['a', 0, 'more', 0],
      ['', 1, 'final', 0],
      ['b', 0, 'more', 60],
    ]);
  });
});

test('without records there is no window', async () => {
  const { create, clock, seen } = setUpWindows();
  await create();
  await clock.advance(600 * SECOND);
  expect(seen).toEqual([]);
});
