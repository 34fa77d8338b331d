import { createEvents } from '../../connectors/events/connector.ts';
import { createScheduler } from '../../connectors/scheduler/connector.ts';
import { createSns } from '../../connectors/sns/connector.ts';
import type { Settings } from '../config/options.ts';
import type { FunctionLogs } from '../core/function-logs.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Targets } from '../core/target.ts';
import type { Timing } from '../core/timing.ts';
import { createScheduleExpressions } from '../cron/schedule-expressions.ts';
import { createTimetable } from '../cron/timetable.ts';
import { operationFiles } from '../package-files.ts';
import type { Ground } from './ground.ts';
import type { Ports } from './ports.ts';
import type { CallIn } from './replays.ts';

/** What passes events on is made of. */
interface FanOutParts extends Pick<Ground, 'clock' | 'random' | 'journal' | 'activity'> {
  readonly ports: Ports;
  readonly timing: Timing;
  readonly targets: Targets;
  readonly metrics: Metrics;
  /** Where topics say what became of deliveries. */
  readonly statusLogs: FunctionLogs;
  /** Scheme and authority of the endpoint. */
  readonly origin: () => string;
  /** What schedules with requests of their own call. */
  readonly callIn: CallIn;
}

/** What passes events on, and what says when there are any: topics, buses with their rules, schedules, and the timetable of these. */
export function openFanOut({ ports, ...common }: FanOutParts, { enforcePolicies, missedSchedules }: Settings) {
  const { registry, tasks, leases, logs } = ports;
  const expressions = createScheduleExpressions();
  const timetable = createTimetable({ ...common, tasks, missed: missedSchedules });
  const parts = { ...common, registry, tasks, leases, enforcePolicies };
  const timed = { ...parts, expressions, timetable };
  return {
    sns: createSns({ ...parts, operations: operationFiles('connectors/sns/api') }),
    events: createEvents({ ...timed, logs, operations: operationFiles('connectors/events/api') }),
    scheduler: createScheduler({ ...timed, operations: operationFiles('connectors/scheduler/api') }),
    timetable,
  };
}
