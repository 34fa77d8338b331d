import { type Admin, Kafka, logLevel, type Producer } from 'kafkajs';
import { systemRandom } from '../../src/core/random.ts';

/** Topics of a test's own on a Kafka, and a producer that writes to them. */
export interface TestTopics extends AsyncDisposable {
  readonly admin: Admin;
  readonly producer: Producer;
  /** Makes a topic; resolves with its name. */
  make(partitions: number): Promise<string>;
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
    async make(numPartitions) {
      const topic = `test-${systemRandom.uuid()}`;
      topics.push(topic);
      await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions }] });
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
