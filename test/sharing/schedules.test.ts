// Processes on the same backends share what is due: each instant is fired once, by one of them; when one is killed the others
// fire what it would have, and what came due while none ran is fired when one starts. Each is a `headwater up` of its own.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
import { afterEach, beforeEach, expect, test } from 'vitest';
import { realClock, SECOND, sleep } from '../../src/core/clock.ts';
import { describeOn } from '../support/backends.ts';
import { deploy } from '../support/raw-client.ts';
import { zipOf } from '../support/zip.ts';
import { scheduleAt } from './fan-out-load.ts';
import { openReports, REPORTING, type Reports } from './reports.ts';
import { createSharedNamespace, type SharedNamespace } from './shared-namespace.ts';

const COUNT = 30;
/** How far ahead they are planned at first; where a machine is slow, further. */
const AHEAD_MS = 8 * SECOND;

describeOn(['redis', 'kafka', 'minio'], 'schedules of several processes', () => {
  let namespace: SharedNamespace;
  let reports: Reports;
  beforeEach(async () => {
    reports = await openReports();
    namespace = createSharedNamespace('sharing-schedules', ['--max-environments=3']);
  });
  afterEach(async () => {
    await namespace[Symbol.asyncDispose]();
    await reports[Symbol.asyncDispose]();
  });

  const start = async (count: number) => {
    const running = await Promise.all(Array.from({ length: count }, () => namespace.start()));
    await deploy(running[0]?.endpoint ?? '', 'report', await zipOf({ 'index.js': REPORTING }), {
      ...{ Timeout: 30, Environment: { Variables: { REPORTS_URL: reports.url } } },
    });
    return running;
  };
  /** Makes schedules through all that run, for instants of three seconds, all of them before the first. */
  const plan = async (): Promise<{ readonly atMs: number; readonly ids: readonly string[] }> => {
    const endpoints = namespace.running.map(({ endpoint }) => endpoint);
    for (let aheadMs = AHEAD_MS; ; aheadMs *= 2) {
      const atMs = realClock.nowMs() + aheadMs;
      const ids = Array.from({ length: COUNT }, (_, index) => `at-${aheadMs}-${index}`);
      const planned = ids.map((id, index) =>
        scheduleAt(endpoints[index % endpoints.length] ?? '', id, atMs + (index % 3) * SECOND),
      );
      await Promise.all(planned);
      if (realClock.nowMs() < atMs - SECOND) return { atMs, ids };
    }
  };
  const allAreReported = (ids: readonly string[]) =>
    reports.until(() => ids.every((id) => reports.first(id) !== undefined));
  const reportsOf = (ids: readonly string[]) =>
    reports.all.filter((report) => report.ids.some((id) => ids.includes(id)));

  test('are fired once each', async () => {
    await start(3);
    const { atMs, ids } = await plan();
    await allAreReported(ids);
    expect(
      reportsOf(ids)
        .flatMap((report) => report.ids)
        .toSorted(),
    ).toEqual(ids.toSorted());
    // None of them before its second.
    expect(reportsOf(ids).filter((report) => report.atMs < atMs - SECOND)).toEqual([]);
  });

  test('are fired by the others when one of them is killed, and when all were, by who comes next', async () => {
    const [first, second] = await start(2);
    const { atMs, ids } = await plan();
    await sleep(realClock, atMs - realClock.nowMs() + SECOND / 2);
    await first?.kill();
    await sleep(realClock, SECOND);
    await second?.kill();
    await namespace.start();
    await allAreReported(ids);
  });
});
