// Which time rules what: the clock that the user chose rules AWS's waits, and advancing it passes them in order.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createActivity } from '../../src/core/activity.ts';
import { HOUR, MINUTE, scaledClock, sleep } from '../../src/core/clock.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');

function setUp() {
  const activity = createActivity();
  return { activity, clock: createVirtualClock(START_MS, activity) };
}

describe('a virtual clock', () => {
  test('stands still until it is advanced', async () => {
    const { clock } = setUp();
    expect(clock.nowMs()).toBe(START_MS);
    await clock.advance(1500);
    expect(clock.nowMs()).toBe(START_MS + 1500);
  });

  test('fires timers in the order of their instants, equal ones in the order they were set', async () => {
    const { clock } = setUp();
    const fired: string[] = [];
    clock.setTimer(200, () => fired.push(`late at ${clock.nowMs() - START_MS}`));
    clock.setTimer(100, () => fired.push('first'));
    clock.setTimer(100, () => fired.push('second'));
    await clock.advance(250);
    expect(fired).toEqual(['first', 'second', 'late at 200']);
  });

  test('fires a timer that a timer set, when it falls within the same advance', async () => {
    const { clock } = setUp();
    const fired: number[] = [];
    clock.setTimer(100, () => clock.setTimer(50, () => fired.push(clock.nowMs() - START_MS)));
    await clock.advance(200);
    expect(fired).toEqual([150]);
  });

  test('tells of each instant before anything happens there, so that a process that is killed amid an advance never goes back', async () => {
    const told: string[] = [];
    const tell = (nowMs: number) => told.push(`at ${nowMs - START_MS}`);
    const clock = createVirtualClock(START_MS, createActivity(), tell);
    clock.setTimer(100, () => told.push('fired'));
    await clock.advance(250);
    expect(told).toEqual(['at 100', 'fired', 'at 250']);
  });

  test('does not fire a timer that was disposed', async () => {
    const { clock } = setUp();
    let fired = false;
    clock
      .setTimer(10, () => {
        fired = true;
      })
      [Symbol.dispose]();
    await clock.advance(20);
    expect(fired).toBe(false);
  });

  test('waits after each instant for the work that it set off, and only then moves on', async () => {
    const { clock, activity } = setUp();
    const seen: string[] = [];
    clock.setTimer(100, () => {
      void activity.during('slow work', async () => {
        for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
        seen.push(`done at ${clock.nowMs() - START_MS}`);
      });
    });
    clock.setTimer(101, () => seen.push('next'));
    await clock.advance(500);
    expect(seen).toEqual(['done at 100', 'next']);
  });

  test('returns at the real deadline and names what still runs', async () => {
    const { clock, activity } = setUp();
    using _token = activity.begin('an endless invocation');
    const result = await clock.advance(1000, { deadlineMs: 5 });
    expect(result).toEqual({ nowMs: START_MS, stillRunning: ['an endless invocation'] });
  });

  test('ends a sleep when its signal is aborted', async () => {
    const { clock } = setUp();
    const aborting = new AbortController();
    const sleeping = sleep(clock, 1000, aborting.signal);
    aborting.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    expect(clock.nextTimerAtMs()).toBeUndefined();
  });
});

describe('activity', () => {
  test('is idle when nothing is in progress and nothing due could be taken; what is due later does not count', () => {
    const activity = createActivity();
    const waiting = { dueNow: 0, nextDueAtMs: START_MS };
    activity.probe(() => waiting);
    expect(activity.now()).toEqual({ idle: true, inFlight: 0, dueNow: 0, nextDueAt: START_MS });
    waiting.dueNow = 1;
    expect(activity.now().idle).toBe(false);
    waiting.dueNow = 0;
    const token = activity.begin('work');
    expect(activity.now()).toMatchObject({ idle: false, inFlight: 1 });
    token[Symbol.dispose]();
    expect(activity.now().idle).toBe(true);
  });

  test('comes to rest when the last work ends', async () => {
    const activity = createActivity();
    const token = activity.begin('work');
    const resting = activity.rest(10_000);
    setImmediate(() => token[Symbol.dispose]());
    expect(await resting).toEqual([]);
  });
});

describe("the machine's own clock", () => {
  beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
  afterEach(() => void vi.useRealTimers());

  test('fires what came due while the machine slept soon after it woke', () => {
    const fired: string[] = [];
    scaledClock(1).setTimer(8 * HOUR, () => fired.push('due'));
    // Asleep: time passes, and Node's timers stand still.
    vi.setSystemTime(START_MS + 8 * HOUR);
    vi.advanceTimersByTime(2 * MINUTE);
    expect(fired).toEqual(['due']);
  });

  test('fires at its instant, however far off that is, and not when it was cancelled', () => {
    const fired: string[] = [];
    const clock = scaledClock(60);
    clock.setTimer(30 * HOUR, () => fired.push('kept'));
    const cancelled = clock.setTimer(30 * HOUR, () => fired.push('cancelled'));
    vi.advanceTimersByTime(29 * MINUTE);
    cancelled[Symbol.dispose]();
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(MINUTE);
    expect(fired).toEqual(['kept']);
  });
});
