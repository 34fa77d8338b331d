// When schedules invoke their targets: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html,
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html,
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-delete.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLmdbStore, type Store } from '../../src/backends/embedded/store.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/clock.ts';
import { expectRefusal, QUEUE, ROLE, START_MS, startScheduler } from './scheduler-fixture.ts';

const at = (ms: number) => new Date(START_MS + ms).toISOString();

test('a rate is due at once and then after each period', async () => {
  const { schedule, clock, instants } = startScheduler();
  await clock.advance(30 * SECOND);
  await schedule('often', 'rate(5 minutes)');
  await clock.advance(10 * MINUTE);
  expect(instants()).toEqual([at(30 * SECOND), at(5 * MINUTE + 30 * SECOND), at(10 * MINUTE + 30 * SECOND)]);
});

test('a rate with a start is due there first', async () => {
  const { schedule, clock, instants } = startScheduler();
  await schedule('often', 'rate(1 hour)', { StartDate: new Date(START_MS + 20 * MINUTE) });
  await clock.advance(90 * MINUTE);
  expect(instants()).toEqual([at(20 * MINUTE), at(80 * MINUTE)]);
});

test('a cron expression is read in its time zone, whatever its summer does', async () => {
  const { schedule, clock, instants } = startScheduler({ startMs: Date.parse('2026-03-27T00:00:00Z') });
  await schedule('morning', 'cron(30 2 * * ? *)', { ScheduleExpressionTimezone: 'Europe/Berlin' });
  await clock.advance(4 * DAY);
  expect(instants()).toEqual(['2026-03-27T01:30:00.000Z', '2026-03-28T01:30:00.000Z', '2026-03-30T00:30:00.000Z']);
});

test('a schedule is due from its start to its end, both included', async () => {
  const { schedule, clock, instants } = startScheduler();
  const dates = { StartDate: new Date(START_MS + 2 * HOUR), EndDate: new Date(START_MS + 4 * HOUR) };
  await schedule('hourly', 'cron(0 * * * ? *)', dates);
  await clock.advance(DAY);
  expect(instants()).toEqual([at(2 * HOUR), at(3 * HOUR), at(4 * HOUR)]);
});

test('a one-time schedule is due once, in its zone, and stays in the list', async () => {
  const { schedule, clock, call, instants } = startScheduler();
  const dates = { StartDate: new Date(START_MS + 5 * DAY), EndDate: new Date(START_MS) };
  await schedule('once', 'at(2026-01-02T12:00:00)', { ScheduleExpressionTimezone: 'Asia/Tokyo', ...dates });
  await clock.advance(30 * DAY);
  expect(instants()).toEqual(['2026-01-02T03:00:00.000Z']);
  expect((await call('GetSchedule', { Name: 'once' })).State).toBe('ENABLED');
});

test('a one-time schedule in the past is accepted and never due', async () => {
  const { schedule, clock, instants } = startScheduler();
  await schedule('late', 'at(2025-12-31T23:59:59)', { ActionAfterCompletion: 'DELETE' });
  await clock.advance(DAY);
  expect(instants()).toEqual([]);
});

test('a completed schedule is deleted where that was asked for, only after its last attempt', async () => {
  let isDown = true;
  const { schedule, clock, call } = startScheduler({
    answer: () =>
      isDown ? { kind: 'refused', permanent: false, code: 'Down', message: 'down' } : { kind: 'accepted' },
  });
  const action = { ActionAfterCompletion: 'DELETE' };
  await schedule('once', 'at(2026-01-01T01:00:00)', action);
  await schedule('ending', 'cron(0 * * * ? *)', { ...action, EndDate: new Date(START_MS + 2 * HOUR) });
  await schedule('endless', 'cron(0 0 2 1 ? 2026)', action);
  await clock.advance(HOUR + MINUTE);
  expect((await call('ListSchedules')).Schedules).toHaveLength(3);
  isDown = false;
  await clock.advance(2 * HOUR);
  const { Schedules } = await call('ListSchedules');
  expect(Schedules).toMatchObject([{ Name: 'endless' }]);
  await clock.advance(2 * DAY);
  expect((await call('ListSchedules')).Schedules).toHaveLength(1);
  await expectRefusal(
    call('GetSchedule', { Name: 'once' }),
    'ResourceNotFoundException',
    'Schedule once does not exist.',
  );
});

