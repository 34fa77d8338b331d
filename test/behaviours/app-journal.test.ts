// README.md, "Following an event": the journal follows one event from its source to its end, and never slows the work.
import { describe, expect, test } from 'vitest';
import { createActivity } from '../../src/core/activity.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import { createJournal } from '../../src/journal/journal.ts';

const clock = createVirtualClock(1_700_000_000_000, createActivity());
const offsets = (entries: readonly { readonly offset: number }[]) => entries.map(({ offset }) => offset);

describe('the ring', () => {
  test('keeps the newest entries and drops the oldest when it is full', () => {
    const journal = createJournal({ clock, maxEntries: 3 });
    for (const what of ['a', 'b', 'c', 'd', 'e']) journal.append({ kind: 'event', what });
    expect(journal.read().map(({ what }) => what)).toEqual(['c', 'd', 'e']);
    expect(offsets(journal.read())).toEqual([2, 3, 4]);
    expect(journal.nextOffset).toBe(5);
  });

  test('is bounded by its bytes too', () => {
    const journal = createJournal({ clock, maxBytes: 100_000 });
    for (let index = 0; index < 50; index += 1) {
      journal.append({ kind: 'event', what: `event ${index}`, detail: { body: 'x'.repeat(10_000) } });
    }
    expect(journal.bytes).toBeLessThanOrEqual(100_000);
    expect(journal.read().length).toBeGreaterThan(5);
    expect(journal.read().at(-1)?.what).toBe('event 49');
  });

  test('keeps a body of up to 64 KB and says how large a larger one was', () => {
    const journal = createJournal({ clock });
    journal.append({ kind: 'event', what: 'small', detail: { body: 'x'.repeat(60_000) } });
    journal.append({ kind: 'event', what: 'large', detail: { body: 'x'.repeat(70_000) } });
    const [small, large] = journal.read();
    expect(small?.detail).toEqual({ body: 'x'.repeat(60_000) });
    expect(large?.detail).toMatchObject({ leftOut: 'larger than 64 KB', bytes: expect.any(Number) });
  });

  test('says when each entry was appended, on the clock', async () => {
    const journal = createJournal({ clock });
    journal.append({ kind: 'event', what: 'before' });
    await clock.advance(60_000);
    journal.append({ kind: 'event', what: 'after' });
    const [before, after] = journal.read();
    expect((after?.atMs ?? 0) - (before?.atMs ?? 0)).toBe(60_000);
  });

  test('reads behind an offset, at most as many as asked for', () => {
    const journal = createJournal({ clock });
    for (let index = 0; index < 10; index += 1) journal.append({ kind: 'event', what: 'line' });
    expect(offsets(journal.read({ after: 6 }))).toEqual([7, 8, 9]);
    expect(offsets(journal.read({ after: 6, limit: 2 }))).toEqual([7, 8]);
  });
});

