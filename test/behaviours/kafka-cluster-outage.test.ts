// https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-troubleshoot.html
// A cluster that goes away is told in LastProcessingResult; when it is back the mapping goes on by itself, and the test's own
// ledger says that nothing was lost. A broker of the test's own is killed and paused for it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endProgramIn } from '../../scripts/backends/native/child.ts';
import { startKafka } from '../../scripts/backends/native/kafka.ts';
import { openConsumerGroups } from '../../src/backends/kafka/consumer-group/consumer-groups.ts';
import { describeOn } from '../support/backends.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { openTestTopics, type TestTopics } from '../support/test-topics.ts';
import { gate, returned } from './dispatch-fakes.ts';
import { kafkaEventOf, setUpKafka, valuesOf } from './kafka-fakes.ts';

/** The shortest that clusters allow: after a broker's end, its members of before count for that long. */
const SESSION_MS = 6000;
const PROBLEM = 'PROBLEM: Connection error. Please check your event source connection configuration.';

describeOn(['kafka'], 'a cluster that goes away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-kafka-'));
  const broker = { url: '', pid: 0 };
  let topics: TestTopics;

  const start = async () => {
    const port = broker.url === '' ? undefined : Number(broker.url.split(':')[1]);
    const { url, pid = 0 } = await startKafka(folder, port);
    Object.assign(broker, { url, pid });
  };

  beforeAll(async () => {
    await start();
    topics = await openTestTopics(broker.url);
  });
  afterAll(async () => {
    // The last test leaves no broker behind that could delete them.
    await Promise.all([topics.admin.disconnect(), topics.producer.disconnect()]);
    await endProgramIn(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  /** A mapping of a new topic; `got` counts how often its function got each value. */
  async function setUp() {
    const topic = await topics.make(2);
    const made = setUpKafka({ groups: openConsumerGroups({ sessionMs: SESSION_MS }) });
    const got = new Map<string, number>();
    const changed = { look: () => {} };
    const work = { finish: async (): Promise<void> => {} };
    made.answer.handler = async (request) => {
      for (const value of valuesOf(kafkaEventOf(request))) got.set(value, (got.get(value) ?? 0) + 1);
      changed.look();
      await work.finish();
      return returned('null');
    };
    const { UUID } = await made.create({
      Topics: [topic],
      SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: [broker.url] } },
    });
    const has = async (...values: readonly string[]) => {
      const seen = gate<void>();
      changed.look = () => values.every((value) => got.has(value)) && seen.open();
      changed.look();
      await seen.passed;
    };
    const shows = async (result: string) => {
      const shown = async () => (await made.show(UUID))['LastProcessingResult'];
      await expect.poll(shown, { timeout: 3 * PATIENCE_MS }).toBe(result);
    };
    const close = async () => {
      await made.mappings.close(5000);
      await made.kafka.close();
    };
    return { ...made, ...{ UUID, topic, got, work, has, shows, close } };
  }

  test('with SIGKILL is read again once it is back; what was in flight is committed, not repeated', async () => {
    const { topic, work, got, has, shows, close, UUID, activity } = await setUp();
    await topics.put(topic, 0, 'before');
    await has('before');
    await activity.rest(PATIENCE_MS);
    const finish = gate<void>();
    work.finish = () => finish.passed;
    await topics.put(topic, 1, 'in flight');
    await has('in flight');
    process.kill(broker.pid, 'SIGKILL');
    finish.open();
    await shows(PROBLEM);
    await start();
    await shows('OK');
    await topics.put(topic, 0, 'after');
    await has('after');
    await activity.rest(PATIENCE_MS);
    expect(Object.fromEntries(got)).toEqual({ before: 1, 'in flight': 1, after: 1 });
    const [committed] = await topics.admin.fetchOffsets({ groupId: String(UUID), topics: [topic] });
    expect(committed?.partitions.map(({ offset }) => offset).sort()).toEqual(['1', '2']);
    await close();
  });

  test('for a while only, without a word, is read on', async () => {
    const { topic, got, has, shows, close } = await setUp();
    await topics.put(topic, 0, 'before');
    await has('before');
    process.kill(broker.pid, 'SIGSTOP');
    try {
      await shows(PROBLEM);
    } finally {
      process.kill(broker.pid, 'SIGCONT');
    }
    await shows('OK');
    await topics.put(topic, 0, 'after');
    await has('after');
    expect(got.get('after')).toBe(1);
    await close();
  });

  test('does not keep its mappings from closing', async () => {
    const { topic, work, has, shows, close } = await setUp();
    const finish = gate<void>();
    work.finish = () => finish.passed;
    await topics.put(topic, 0, 'in flight');
    await has('in flight');
    process.kill(broker.pid, 'SIGKILL');
    finish.open();
    await shows(PROBLEM);
    await close();
  });
});
