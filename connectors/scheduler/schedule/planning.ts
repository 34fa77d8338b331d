import type { Clock } from '../../../src/core/clock.ts';
import type { Fire, Timetable, TimetableEntry } from '../../../src/core/schedule/timetable.ts';
import type { Invocations } from '../invocation/invocations.ts';
import type { DueInstants } from './due-instants.ts';
import type { Schedule } from './schedule.ts';
import type { ScheduleDirectory } from './schedule-directory.ts';

/** Keeps schedules in the timetable. */
export interface Planning {
  /**
   * Plans the first instant of a schedule that was stored and is not planned yet.
   *
   * @param before what it was, where it was changed
   */
  plan(schedule: Schedule, before?: Schedule): Promise<void>;
  /** Forgets what is planned for a schedule that is no more. */
  forget(schedule: Schedule): Promise<void>;
  /** Plans what a process that was killed had stored only. */
  restore(): Promise<void>;
  /** Forgets what is planned. */
  clear(): Promise<void>;
}

const KIND = 'schedule';

/** Fires schedules: each instant becomes an invocation, and the next one is planned. */
export function createPlanning(options: {
  readonly timetable: Timetable;
  readonly directory: ScheduleDirectory;
  readonly dueInstants: DueInstants;
  readonly invocations: Invocations;
  readonly clock: Clock;
}): Planning {
  const { timetable, directory, dueInstants, invocations, clock } = options;
  const fire: Fire = async ({ entry, dueAtMs, missed, skip, nextAfterMs }) => {
    const schedule = await directory.findArn(entry.key);
    if (schedule?.generation !== entry.generation || schedule.settings.state === 'DISABLED') return undefined;
    const nextMs = dueInstants.next(schedule, nextAfterMs);
    if (!skip) await invocations.add(schedule, { scheduledAtMs: dueAtMs, missed, isLast: nextMs === undefined });
    else if (nextMs === undefined) await invocations.skipLast(schedule, dueAtMs);
    return nextMs;
  };
  timetable.attach(KIND, fire);
  const planAt = async (schedule: Schedule, atMs: number | undefined) => {
    if (atMs !== undefined && schedule.settings.state === 'ENABLED') await timetable.plan(entryOf(schedule), atMs);
    await directory.planned(schedule);
  };
  return {
    async plan(schedule, before) {
      if (schedule.unplanned === undefined) return;
      // Its next instant is another one now, or its chain is about to end as it was disabled a moment ago.
      if (before) await timetable.forget(entryOf(before));
      const { first, next } = dueInstants;
      await planAt(schedule, (schedule.unplanned === 'begins' ? first : next)(schedule, clock.nowMs()));
    },
    async restore() {
      const unplanned = (await directory.list()).filter((schedule) => schedule.unplanned !== undefined);
      for (const schedule of unplanned) await planAt(schedule, dueInstants.next(schedule, clock.nowMs()));
    },
    forget: (schedule) => timetable.forget(entryOf(schedule)),
    clear: () => timetable.clear(KIND),
  };
}

const entryOf = ({ arn, generation }: Schedule): TimetableEntry => ({ kind: KIND, key: arn, generation });
