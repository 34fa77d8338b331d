// The cluster in memory that mappings are tested with does what the port promises.
import { describe } from 'vitest';
import { systemRandom } from '../../src/core/random.ts';
import { FakeCluster } from '../behaviours/kafka-fakes.ts';
import { type ConsumerGroupSubject, describeConsumerGroups } from './consumer-group.ts';

describe('consumer groups of the tests', () => {
  describeConsumerGroups(async (): Promise<ConsumerGroupSubject> => {
    const groups = new FakeCluster(() => 0);
    return {
      groups,
      cluster: { brokers: ['broker:9092'] },
      async topic(partitions) {
        const topic = systemRandom.uuid();
        groups.make(topic, partitions);
        return topic;
      },
      async put(topic, partition, ...records) {
        groups.put(topic, partition, ...records);
      },
      async [Symbol.asyncDispose]() {
        await groups[Symbol.asyncDispose]();
      },
    };
  });
});