test('a disabled schedule rests and keeps its beat', async () => {
  const { schedule, clock, call, instants } = startScheduler();
  await schedule('beat', 'rate(1 hour)');
  const settings = { ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' } };
  const Target = { Arn: QUEUE, RoleArn: ROLE };
  await clock.advance(90 * MINUTE);
  await call('UpdateSchedule', { Name: 'beat', ...settings, Target, State: 'DISABLED' });
  await clock.advance(2 * HOUR);
  await call('UpdateSchedule', { Name: 'beat', ...settings, Target });
  await clock.advance(HOUR);
  expect(instants()).toEqual([at(0), at(HOUR), at(4 * HOUR)]);
});

test('an update of the target alone moves no instant; another expression begins anew', async () => {
  const { schedule, clock, call, instants } = startScheduler();
  await schedule('beat', 'rate(1 hour)');
  await clock.advance(30 * MINUTE);
  const settings = { FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: QUEUE, RoleArn: ROLE, Input: 'new' } };
  await call('UpdateSchedule', { Name: 'beat', ScheduleExpression: 'rate(1 hour)', ...settings });
  await clock.advance(45 * MINUTE);
  await call('UpdateSchedule', { Name: 'beat', ScheduleExpression: 'rate(30 minutes)', ...settings });
  await clock.advance(40 * MINUTE);
  expect(instants()).toEqual([at(0), at(HOUR), at(75 * MINUTE), at(105 * MINUTE)]);
});

test('with a flexible window the target is invoked within it, and told when it was due', async () => {
  const { schedule, clock, delivered, call } = startScheduler();
  const window = { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 } };
  const Target = { Arn: QUEUE, RoleArn: ROLE, Input: '<aws.scheduler.scheduled-time>' };
  await schedule('about', 'cron(0 * * * ? *)', { ...window, Target });
  await clock.advance(DAY + 15 * MINUTE);
  expect(delivered).toHaveLength(24);
  const delays = delivered.map(({ at: invokedAt, text }) => Date.parse(invokedAt) - Date.parse(text));
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...delays)).toBeLessThan(15 * MINUTE);
  expect(new Set(delays).size).toBeGreaterThan(10);
  await clock.advance(45 * MINUTE);
  await call('DeleteSchedule', { Name: 'about' });
  await clock.advance(HOUR);
  expect(delivered).toHaveLength(24);
});

test('a deleted schedule is due no more, nor is its successor at its instants', async () => {
  const { schedule, clock, call, instants } = startScheduler();
  await schedule('again', 'at(2026-01-01T01:00:00)');
  await call('DeleteSchedule', { Name: 'again' });
  await schedule('again', 'at(2026-01-01T02:00:00)');
  await clock.advance(DAY);
  expect(instants()).toEqual([at(2 * HOUR)]);
});

test('nothing stays planned of schedules that are deleted, or begin anew', async () => {
  const { schedule, call, ground } = startScheduler();
  const nextDueAtMs = () => ground.tasks.due('timetable-schedule').nextDueAtMs;
  await call('CreateScheduleGroup', { Name: 'reports' });
  await schedule('far', 'at(2199-01-01T00:00:00)', { GroupName: 'reports' });
  await schedule('near', 'at(2026-01-01T01:00:00)');
  const settings = { FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: QUEUE, RoleArn: ROLE } };
  await call('UpdateSchedule', { Name: 'near', ScheduleExpression: 'at(2026-01-01T02:00:00)', ...settings });
  expect(nextDueAtMs()).toBe(START_MS + 2 * HOUR);
  await call('DeleteSchedule', { Name: 'near' });
  expect(nextDueAtMs()).toBe(Date.parse('2199-01-01T00:00:00Z'));
  await call('DeleteScheduleGroup', { Name: 'reports' });
  expect(nextDueAtMs()).toBeUndefined();
});