describe('following one event', () => {
  /** Two uploads; each invokes a function that sends two messages, which meet in one batch with the other's. */
  function twoUploads() {
    const journal = createJournal({ clock });
    for (const file of ['a', 'b']) {
      const traceId = `1-${file}`;
      journal.append({ kind: 'event', what: `put ${file}`, eventIds: [`s3-${file}`], traceId });
      journal.append({
        kind: 'attempt',
        what: 'import',
        eventIds: [`s3-${file}`],
        requestId: `import-${file}`,
        traceId,
      });
      journal.append({ kind: 'event', what: 'message 1', eventIds: [`m1-${file}`], traceId });
      journal.append({ kind: 'event', what: 'message 2', eventIds: [`m2-${file}`], traceId });
    }
    journal.append({ kind: 'batch', what: 'batch of 2', eventIds: ['m1-a', 'm1-b'], requestId: 'store-1' });
    journal.append({ kind: 'attempt', what: 'store', eventIds: ['m1-a', 'm1-b'], requestId: 'store-1' });
    journal.append({ kind: 'event', what: 'stored', requestId: 'store-1' });
    journal.append({ kind: 'batch', what: 'batch of 1', eventIds: ['m2-b'], requestId: 'store-2' });
    return journal;
  }

  test('goes from the source over its invocation to the messages that came of it and their batches', () => {
    expect(offsets(twoUploads().read({ event: 's3-a' }))).toEqual([0, 1, 2, 3, 8, 9, 10]);
  });

  test('goes back from a message to its source', () => {
    expect(offsets(twoUploads().read({ event: 'm2-b' }))).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('does not take events for related that merely shared a batch', () => {
    const whats = twoUploads().read({ event: 's3-a' });
    expect(whats.some(({ eventIds }) => eventIds?.includes('s3-b'))).toBe(false);
  });

  /** A batch of two is given up and told to a queue, whose message a function takes. */
  function givenUp() {
    const journal = createJournal({ clock });
    journal.append({ kind: 'event', what: 'record 1', eventIds: ['r1'] });
    journal.append({ kind: 'event', what: 'record 2', eventIds: ['r2'] });
    journal.append({ kind: 'event', what: 'message', eventIds: ['m'] });
    journal.append({ kind: 'delivery', what: '2 given up', eventIds: ['r1', 'r2'], becameId: 'm' });
    journal.append({ kind: 'batch', what: 'batch of 1', eventIds: ['m'], requestId: 'alarm-1' });
    journal.append({ kind: 'event', what: 'alarm', requestId: 'alarm-1' });
    return journal;
  }

  test('goes on into what several events became where they were delivered, not to the others', () => {
    expect(offsets(givenUp().read({ event: 'r1' }))).toEqual([0, 2, 3, 4, 5]);
    expect(offsets(givenUp().read({ event: 'm' }))).toEqual([2, 3, 4, 5]);
  });

  test('goes back from what a single event became', () => {
    const journal = createJournal({ clock });
    journal.append({ kind: 'event', what: 'recorded', eventIds: ['old'] });
    journal.append({ kind: 'event', what: 'record', eventIds: ['new'] });
    journal.append({ kind: 'delivery', what: 'published again', eventIds: ['old'], becameId: 'new' });
    expect(offsets(journal.read({ event: 'new' }))).toEqual([0, 1, 2]);
  });

  test('starts from a request id and from a trace id too', () => {
    expect(offsets(twoUploads().read({ event: '1-a' }))).toEqual([0, 1, 2, 3, 8, 9, 10]);
    expect(offsets(twoUploads().read({ event: 'store-2' }))).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('goes on with entries that come later', () => {
    const journal = twoUploads();
    const belongs = journal.trail('s3-a');
    const last = journal.nextOffset - 1;
    journal.append({ kind: 'settle', what: 'deleted', eventIds: ['m1-a'] });
    journal.append({ kind: 'settle', what: 'deleted', eventIds: ['m1-b'] });
    expect(offsets(journal.read({ after: last }).filter(belongs))).toEqual([last + 1]);
  });

  test('wakes a subscriber once for entries that came together, and not after it left', async () => {
    const journal = createJournal({ clock });
    let woken = 0;
    const subscription = journal.subscribe(() => {
      woken += 1;
    });
    journal.append({ kind: 'event', what: 'one' });
    journal.append({ kind: 'event', what: 'two' });
    await turn();
    expect(woken).toBe(1);
    subscription[Symbol.dispose]();
    journal.append({ kind: 'event', what: 'three' });
    await turn();
    expect(woken).toBe(1);
  });
});

test('appending costs microseconds, not more', () => {
  const journal = createJournal({ clock });
  const entry = {
    kind: 'attempt',
    what: 'invoke',
    eventIds: ['e'],
    requestId: 'r',
    detail: { outcome: 'ok', ms: 3 },
  } as const;
  const rounds = 200_000;
  // Of the processor's time, which is not what others on a busy machine leave over.
  const start = process.cpuUsage();
  for (let index = 0; index < rounds; index += 1) journal.append(entry);
  const { user, system } = process.cpuUsage(start);
  // Aimed at one; collecting garbage counts, too.
  expect((user + system) / rounds).toBeLessThan(15);
});

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
