import type { TopicAddress, TopicSource } from '../../src/core/kafka/topic-source.ts';
import { type Cluster, ClusterFault, type ConsumerGroups } from '../../src/core/ports/consumer-group.ts';
import type { Secrets } from '../../src/core/ports/secrets.ts';
import { readAccess } from './access.ts';
import { problemOf } from './problem.ts';
import { recordEvent } from './record-event.ts';
import { topicTarget } from './topic-target.ts';

/** What Kafka as an event source needs. */
export interface KafkaConnectorOptions {
  readonly groups: ConsumerGroups;
  /** Where passwords and certificates are found that mappings name. */
  readonly secrets: Secrets;
}

/** Kafka clusters of the user's own as an event source. They have no API here: mappings alone use them. */
export interface KafkaConnector {
  readonly source: TopicSource;
  /** Leaves all groups. */
  close(): Promise<void>;
}

/** Builds the connector; nothing is connected before a mapping asks for it. */
export function createKafka({ groups, secrets }: KafkaConnectorOptions): KafkaConnector {
  const clusterOf = async ({ brokers, access }: TopicAddress): Promise<Cluster> => {
    const answer = await readAccess(access, secrets);
    if (answer.kind === 'objection') throw new ClusterFault('login-refused', brokers, answer.why);
    return { brokers, ...answer.access };
  };
  return {
    source: {
      async objection(access) {
        const answer = await readAccess(access, secrets);
        return answer.kind === 'objection' ? answer.why : undefined;
      },
      facts: async (address) => await groups.topic(await clusterOf(address), address.topic),
      async beginnings(address, from) {
        const cluster = await clusterOf(address);
        const committed = await groups.committed(cluster, address.topic, address.groupId);
        return committed.size > 0 ? new Map() : await groups.offsets(cluster, address.topic, from);
      },
      join(address, { beginnings, lost, told }) {
        const member = groups.join({
          ...{ topic: address.topic, groupId: address.groupId, beginnings, lost, told },
          cluster: () => clusterOf(address),
        });
        return {
          async read(limits, signal) {
            const records = await member.take(limits, signal);
            return records.map((record) => recordEvent(record, address.sourceArn));
          },
          due: () => member.due(),
          commit: (offsets) => member.commit(offsets),
          [Symbol.asyncDispose]: () => member[Symbol.asyncDispose](),
        };
      },
      target: (address) => topicTarget(groups, () => clusterOf(address)),
      problemOf,
    },
    close: async () => await groups[Symbol.asyncDispose](),
  };
}
