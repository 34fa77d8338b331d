// https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
// Mappings on a real cluster: what its consumer group does while functions run, and when its members come and go.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { openConsumerGroups } from '../../src/backends/kafka/consumer-group/consumer-groups.ts';
import { realClock, sleep } from '../../src/core/clock.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends, describeOn } from '../support/backends.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { openTestTopics, type TestTopics } from '../support/test-topics.ts';
import { gate, returned } from './dispatch-fakes.ts';
import { kafkaEventOf, setUpKafka, valuesOf } from './kafka-fakes.ts';

/** The shortest that clusters allow. */
const SESSION_MS = 6000;
const broker = backends.kafka ?? '';

/** One process: its mappings, and what its function got. */
function setUpProcess(topic: string, registry?: Registry) {
  const groups = openConsumerGroups({ sessionMs: SESSION_MS });
  const made = setUpKafka({ groups, ...(registry ? { registry } : {}) });
  const got: string[] = [];
  const waiting = new Set<() => void>();
  const work = { finish: async (): Promise<void> => {} };
  made.answer.handler = async (request) => {
    got.push(...valuesOf(kafkaEventOf(request)));
    for (const look of waiting) look();
    await work.finish();
    return returned('null');
  };
  return {
    ...{ made, got, work },
    create: (input: object = {}) =>
      made.create({
        Topics: [topic],
        SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: [broker] } },
        ...input,
      }),
    /** Waits until the function has got these. */
    async has(...values: readonly string[]): Promise<void> {
      const seen = gate<void>();
      const look = () => values.every((value) => got.includes(value)) && seen.open();
      waiting.add(look);
      look();
      await seen.passed;
      waiting.delete(look);
    },
    /** Waits until a record waits for its batching window, and ends that. */
    async deliversWhatComes(): Promise<void> {
      while (made.activity.now().nextDueAt === undefined) await new Promise(setImmediate);
      await made.clock.advance(1000);
    },
    async [Symbol.asyncDispose]() {
      await made.mappings.close(5000);
      await made.kafka.close();
    },
  };
}

async function committedOf(topics: TestTopics, groupId: unknown, topic: string): Promise<Record<number, number>> {
  const [found] = await topics.admin.fetchOffsets({ groupId: String(groupId), topics: [topic] });
  return Object.fromEntries((found?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
}

describeOn(['kafka'], 'a mapping on a real cluster', () => {
  test('delivers what is written, and commits it', async () => {
    await using topics = await openTestTopics(broker);
    const topic = await topics.make(2);
    await topics.put(topic, 0, 'a', 'b');
    await using process = setUpProcess(topic);
    const { UUID } = await process.create();
    await process.has('a', 'b');
    await topics.put(topic, 1, 'c');
    await process.has('c');
    await process.made.activity.rest(PATIENCE_MS);
    expect(process.got).toEqual(['a', 'b', 'c']);
    expect(await committedOf(topics, UUID, topic)).toEqual({ 0: 2, 1: 1 });
  });

  test('misses nothing that is written after it was made with LATEST', async () => {
    await using topics = await openTestTopics(broker);
    const topic = await topics.make(1);
    await topics.put(topic, 0, 'old');
    await using process = setUpProcess(topic);
    await process.create({ StartingPosition: 'LATEST' });
    await topics.put(topic, 0, 'new');
    await process.has('new');
    expect(process.got).toEqual(['new']);
  });

  test('gives a part of its partitions to another process in the middle of a batch, and nothing is lost', async () => {
    await using topics = await openTestTopics(broker);
    const topic = await topics.make(2);
    await topics.put(topic, 0, 'a0');
    await topics.put(topic, 1, 'a1');
    await using first = setUpProcess(topic);
    const finish = gate<void>();
    first.work.finish = () => finish.passed;
    const { UUID } = await first.create({ MaximumBatchingWindowInSeconds: 1 });
    await first.made.activity.rest(PATIENCE_MS);
    void first.made.clock.advance(1000);
    await first.has('a0', 'a1');
    await using second = setUpProcess(topic, first.made.registry);
    await second.made.mappings.start();
    // The batch is not committed: whoever has the partition now delivers its record again.
    await second.deliversWhatComes();
    const moved = second.got[0] === 'a0' ? 0 : 1;
    await topics.put(topic, moved, 'moved');
    await second.deliversWhatComes();
    expect(second.got).toEqual([`a${moved}`, 'moved']);
    finish.open();
    await topics.put(topic, 1 - moved, 'kept');
    await first.deliversWhatComes();
    const kept = 1 - moved;
    expect(first.got.filter((value) => value !== `a${moved}`)).toEqual([`a${kept}`, 'kept']);
    expect(await committedOf(topics, UUID, topic)).toEqual({ 0: 2, 1: 2 });
  });

  test('stays a member while its function runs, however long', async () => {
    await using topics = await openTestTopics(broker);
    const topic = await topics.make(1);
    await topics.put(topic, 0, 'long');
    await using process = setUpProcess(topic);
    // The function's own time: longer than a member may be silent.
    process.work.finish = async () => {
      process.work.finish = async () => {};
      await sleep(realClock, SESSION_MS + 2000);
    };
    const { UUID } = await process.create();
    await process.has('long');
    await process.made.activity.rest(SESSION_MS * 2);
    await topics.put(topic, 0, 'next');
    await process.has('next');
    expect(process.got).toEqual(['long', 'next']);
    expect((await committedOf(topics, UUID, topic))[0]).toBeGreaterThanOrEqual(1);
  });

  test('takes over the partitions of a process that was killed', async () => {
    await using topics = await openTestTopics(broker);
    const topic = await topics.make(2);
    await using process = setUpProcess(topic);
    const ConsumerGroupId = systemRandom.uuid();
    await using killed = await startOtherMember(topic, ConsumerGroupId);
    await process.create({ SelfManagedKafkaEventSourceConfig: { ConsumerGroupId } });
    killed.kill();
    await topics.put(topic, 0, 'a');
    await topics.put(topic, 1, 'b');
    await process.has('a', 'b');
  });
});

/** A member of the group in a process of its own. */
async function startOtherMember(topic: string, groupId: string) {
  const code = `
    const { Kafka, logLevel } = require('kafkajs');
    const consumer = new Kafka({ brokers: [${JSON.stringify(broker)}], logLevel: logLevel.NOTHING })
      .consumer({ groupId: ${JSON.stringify(groupId)}, sessionTimeout: ${SESSION_MS}, heartbeatInterval: 500, maxWaitTimeInMs: 200 });
    consumer.on('consumer.group_join', () => console.log('joined'));
    consumer.connect()
      .then(() => consumer.subscribe({ topic: ${JSON.stringify(topic)} }))
      .then(() => consumer.run({ eachMessage: async () => {} }));
  `;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return {
    kill: () => child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
    },
  };
}
