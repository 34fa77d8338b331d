import type { Settings } from '../config/options.ts';
import type { FunctionLogs } from '../core/function-logs.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Targets } from '../core/target.ts';
import type { Timing } from '../core/timing.ts';
import { createTimetable } from '../cron/timetable.ts';
import type { LoadedModels } from '../gateway/schema/loaded-models.ts';
import { operationFiles } from '../package-files.ts';
import type { Ground } from './ground.ts';
import { type LateParts, lateApi, lateTarget } from './late-parts.ts';
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
  readonly models: LoadedModels;
}

/** What passes events on, and what says when there are any: topics, buses with their rules, schedules, and the timetable of these. */
export async function openFanOut(
  { ports, ...common }: FanOutParts,
  { enforcePolicies, missedSchedules }: Settings,
  late: LateParts,
) {
  const { registry, tasks, leases, logs } = ports;
  const timetable = createTimetable({ ...common, tasks, missed: missedSchedules });
  const parts = { ...common, registry, tasks, leases, enforcePolicies, timetable };
  const sns = await late('sns', async () => {
    const { createSns } = await import('../../connectors/sns/connector.ts');
    return createSns({ ...parts, operations: operationFiles('connectors/sns/api') });
  });
  const events = await late('events', async () => {
    const [{ createEvents }, expressions] = await Promise.all([
      import('../../connectors/events/connector.ts'),
      openScheduleExpressions(),
    ]);
    return createEvents({ ...parts, expressions, logs, operations: operationFiles('connectors/events/api') });
  });
  const scheduler = await late('scheduler', async () => {
    const [{ createScheduler }, { checkedCalls }, expressions] = await Promise.all([
      import('../../connectors/scheduler/connector.ts'),
      import('./checked-calls.ts'),
      openScheduleExpressions(),
    ]);
    const callIn = checkedCalls(common.callIn, common.models);
    return createScheduler({ ...parts, expressions, callIn, operations: operationFiles('connectors/scheduler/api') });
  });
  return {
    parts: { sns, events, scheduler, timetable },
    apis: [
      lateApi('sns', async () => (await sns.opened()).api),
      lateApi('events', async () => (await events.opened()).api),
      lateApi('scheduler', async () => (await scheduler.opened()).api),
    ],
    targets: [lateTarget('sns', sns.opened), lateTarget('events', events.opened)],
    certificate: async () => await (await sns.opened()).certificate(),
  };
}

const openScheduleExpressions = async () =>
  (await import('../cron/schedule-expressions.ts')).createScheduleExpressions();
