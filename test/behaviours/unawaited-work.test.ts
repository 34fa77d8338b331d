// What nobody awaits, of which nobody hears when it fails: src/core/activity.ts.
import { expect, test, vi } from 'vitest';
import { createActivity } from '../../src/core/activity.ts';
import { startHeadwater } from '../../src/headwater.ts';
import { PATIENCE_MS } from '../support/patience.ts';

test('counts until it has ended', async () => {
  const activity = createActivity();
  let end = () => {};
  activity.start('waiting', () => new Promise<void>((resolve) => (end = resolve)));
  expect(activity.now()).toMatchObject({ idle: false, inFlight: 1 });
  end();
  expect(await activity.rest(PATIENCE_MS)).toEqual([]);
});

test('what it fails with is told to people and in the journal, and ends nothing', async () => {
  const warn = vi.fn();
  await using headwater = await startHeadwater({ port: 0, ephemeral: true, warn });
  const fail = async (reason: unknown) => {
    throw reason;
  };
  headwater.activity.start('trying', () => fail(new Error('no')));
  headwater.activity.start('trying', () => fail('neither'));
  expect(await headwater.activity.rest(PATIENCE_MS)).toEqual([]);
  expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^Unexpected: trying failed: Error: no\n.*unawaited-work/));
  expect(warn).toHaveBeenCalledWith('Unexpected: trying failed: neither');
  const faults = headwater.journal.read().flatMap(({ kind, what }) => (kind === 'fault' ? [what] : []));
  expect(faults).toEqual(['Unexpected: trying failed: Error: no', 'Unexpected: trying failed: neither']);
  expect((await fetch(`${headwater.endpoint}/_headwater/health`)).status).toBe(200);
});
