import type { Activity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { Metrics } from '../../src/core/metrics/metrics.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../../src/core/operation.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { TaskQueue } from '../../src/core/ports/task-queue.ts';
import type { Random } from '../../src/core/random.ts';
import type { ScheduleExpressions } from '../../src/core/schedule/schedule-expression.ts';
import type { Timetable } from '../../src/core/schedule/timetable.ts';
import type { Targets } from '../../src/core/target.ts';
import { untilDone } from '../../src/core/waiting/until-done.ts';
import { createGroupDirectory } from './group/group-directory.ts';
import { createInvocationAccount } from './invocation/invocation-account.ts';
import { createInvocations } from './invocation/invocations.ts';
import { restore } from './restore.ts';
import { createDueInstants } from './schedule/due-instants.ts';
import { createPlanning } from './schedule/planning.ts';
import { createScheduleDirectory } from './schedule/schedule-directory.ts';
import type { SchedulerService } from './service.ts';
import type { CallIn } from './target/universal.ts';

/** EventBridge Scheduler: its API, and what invokes targets when schedules are due. */
export interface Scheduler {
  readonly api: ServiceApi;
  /** Begins to invoke targets; the timetable begins on its own. */
  start(): void;
  /** Removes all schedules and groups; resolves once old work has stopped. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Wires Scheduler to its registry, its tasks and the timetable. */
export function createScheduler(options: {
  readonly registry: Registry;
  readonly tasks: TaskQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly metrics: Metrics;
  readonly targets: Targets;
  readonly operations: OperationFiles;
  readonly expressions: ScheduleExpressions;
  readonly timetable: Timetable;
  /** What universal targets call. */
  readonly callIn: CallIn;
}): Scheduler {
  const { registry, tasks, clock, random, activity, targets, expressions, timetable, callIn } = options;
  const closing = new AbortController();
  const schedules = createScheduleDirectory(registry);
  const groups = createGroupDirectory({ registry, clock, random });
  const account = createInvocationAccount(options);
  const reach = { targets, callIn };
  const invocations = createInvocations({ ...{ tasks, directory: schedules, reach, account, clock, random } });
  const dueInstants = createDueInstants(expressions);
  const planning = createPlanning({ timetable, directory: schedules, dueInstants, invocations, clock });
  const service: SchedulerService = { schedules, groups, planning, expressions, clock, random };
  return {
    api: serviceApi({ name: 'scheduler', service, operations: options.operations }),
    start() {
      invocations.start();
      activity.start('restoring schedules', () => untilDone(() => restore(service), closing.signal));
    },
    async reset() {
      await schedules.clear();
      await groups.clear();
      await planning.clear();
      const stopped = invocations.stop();
      await invocations.clear();
      await stopped;
      // What a fire in progress added meanwhile.
      await invocations.clear();
      if (!closing.signal.aborted) invocations.start();
    },
    async close() {
      closing.abort();
      await invocations.stop();
    },
  };
}
