// Of several processes that share their work one is killed under load, and another stopped: the others take over within the
// time of a lease, and nothing that was acknowledged is lost. Each is a `headwater up` of its own on real Redis, Kafka and MinIO.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html: each record at least once
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MEMBER_TTL_MS } from '../../src/backends/redis/members/members.ts';
import { realClock, SECOND } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { describeOn } from '../support/backends.ts';
import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { s3 } from '../support/raw-client.ts';
import { type Sent, sendAlong, setUpLoad } from './load.ts';
import { openReports, type Reports } from './reports.ts';
import { createSharedNamespace, type SharedNamespace } from './shared-namespace.ts';

/**
 * What queues wait for a message to come back, and what a busy machine adds, until functions run again; the conformance of
 * leases holds them to less.
 */
const SLACK_MS = 60 * SECOND;

describeOn(['redis', 'kafka', 'minio'], 'processes that share their work', () => {
  const bucket = `hw-test-${systemRandom.uuid()}`;
  let namespace: SharedNamespace;
  let reports: Reports;
  beforeEach(async () => {
    reports = await openReports();
    namespace = createSharedNamespace('sharing-kill', ['--timing.asyncRetryDelaysMs=100,200', '--max-environments=3']);
  });
  afterEach(async () => {
    await namespace[Symbol.asyncDispose]();
    await reports[Symbol.asyncDispose]();
  });
  const leaving = new Set<HeadwaterProcess>();
  const staying = () => namespace.running.filter((each) => !leaving.has(each));
  const endpoints = () => staying().map(({ endpoint }) => endpoint);

  test('lose nothing that was acknowledged when one of them is killed, and one stopped', async () => {
    const [first] = await Promise.all([namespace.start(), namespace.start()]);
    const lines = await setUpLoad(first.endpoint, bucket, reports);
    const load = sendAlong(lines, endpoints, reports);
    await load.flowsAgain(0);
    for (const end of [kill, stop]) {
      const [next] = staying();
      if (!next) throw new Error('none is left');
      const leftAtMs = realClock.nowMs();
      leaving.add(next);
      await end(next);
      // Who comes meanwhile takes part.
      await namespace.start();
      await load.flowsAgain(leftAtMs);
    }
    await load.stop();
    const all = [...load.sent.values()].flat();
    await reports.until(() => all.every(({ id }) => reports.first(id) !== undefined));

    const delays = [...load.sent].map(([{ name, laterMs = 0 }, sent]) => ({
      ...{ name, ms: longestDelay(sent, reports) - laterMs },
    }));
    process.stdout.write(`acknowledged ${all.length}; longest until handled: ${JSON.stringify(delays)}\n`);
    expect(delays.filter(({ ms }) => ms > MEMBER_TTL_MS + SLACK_MS)).toEqual([]);
    expect(load.rejections).toEqual([]);
    expect([...load.sent].flatMap(([line, sent]) => (line.ordered ? misplaced(sent, reports) : []))).toEqual([]);
    await removeBucket(endpoints()[0] ?? '', bucket);
  });
});

const kill = (headwater: HeadwaterProcess) => headwater.kill();

/** As Ctrl-C does: it brings what it has to its end, within its time. */
async function stop(headwater: HeadwaterProcess): Promise<void> {
  const exited = once(headwater.process, 'exit');
  headwater.process.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
}

const longestDelay = (sent: readonly Sent[], reports: Reports): number =>
  Math.max(...sent.map(({ id, atMs }) => (reports.first(id)?.atMs ?? Number.POSITIVE_INFINITY) - atMs));

/** What was handled before something that was acknowledged earlier. */
function misplaced(sent: readonly Sent[], reports: Reports): readonly string[] {
  const turnOf = (each: Sent | undefined) => {
    const report = each && reports.first(each.id);
    return report ? reports.all.indexOf(report) : -1;
  };
  return sent.flatMap((each, index) => (turnOf(each) < turnOf(sent[index - 1]) ? [each.id] : []));
}

async function removeBucket(endpoint: string, bucket: string): Promise<void> {
  for (let keys: readonly string[] = ['']; keys.length > 0; ) {
    const page = String(await s3(endpoint, 'GET', `/${bucket}`));
    keys = [...page.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key);
    await Promise.all(keys.map((key) => s3(endpoint, 'DELETE', `/${bucket}/${key}`)));
  }
  await s3(endpoint, 'DELETE', `/${bucket}`);
}
