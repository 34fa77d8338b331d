// What every journal keeps, whatever is beneath it. A driver sits it by calling `describeJournal`.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createActivity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { JournalReader } from '../../src/core/journal.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import type { RunningJournal } from '../../src/journal/journal.ts';

/** Opens an empty journal that holds about so many entries or bytes. */
export type OpenJournal = (options: {
  readonly clock: Clock;
  readonly maxEntries?: number;
  readonly maxBytes?: number;
}) => Promise<RunningJournal>;

export function describeJournal(open: OpenJournal): void {
  const clock = createVirtualClock(1000, createActivity());
  const opened: RunningJournal[] = [];
  const start = async (limits: { readonly maxEntries?: number; readonly maxBytes?: number } = {}) => {
    const made = await open({ clock, ...limits });
    opened.push(made);
    return made;
  };
  let journal: RunningJournal;
  beforeEach(async () => {
    journal = await start();
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
  });
  const whats = (of: JournalReader, query = {}) => of.read(query).map(({ what }) => what);

  test('gives entries back as they were, with offsets that grow by one and the time', async () => {
    const entry = { kind: 'event', what: 'a', eventIds: ['e'], detail: { deep: [1, 'ü'] } } as const;
    journal.append(entry);
    journal.append({ kind: 'event', what: 'b' });
    await journal.caughtUp();
    expect(journal.read()).toMatchObject([
      { offset: 0, atMs: 1000, ...entry },
      { offset: 1, kind: 'event', what: 'b' },
    ]);
    expect(journal.nextOffset).toBe(2);
  });

  test('reads behind an offset, as many as wanted', async () => {
    for (let n = 0; n < 2500; n += 1) journal.append({ kind: 'event', what: `${n}` });
    await journal.caughtUp();
    expect(whats(journal, { after: 1997, limit: 2 })).toEqual(['1998', '1999']);
    expect(whats(journal)).toEqual(Array.from({ length: 2500 }, (_, n) => `${n}`));
  });

  test('keeps the newest when it is full', async () => {
    const small = await start({ maxEntries: 100 });
    for (let n = 0; n < 1000; n += 1) {
      small.append({ kind: 'event', what: `${n}` });
      if (n % 20 === 0) await small.caughtUp();
    }
    await small.caughtUp();
    expect(whats(small)).toEqual(Array.from({ length: 100 }, (_, n) => `${900 + n}`));
    expect(small.read()[0]?.offset).toBe(900);
  });

  test('leaves a body out that is too large, and says how large it was', async () => {
    journal.append({ kind: 'event', what: 'big', detail: 'x'.repeat(100_000) });
    await journal.caughtUp();
    expect(journal.read()[0]?.detail).toMatchObject({ leftOut: 'larger than 64 KB' });
  });

  test('wakes who follows it, until it leaves', async () => {
    const woken = new Promise<void>((resolve) => {
      const following = journal.subscribe(() => {
        following[Symbol.dispose]();
        resolve();
      });
    });
    journal.append({ kind: 'event', what: 'a' });
    await woken;
    expect(whats(journal)).toEqual(['a']);
  });

  test('finds the way of one event', async () => {
    journal.append({ kind: 'event', what: 'a', eventIds: ['e'], requestId: 'r' });
    journal.append({ kind: 'event', what: 'b', eventIds: ['f'] });
    journal.append({ kind: 'attempt', what: 'c', requestId: 'r' });
    await journal.caughtUp();
    expect(whats(journal, { event: 'e' })).toEqual(['a', 'c']);
  });
}
