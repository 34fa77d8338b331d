import { type Admin, Kafka, logLevel, type Producer } from 'kafkajs';
import { startStopwatch } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { PATIENCE_MS } from './patience.ts';

/** Topics of a test's own on a Kafka, and a producer that writes to them. */
export interface TestTopics extends AsyncDisposable {
  readonly admin: Admin;
  readonly producer: Producer;
  /** Makes a topic, of a name of its own where none is given; resolves with its name. */
  make(partitions: number, name?: string): Promise<string>;
  put(topic: string, partition: number, ...values: readonly string[]): Promise<void>;
}

/** Disposing deletes the topics. */
export async function openTestTopics(broker: string): Promise<TestTopics> {
  const client = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
  const [admin, producer] = [client.admin(), client.producer({ allowAutoTopicCreation: false })];
  await Promise.all([admin.connect(), producer.connect()]);
  const topics: string[] = [];
  return {
    admin,
    producer,
    async make(numPartitions, topic = `test-${systemRandom.uuid()}`) {
      topics.push(topic);
      await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions }] });
      await hasLeaders(admin, topic);
      return topic;
    },
    async put(topic, partition, ...values) {
      await producer.send({ topic, messages: values.map((value) => ({ value, partition })) });
    },
    async [Symbol.asyncDispose]() {
      await admin.deleteTopics({ topics });
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    },
  };
}

/** The client's own wait for leaders fails when the broker has not yet heard of what its controller made. */
async function hasLeaders(admin: Admin, topic: string): Promise<void> {
  const passedMs = startStopwatch();
  const again = (error: unknown) => {
    if (passedMs() > PATIENCE_MS) throw error;
  };
  while (!(await admin.fetchTopicMetadata({ topics: [topic] }).catch(again))) await new Promise(setImmediate);
}
