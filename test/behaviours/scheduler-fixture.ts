import { createScheduler } from '../../connectors/scheduler/connector.ts';
import type { CalledService } from '../../connectors/scheduler/target/universal.ts';
import type { Store } from '../../src/backends/embedded/store.ts';
import { type Arn, parseArn } from '../../src/core/arn.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { Measurement } from '../../src/core/metrics/metrics.ts';
import { seededRandom, systemRandom } from '../../src/core/random.ts';
import type { MissedPolicy } from '../../src/core/schedule/timetable.ts';
import type { Delivery, DeliveryOutcome } from '../../src/core/target.ts';
import { createScheduleExpressions } from '../../src/cron/schedule-expressions.ts';
import { createTimetable } from '../../src/cron/timetable.ts';
import { operationFiles } from '../../src/package-files.ts';
import { ACCOUNT, callsTo, START_MS } from '../support/service-calls.ts';
import { groundForTests } from '../support/test-ground.ts';

export { ACCOUNT, START_MS } from '../support/service-calls.ts';
export { expectRefusal } from './sqs-fixture.ts';

const openGround = groundForTests(START_MS, ['registry', 'tasks']);

/** What a target was given, and when. */
export interface Delivered {
  readonly arn: string;
  readonly at: string;
  readonly text: string;
  readonly delivery: Delivery;
}

/** What a universal target called. */
export interface Called {
  readonly service: CalledService;
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** What a test may choose. */
export interface SchedulerChoices {
  readonly store?: Store;
  readonly startMs?: number;
  readonly ground?: ReturnType<typeof openGround>;
  readonly missed?: MissedPolicy;
  readonly answer?: (arn: Arn, delivery: Delivery) => DeliveryOutcome | Promise<DeliveryOutcome>;
  readonly callIn?: (call: Called) => Promise<unknown>;
}

export const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`;
export const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:nightly`;
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/scheduler`;
export const DEAD_LETTERS = `arn:aws:sqs:us-east-1:${ACCOUNT}:dead`;

/** Scheduler on a virtual clock with its timetable, and targets that take down what they get. */
export function startScheduler(choices: SchedulerChoices = {}) {
  const { ground = openGround(choices), missed = 'once', answer = () => ({ kind: 'accepted' }) } = choices;
  const { registry, tasks, clock, activity } = ground;
  const entries: JournalEntry[] = [];
  const journal = { append: (entry: JournalEntry) => void entries.push(entry) };
  const delivered: Delivered[] = [];
  const called: Called[] = [];
  const counts = new Map<string, number>();
  const expressions = createScheduleExpressions();
  const timetable = createTimetable({ tasks, clock, journal, missed });
  const now = () => new Date(clock.nowMs()).toISOString();
  const scheduler = createScheduler({
    ...{ registry, tasks, clock, activity, journal, expressions, timetable },
    random: choices.ground ? systemRandom : seededRandom(7),
    metrics: {
      record(_scope, namespace, dimensions, measurements: readonly Measurement[]) {
        for (const { name, value } of measurements) {
          const key = `${namespace} ${name} ${JSON.stringify(dimensions)}`;
          counts.set(key, (counts.get(key) ?? 0) + value);
        }
      },
    },
    targets: {
      find: (target) => ({
        service: parseArn(target)?.service ?? '',
        async deliver(arn, delivery) {
          const outcome = await answer(arn, delivery);
          delivered.push({ arn, at: now(), text: Buffer.from(delivery.payload).toString(), delivery });
          return outcome;
        },
        describe: async (arn) => ({ arn }),
      }),
    },
    callIn: async () => async (service, operation, input) => {
      const call = { service, operation, input };
      called.push(call);
      return await choices.callIn?.(call);
    },
    operations: operationFiles('connectors/scheduler/api'),
  });
  const close = async () => {
    await timetable.close();
    await scheduler.close();
  };
  ground.atEnd(close);
  scheduler.start();
  timetable.start();
  const call = callsTo(scheduler.api);
  return {
    ...{ ground, clock, scheduler, timetable, entries, delivered, called, counts, call, close },
    /** Creates a schedule for a queue, unless it says otherwise. */
    schedule: (Name: string, ScheduleExpression: string, more: object = {}) =>
      call('CreateSchedule', {
        ...{ Name, ScheduleExpression, FlexibleTimeWindow: { Mode: 'OFF' } },
        ...{ Target: { Arn: QUEUE, RoleArn: ROLE, Input: Name }, ...more },
      }),
    /** When targets were invoked, in the order in which they were. */
    instants: () => delivered.map(({ at }) => at),
  };
}
