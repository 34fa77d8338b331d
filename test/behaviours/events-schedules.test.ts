// Rules that fire by themselves.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/clock.ts';
import { START_MS } from '../support/service-calls.ts';
import { ACCOUNT, FUNCTION, startEvents } from './events-fixture.ts';

const ARN = `arn:aws:events:us-east-1:${ACCOUNT}:rule/tick`;
type Started = ReturnType<typeof startEvents>;

const advance = async ({ clock }: Started, byMs: number) => {
  expect(await clock.advance(byMs)).toMatchObject({ stillRunning: [] });
};
const folder = mkdtempSync(join(tmpdir(), 'headwater-events-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs both on one data directory, one after the other. */
async function restart(
  name: string,
  before: (one: Started) => Promise<unknown>,
  after: (two: Started) => Promise<void>,
) {
  for (const phase of [before, after]) {
    await using store = await openLmdbStore({ dataDir: join(folder, name), fsync: false });
    const started = startEvents({ store });
    await started.settled();
    await phase(started);
    await started.close();
  }
}
const times = ({ fakes }: Started) => fakes.got.map(({ text }) => JSON.parse(text).time);

describe('a scheduled rule', () => {
  it('sends its targets an event of its own, one period after it was put', async () => {
    const started = startEvents();
    await started.rule('tick', [{ Arn: FUNCTION }], { ScheduleExpression: 'rate(5 minutes)' });
    await advance(started, 5 * MINUTE - 1);
    expect(started.fakes.got).toHaveLength(0);
    await advance(started, 5 * MINUTE + 1);
    expect(times(started)).toEqual(['2026-01-01T00:05:00Z', '2026-01-01T00:10:00Z']);
    expect(JSON.parse(started.fakes.got[0]?.text ?? '')).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: ACCOUNT,
      time: '2026-01-01T00:05:00Z',
      region: 'us-east-1',
      resources: [ARN],
      detail: {},
    });
  });

  it('runs a year of a monthly schedule in one advance, in order', async () => {
    const started = startEvents();
    await started.rule('tick', [{ Arn: FUNCTION }], { ScheduleExpression: 'cron(0 9 L * ? *)' });
    await advance(started, 365 * DAY);
    const found = times(started);
    expect(found).toHaveLength(12);
    expect(found).toEqual([...found].sort());
    expect(found[1]).toBe('2026-02-28T09:00:00Z');
  });

  it('that is put again as it was goes on; with another schedule it begins anew', async () => {
    const started = startEvents();
    const { call, rule } = started;
    await rule('tick', [{ Arn: FUNCTION }], { ScheduleExpression: 'rate(10 minutes)' });
    await advance(started, 6 * MINUTE);
    await call('PutRule', { Name: 'tick', ScheduleExpression: 'rate(10 minutes)', Description: 'more' });
    await advance(started, 4 * MINUTE);
    expect(times(started)).toEqual(['2026-01-01T00:10:00Z']);
    await call('PutRule', { Name: 'tick', ScheduleExpression: 'rate(1 hour)' });
    await advance(started, HOUR);
    expect(times(started)).toEqual(['2026-01-01T00:10:00Z', '2026-01-01T01:10:00Z']);
  });

  it('is silent while it is disabled, and counts from when it is enabled', async () => {
    const started = startEvents();
    const { call, rule } = started;
    await rule('tick', [{ Arn: FUNCTION }], { ScheduleExpression: 'rate(10 minutes)' });
    await call('DisableRule', { Name: 'tick' });
    await advance(started, 15 * MINUTE);
    await call('EnableRule', { Name: 'tick' });
    await advance(started, 10 * MINUTE);
    expect(times(started)).toEqual(['2026-01-01T00:25:00Z']);
  });

  it('fires no more once it is deleted', async () => {
    const started = startEvents();
    const { call, rule } = started;
    await rule('tick', [], { ScheduleExpression: 'rate(1 minute)' });
    await call('DeleteRule', { Name: 'tick' });
    await advance(started, HOUR);
    expect(started.entries.filter(({ kind }) => kind === 'event')).toHaveLength(0);
  });

  it('leaves nothing planned behind when it is changed, disabled or deleted', async () => {
    const { call, ground } = startEvents();
    const nextDueAtMs = () => ground.tasks.due('timetable-rule').nextDueAtMs;
    const put = (expression: string, more: object = {}) =>
      call('PutRule', { Name: 'tick', ScheduleExpression: expression, ...more });
    await put('cron(0 0 1 1 ? 2199)');
    await put('rate(2 hours)');
    await put('rate(1 hour)', { State: 'DISABLED' });
    expect(nextDueAtMs()).toBeUndefined();
    await call('EnableRule', { Name: 'tick' });
    expect(nextDueAtMs()).toBe(START_MS + HOUR);
    await call('DisableRule', { Name: 'tick' });
    expect(nextDueAtMs()).toBeUndefined();
    await put('rate(3 hours)');
    expect(nextDueAtMs()).toBe(START_MS + 3 * HOUR);
    await call('PutRule', { Name: 'tick', EventPattern: '{"source":["shop"]}' });
    expect(nextDueAtMs()).toBeUndefined();
    await put('rate(4 hours)');
    await call('DeleteRule', { Name: 'tick' });
    expect(nextDueAtMs()).toBeUndefined();
  });

  it('with a pattern does both', async () => {
    const started = startEvents();
    const more = { ScheduleExpression: 'rate(1 hour)', EventPattern: '{"source":["shop"]}' };
    await started.rule('tick', [{ Arn: FUNCTION, InputPath: '$.source' }], more);
    await started.put();
    await advance(started, HOUR);
    expect(started.fakes.got.map(({ text }) => text)).toEqual(['"shop"', '"aws.events"']);
  });

  it('survives a restart', async () => {
    await restart(
      'scheduled',
      ({ rule }) => rule('tick', [{ Arn: FUNCTION }], { ScheduleExpression: 'rate(1 hour)' }),
      async (started) => {
        await advance(started, HOUR);
        expect(times(started)).toEqual(['2026-01-01T01:00:00Z']);
      },
    );
  });
});

describe('what was accepted', () => {
  it('survives a restart while it waits for its next attempt', async () => {
    const ids: string[] = [];
    await restart(
      'waiting',
      async ({ rule, put, fakes }) => {
        await rule('all', [{ Arn: FUNCTION }]);
        fakes.answers.answer = () => ({ kind: 'refused', permanent: false, code: 'Busy', message: 'later' });
        ids.push((await put()).Entries[0].EventId);
      },
      async (started) => {
        await advance(started, MINUTE);
        expect(started.fakes.got.map(({ text }) => JSON.parse(text).id)).toEqual(ids);
      },
    );
  });

  it('is delivered once by two processes, whichever heard of the rule first', async () => {
    const one = startEvents();
    const two = startEvents({ ground: one.ground });
    await one.rule('all', [{ Arn: FUNCTION }]);
    await one.rule('tick', [{ Arn: FUNCTION }], { ScheduleExpression: 'rate(1 minute)' });
    await two.put();
    await one.put();
    await advance(one, 3 * MINUTE);
    expect(one.fakes.got.length + two.fakes.got.length).toBe(2 + 3);
  });
});
