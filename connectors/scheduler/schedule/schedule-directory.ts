import { isDeepStrictEqual } from 'node:util';
import type { Scope } from '../../../src/core/arn.ts';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { removeUnder, valuesUnder } from '../../../src/core/registry/entries-under.ts';
import { scheduleExists, scheduleNotFound } from '../errors.ts';
import {
  SCHEDULES,
  type Schedule,
  type SchedulePlace,
  type ScheduleSettings,
  scheduleKey,
  scheduleOfArn,
  schedulesIn,
} from './schedule.ts';

/** All schedules, in the registry. */
export interface ScheduleDirectory {
  find(place: SchedulePlace): Promise<Schedule | undefined>;
  findArn(arn: string): Promise<Schedule | undefined>;
  /** The schedule of a request; refuses when there is none. */
  of(place: SchedulePlace): Promise<Schedule>;
  /** By group and name: those of one group, of an account and region, or all there are. */
  list(scope?: Scope, group?: string): Promise<readonly Schedule[]>;
  /** Resolves with what is stored: of the same request that came before, what that one made. Refuses when there is another. */
  create(schedule: Schedule): Promise<Schedule>;
  /** Stores what `change` makes of the schedule; it is asked again where another change comes between. */
  change(place: SchedulePlace, change: (current: Schedule) => Schedule): Promise<Schedule>;
  /** Stores that it is in the timetable, unless it has begun anew since. */
  planned(schedule: Schedule): Promise<void>;
  /** Removes it, unless it has begun anew since. */
  remove(schedule: Schedule): Promise<void>;
  clear(): Promise<void>;
}

/** The directory over a registry. */
export function createScheduleDirectory(registry: Registry): ScheduleDirectory {
  const find = async (place: SchedulePlace) => (await registry.get<Schedule>(scheduleKey(place)))?.value;
  const unlessBegunAnew = async (
    { generation, ...place }: Schedule,
    decide: (current: Schedule) => Schedule | undefined,
  ): Promise<void> => {
    await changeEntry<Schedule>(registry, scheduleKey(place), (current) =>
      current?.generation === generation ? decide(current) : current,
    );
  };
  return {
    find,
    async findArn(arn) {
      const place = scheduleOfArn(arn);
      return place && (await find(place));
    },
    async of(place) {
      const schedule = await find(place);
      if (schedule) return schedule;
      throw scheduleNotFound(place.name);
    },
    async list(scope, group) {
      const prefix = scope ? `${schedulesIn(scope)}${group === undefined ? '' : `${group}/`}` : SCHEDULES;
      return await valuesUnder<Schedule>(registry, prefix);
    },
    async create(schedule) {
      try {
        await registry.put(scheduleKey(schedule), schedule, 0);
        return schedule;
      } catch (error) {
        if (!isVersionConflict(error)) throw error;
        const there = await find(schedule);
        if (there && isSameRequest(there, schedule)) return there;
        throw scheduleExists(schedule.name);
      }
    },
    change: (place, change) =>
      changeEntry(registry, scheduleKey(place), (current: Schedule | undefined) => {
        if (!current) throw scheduleNotFound(place.name);
        return change(current);
      }),
    planned: (schedule) => unlessBegunAnew(schedule, ({ unplanned: _, ...planned }) => planned),
    remove: (schedule) => unlessBegunAnew(schedule, () => undefined),
    clear: () => removeUnder(registry, SCHEDULES),
  };
}

/** Clients repeat a request whose answer they did not get, with the token that they gave it. */
function isSameRequest(there: Schedule, asked: Schedule): boolean {
  if (asked.clientToken === undefined || there.clientToken !== asked.clientToken) return false;
  return isDeepStrictEqual(withoutAbsent(there.settings), withoutAbsent(asked.settings));
}

/** A registry need not keep members that are `undefined`: without them, what comes from it and what was asked are alike. */
const withoutAbsent = (settings: ScheduleSettings): unknown => JSON.parse(JSON.stringify(settings));
