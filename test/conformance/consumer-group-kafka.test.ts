// `ConsumerGroups` on a real Kafka.
import { Kafka, logLevel } from 'kafkajs';
import { openConsumerGroups } from '../../src/backends/kafka/consumer-group/consumer-groups.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends, describeOn } from '../support/backends.ts';
import { type ConsumerGroupSubject, describeConsumerGroups } from './consumer-group.ts';

describeOn(['kafka'], 'consumer groups on Kafka', () => {
  describeConsumerGroups(async (): Promise<ConsumerGroupSubject> => {
    const brokers = [backends.kafka ?? ''];
    const client = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    const [admin, producer] = [client.admin(), client.producer({ allowAutoTopicCreation: false })];
    await Promise.all([admin.connect(), producer.connect()]);
    const groups = openConsumerGroups();
    const topics: string[] = [];
    return {
      groups,
      cluster: { brokers },
      async topic(numPartitions) {
        const topic = `conformance-${systemRandom.uuid()}`;
        topics.push(topic);
        await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions }] });
        return topic;
      },
      async put(topic, partition, ...records) {
        const messages = records.map(({ key, value, headers, timestampMs }) => ({
          ...{ key: key ?? null, value, partition, headers: headers ?? {} },
          ...(timestampMs === undefined ? {} : { timestamp: String(timestampMs) }),
        }));
        await producer.send({ topic, messages });
      },
      async [Symbol.asyncDispose]() {
        await groups[Symbol.asyncDispose]();
        await admin.deleteTopics({ topics });
        await Promise.all([admin.disconnect(), producer.disconnect()]);
      },
    };
  });
});
