import type { Clock } from '../../src/core/clock.ts';
import type { Random } from '../../src/core/random.ts';
import type { ScheduleExpressions } from '../../src/core/schedule/schedule-expression.ts';
import type { GroupDirectory } from './group/group-directory.ts';
import type { Planning } from './schedule/planning.ts';
import type { ScheduleDirectory } from './schedule/schedule-directory.ts';

/** What the operations of Scheduler work on. */
export interface SchedulerService {
  readonly schedules: ScheduleDirectory;
  readonly groups: GroupDirectory;
  readonly planning: Planning;
  readonly expressions: ScheduleExpressions;
  readonly clock: Clock;
  readonly random: Random;
}
