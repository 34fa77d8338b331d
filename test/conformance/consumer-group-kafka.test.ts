// `ConsumerGroups` on a real Kafka.
import { openConsumerGroups } from '../../src/backends/kafka/consumer-group/consumer-groups.ts';
import { backends, describeOn } from '../support/backends.ts';
import { openTestTopics } from '../support/test-topics.ts';
import { type ConsumerGroupSubject, describeConsumerGroups } from './consumer-group.ts';

describeOn(['kafka'], 'consumer groups on Kafka', () => {
  describeConsumerGroups(async (): Promise<ConsumerGroupSubject> => {
    const broker = backends.kafka ?? '';
    const topics = await openTestTopics(broker);
    const groups = openConsumerGroups();
    return {
      groups,
      cluster: { brokers: [broker] },
      topic: (partitions) => topics.make(partitions),
      async put(topic, partition, ...records) {
        const messages = records.map(({ key, value, headers, timestampMs }) => ({
          ...{ key: key ?? null, value, partition, headers: headers ?? {} },
          ...(timestampMs === undefined ? {} : { timestamp: String(timestampMs) }),
        }));
        await topics.producer.send({ topic, messages });
      },
      async [Symbol.asyncDispose]() {
        await groups[Symbol.asyncDispose]();
        await topics[Symbol.asyncDispose]();
      },
    };
  });
});