test('a schedule that is disabled and enabled again before its next instant is due there once', async () => {
  const { schedule, call, clock, instants } = startScheduler();
  await schedule('beat', 'rate(1 hour)');
  const settings = { ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' } };
  const Target = { Arn: QUEUE, RoleArn: ROLE };
  for (const State of ['DISABLED', 'ENABLED', 'DISABLED', 'ENABLED']) {
    await call('UpdateSchedule', { Name: 'beat', ...settings, Target, State });
  }
  await clock.advance(2 * HOUR);
  expect(instants()).toEqual([at(0), at(HOUR), at(2 * HOUR)]);
});

test('a year of a monthly schedule is one advance, in order', async () => {
  const { schedule, clock, instants } = startScheduler();
  await schedule('monthly', 'cron(0 9 L * ? *)');
  await clock.advance(365 * DAY);
  expect(instants()).toHaveLength(12);
  expect(instants()).toEqual([...instants()].sort());
  expect(instants().slice(0, 3)).toEqual([
    '2026-01-31T09:00:00.000Z',
    '2026-02-28T09:00:00.000Z',
    '2026-03-31T09:00:00.000Z',
  ]);
});

describe('what came due while nothing ran', () => {
  let folder = '';
  const stores: Store[] = [];
  const openStore = async () => {
    const store = await openLmdbStore({ dataDir: folder, fsync: false });
    stores.push(store);
    return store;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'headwater-schedules-'));
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test.for<['once' | 'all' | 'skip', number]>([
    ['once', 1],
    ['all', 5],
    ['skip', 0],
  ])('is made up for: %s', async ([missed, lateFires]) => {
    const first = startScheduler({ store: await openStore() });
    await first.schedule('hourly', 'cron(0 * * * ? *)');
    await first.clock.advance(90 * MINUTE);
    expect(first.instants()).toEqual([at(HOUR)]);
    await first.close();
    await stores.pop()?.[Symbol.asyncDispose]();
    const second = startScheduler({ store: await openStore(), missed, startMs: START_MS + 6 * HOUR + 30 * MINUTE });
    await second.clock.advance(0);
    expect(second.instants()).toEqual(Array(lateFires).fill(at(6 * HOUR + 30 * MINUTE)));
    await second.clock.advance(HOUR);
    expect(second.instants().at(-1)).toBe(at(7 * HOUR));
    expect(second.instants()).toHaveLength(lateFires + 1);
    await second.close();
  });

  test('completes a one-time schedule also where it is passed over', async () => {
    const first = startScheduler({ store: await openStore() });
    await first.schedule('once', 'at(2026-01-01T01:00:00)', { ActionAfterCompletion: 'DELETE' });
    await first.schedule('kept', 'at(2026-01-01T01:00:00)');
    await first.close();
    await stores.pop()?.[Symbol.asyncDispose]();
    const second = startScheduler({ store: await openStore(), missed: 'skip', startMs: START_MS + DAY });
    await second.clock.advance(MINUTE);
    expect((await second.call('ListSchedules')).Schedules).toMatchObject([{ Name: 'kept' }]);
    expect(second.instants()).toEqual([]);
    await second.close();
  });

  test('is found again for a schedule that was stored, and not yet planned, by a process that died', async () => {
    const first = startScheduler({ store: await openStore() });
    await new Promise<void>((resolve) => {
      first.timetable.plan = () => new Promise(() => resolve());
      void first.schedule('hourly', 'cron(0 * * * ? *)');
    });
    await first.close();
    await stores.pop()?.[Symbol.asyncDispose]();
    const second = startScheduler({ store: await openStore() });
    await second.clock.advance(90 * MINUTE);
    expect(second.instants()).toEqual([at(HOUR)]);
    await second.close();
  });
});

test('a schedule that goes when it is completed loses no invocation that waits in a window longer than its period', async () => {
  const { schedule, call, clock, delivered } = startScheduler();
  const EndDate = new Date(START_MS + 20 * MINUTE);
  const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 600 };
  for (const name of ['a', 'b', 'c', 'd']) {
    await schedule(name, 'rate(5 minutes)', { EndDate, FlexibleTimeWindow, ActionAfterCompletion: 'DELETE' });
  }
  await clock.advance(DAY);
  expect(delivered).toHaveLength(4 * 5);
  expect((await call('ListSchedules')).Schedules).toEqual([]);
});

test('reset forgets schedules, groups and what is under way', async () => {
  const { schedule, scheduler, clock, call, delivered } = startScheduler();
  await call('CreateScheduleGroup', { Name: 'reports' });
  const window = { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 } };
  await schedule('soon', 'at(2026-01-01T00:01:00)', window);
  await schedule('often', 'cron(0 * * * ? *)');
  await clock.advance(MINUTE);
  await scheduler.reset();
  await clock.advance(DAY);
  expect(delivered).toEqual([]);
  expect((await call('ListSchedules')).Schedules).toEqual([]);
  expect((await call('ListScheduleGroups')).ScheduleGroups).toMatchObject([{ Name: 'default' }]);
  await schedule('later', 'rate(1 day)');
  await clock.advance(0);
  expect(delivered).toHaveLength(1);
});
