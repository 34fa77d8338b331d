// What is due again and again is fired once at each instant, by one of the processes that share it; and what came due while
// all of them were killed becomes what --missed-schedules says. Each is a `headwater up` of its own.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HOUR, MINUTE, realClock, SECOND } from '../../src/core/clock.ts';
import type { MissedPolicy } from '../../src/core/schedule/timetable.ts';
import { describeOn } from '../support/backends.ts';
import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { deploy, events, exchange, lambda, scheduler } from '../support/raw-client.ts';
import { zipOf } from '../support/zip.ts';
import { openReports, REPORTING, type Reports } from './reports.ts';
import { createSharedNamespace, type ProcessOptions, type SharedNamespace } from './shared-namespace.ts';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:report';
const RoleArn = 'arn:aws:iam::000000000000:role/scheduler';
const EACH = 8;
/** Long enough to start and to plan before the minute is over; else it is the next minute that is seen. */
const BEFORE_MINUTE_MS = 15 * SECOND;
const PATIENCE_MS = 200 * SECOND;

describeOn(['redis', 'kafka', 'minio'], 'what several processes are to fire again and again', () => {
  let namespace: SharedNamespace;
  let reports: Reports;
  beforeEach(async () => {
    reports = await openReports();
    namespace = createSharedNamespace('recurring-schedules', ['--max-environments=3']);
  });
  afterEach(async () => {
    await namespace[Symbol.asyncDispose]();
    await reports[Symbol.asyncDispose]();
  });

  const start = async (count: number, options: ProcessOptions): Promise<HeadwaterProcess> => {
    const [first] = await Promise.all(Array.from({ length: count }, () => namespace.start(options)));
    if (!first) throw new Error('none was started');
    return first;
  };
  const killAll = () => Promise.all(namespace.running.map((each) => each.kill()));
  const setUp = async (endpoint: string) => {
    await deploy(endpoint, 'report', await zipOf({ 'index.js': REPORTING }), {
      ...{ Timeout: 30, Environment: { Variables: { REPORTS_URL: reports.url } } },
    });
    const permission = { StatementId: 'events', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' };
    await lambda(endpoint, 'POST', '/2015-03-31/functions/report/policy', JSON.stringify(permission));
  };
  /** What was reported, each with its instant, as often as it was. */
  const reported = () => reports.all.flatMap(({ ids }) => ids).sort();

  test('is fired once at each instant', async () => {
    const nowMs = realClock.nowMs();
    const minuteMs = Math.ceil(nowMs / MINUTE) * MINUTE;
    const { endpoint } = await start(3, { aheadMs: minuteMs - BEFORE_MINUTE_MS - nowMs });
    await setUp(endpoint);
    const names = Array.from({ length: EACH }, (_, index) => `every-minute-${index}`);
    const endpoints = namespace.running.map((each) => each.endpoint);
    await Promise.all(names.map((name, index) => recur(endpoints[index % 3] ?? '', name, 'cron(* * * * ? *)')));

    const kinds = names.flatMap((name) => [`rule ${name} `, `schedule ${name} `]);
    await reports.until(() => kinds.every((kind) => reported().some((id) => id.startsWith(kind))));
    await untilIdle(endpoint);
    expect(reported()).toEqual([...new Set(reported())]);
  });

  test('and was missed while all were killed is fired once, once each, or not at all', async () => {
    // Half an hour from now, so that nothing falls due while the test runs.
    const minute = new Date(realClock.nowMs() + HOUR / 2).getUTCMinutes();
    const hourly = `cron(${minute} * * * ? *)`;
    const { endpoint } = await start(1, { aheadMs: -20 * HOUR });
    await setUp(endpoint);
    await recur(endpoint, 'hourly', hourly);
    await killAll();
    /** What is fired by those that come that much later. */
    const firedAt = async (aheadMs: number, policy: MissedPolicy, count = 1): Promise<readonly string[]> => {
      const before = reports.all.length;
      const come = await start(count, { aheadMs, args: ['--missed-schedules', policy] });
      await untilIdle(come.endpoint);
      await killAll();
      return reports.all
        .slice(before)
        .flatMap(({ ids }) => ids)
        .sort();
    };
    const due = hoursUntilNow(minute);
    const both = (times: readonly string[]) =>
      ['rule', 'schedule'].flatMap((kind) => times.map((time) => `${kind} hourly ${time}`));

    expect(await firedAt(-14 * HOUR, 'once')).toEqual(both(due.slice(0, 1)));
    expect(await firedAt(-10 * HOUR, 'skip')).toEqual([]);
    expect(await firedAt(0, 'all', 2)).toEqual(both(due.slice(10)));
  });
});

/** A rule and a schedule of that name, which tell the function who is due when. */
async function recur(endpoint: string, name: string, expression: string): Promise<void> {
  await events(endpoint, 'PutRule', { Name: name, ScheduleExpression: expression });
  const InputTransformer = { InputPathsMap: { time: '$.time' }, InputTemplate: `{"id": "rule ${name} <time>"}` };
  await events(endpoint, 'PutTargets', {
    Rule: name,
    Targets: [{ Id: 'report', Arn: FUNCTION_ARN, InputTransformer }],
  });
  const Input = JSON.stringify({ id: `schedule ${name} <aws.scheduler.scheduled-time>` });
  const schedule = {
    ...{ ScheduleExpression: expression, FlexibleTimeWindow: { Mode: 'OFF' } },
    Target: { Arn: FUNCTION_ARN, RoleArn, Input },
  };
  await scheduler(endpoint, 'POST', `/schedules/${name}`, JSON.stringify(schedule));
}

/** Resolves when nothing that is due is left to do, in none of the processes. */
async function untilIdle(endpoint: string): Promise<void> {
  const { body } = await exchange(`${endpoint}/_headwater/idle?timeoutMs=${PATIENCE_MS}`, {});
  expect(JSON.parse(body.toString())).toMatchObject({ idle: true });
}

/** That minute of each of the last twenty hours. */
function hoursUntilNow(minute: number): readonly string[] {
  const hourMs = Math.floor(realClock.nowMs() / HOUR) * HOUR + minute * MINUTE;
  const lastMs = hourMs > realClock.nowMs() ? hourMs - HOUR : hourMs;
  return Array.from({ length: 20 }, (_, index) =>
    new Date(lastMs - (19 - index) * HOUR).toISOString().replace('.000Z', 'Z'),
  );
}
