// What has to be looked at and changed with nobody in between, in several processes: src/core/waiting/in-turn.ts.
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { inTurn } from '../../src/core/waiting/in-turn.ts';
import { createSharedLeases } from '../support/shared-leases.ts';

const twoProcesses = (maxWaitMs?: number) => {
  const shared = createSharedLeases();
  return [inTurn(shared.join(), maxWaitMs), inTurn(shared.join(), maxWaitMs)] as const;
};

test('work of one name runs one after the other, in whichever process, and what fails stops nobody', async () => {
  const turns = twoProcesses();
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    throw new Error('as it happens');
  };
  const done = await Promise.allSettled(Array.from({ length: 6 }, (_, each) => turns[each % 2 ? 1 : 0]('n', work)));
  expect(done.map(({ status }) => status)).toEqual(Array(6).fill('rejected'));
  expect(most).toBe(1);
});

test('work of other names does not wait', async () => {
  const [a, b] = twoProcesses();
  const inner = a('one', () => b('two', () => a('three', async () => 'done')));
  expect(await inner).toBe('done');
});

test('a turn that another process does not end is refused as a backend that is away', async () => {
  const [a, b] = twoProcesses(20);
  const ending = new AbortController();
  const held = a('n', async () => void (await once(ending.signal, 'abort')));
  await expect(b('n', async () => {})).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  ending.abort();
  await held;
  expect(await b('n', async () => 'free')).toBe('free');
});
