// Several processes on the same backends share what is due: each instant of a schedule or of a rule is fired by one of them.
// Here the processes are compositions over one registry and one task queue.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
import { expect, test } from 'vitest';
import { createEvents } from '../../connectors/events/connector.ts';
import { createScheduler } from '../../connectors/scheduler/connector.ts';
import { DAY, HOUR } from '../../src/core/clock.ts';
import { noMetrics } from '../../src/core/metrics/metrics.ts';
import { seededRandom } from '../../src/core/random.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { createScheduleExpressions } from '../../src/cron/schedule-expressions.ts';
import { createTimetable } from '../../src/cron/timetable.ts';
import { operationFiles } from '../../src/package-files.ts';
import { ACCOUNT, callsTo, START_MS } from '../support/service-calls.ts';
import { createSharedTasks } from '../support/shared-tasks.ts';
import { groundForTests } from '../support/test-ground.ts';

const openGround = groundForTests(START_MS, ['registry', 'leases', 'tasks', 'logs']);
const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:tick`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/scheduler`;

/** Who invoked the target, for which instant. */
interface Fired {
  readonly process: number;
  readonly what: string;
}

/** Compositions on one virtual clock. */
function startProcesses(count: number) {
  const ground = openGround();
  const shared = createSharedTasks(ground.tasks, () => ground.clock.nowMs());
  const fired: Fired[] = [];
  const processes = Array.from({ length: count }, (_, process) => {
    const tasks = shared.join();
    let isDead = false;
    const journal = { append: () => {} };
    const timetable = createTimetable({ ...ground, tasks, journal, missed: 'once' });
    const parts = {
      ...{ ...ground, tasks, journal, timetable, metrics: noMetrics, timing: promptTiming },
      ...{ random: seededRandom(process), expressions: createScheduleExpressions(), enforcePolicies: false },
      targets: {
        find: () => ({
          service: 'lambda',
          async deliver(_arn: string, { payload }: { readonly payload: Uint8Array }) {
            if (isDead) return await new Promise<never>(() => {});
            const { source, time } = JSON.parse(Buffer.from(payload).toString());
            fired.push({ process, what: `${source} ${time}` });
            return { kind: 'accepted' } as const;
          },
          describe: async () => undefined,
        }),
      },
    };
    const events = createEvents({ ...parts, operations: operationFiles('connectors/events/api') });
    const scheduler = createScheduler({
      ...parts,
      callIn: async () => async () => {},
      operations: operationFiles('connectors/scheduler/api'),
    });
    for (const part of [events, scheduler, timetable]) part.start();
    return {
      call: callsTo(scheduler.api, events.api),
      die() {
        isDead = true;
        tasks.die();
      },
    };
  });
  const [first] = processes;
  if (!first) throw new Error('there is no process');
  /** An hourly schedule and an hourly rule. */
  const plan = async () => {
    const Target = { Arn: FUNCTION, RoleArn: ROLE };
    const often = { ScheduleExpression: 'cron(0 * * * ? *)', FlexibleTimeWindow: { Mode: 'OFF' } };
    await first.call('CreateSchedule', { Name: 'hourly', ...often, Target });
    await first.call('PutRule', { Name: 'hourly', ScheduleExpression: 'rate(1 hour)' });
    await first.call('PutTargets', { Rule: 'hourly', Targets: [{ Id: 'f', Arn: FUNCTION }] });
  };
  return { clock: ground.clock, fired, first, processes, plan };
}

/** What must have been fired until then, in order. */
const hours = (count: number) =>
  ['aws.events', 'aws.scheduler'].flatMap((source) =>
    Array.from({ length: count }, (_, index) => {
      const time = new Date(START_MS + (index + 1) * HOUR).toISOString();
      return `${source} ${time.replace('.000Z', 'Z')}`;
    }),
  );
const whats = (fired: readonly Fired[]) => fired.map(({ what }) => what).sort();

test('each due instant is fired once, by one of them', async () => {
  const { clock, fired, plan } = startProcesses(2);
  await plan();
  await clock.advance(3 * DAY);
  expect(whats(fired)).toEqual(hours(72));
  expect(new Set(fired.map(({ process }) => process))).toEqual(new Set([0, 1]));
});

test('what one of them is told of a schedule holds in all', async () => {
  const { clock, fired, plan, processes } = startProcesses(3);
  await plan();
  await clock.advance(5 * HOUR);
  await processes[1]?.call('DeleteSchedule', { Name: 'hourly' });
  await processes[2]?.call('DisableRule', { Name: 'hourly' });
  await clock.advance(DAY);
  expect(whats(fired)).toEqual(hours(5));
});

test('the others go on when one of them is killed', async () => {
  const { clock, fired, plan, processes } = startProcesses(3);
  await plan();
  await clock.advance(10 * HOUR);
  processes[0]?.die();
  await clock.advance(HOUR);
  const advancing = clock.advance(HOUR);
  await new Promise(setImmediate);
  processes[1]?.die();
  await advancing;
  await clock.advance(2 * HOUR);
  expect([...new Set(whats(fired))]).toEqual(hours(14));
  expect(new Set(fired.slice(-4).map(({ process }) => process))).toEqual(new Set([2]));
});
