import type { Kafka } from 'kafkajs';
import { type Clock, realClock, SECOND } from '../../../core/clock.ts';
import type { Cluster, ConsumerGroups, OutgoingMessage } from '../../../core/ports/consumer-group.ts';
import { clientOf } from './client.ts';
import { clusterFault } from './cluster-fault.ts';
import { ClusterQuestions } from './cluster-questions.ts';
import { KafkaGroupMember } from './group-member.ts';
import { pastBrief } from './past-brief.ts';

/** How members behave. */
export interface ConsumerGroupsOptions {
  /**
   * After how long without a heartbeat a member's partitions go to the others, in milliseconds; clusters have bounds for it.
   * @default 10 000
   */
  readonly sessionMs?: number | undefined;
  /** How a cluster is asked about a topic and its groups: by a client of its own, and in real time, as it is outside. */
  readonly asking?: Asking | undefined;
}

interface Asking {
  readonly client: typeof clientOf;
  readonly clock: Clock;
}

const ASKING: Asking = { client: clientOf, clock: realClock };

/** Consumer groups of whatever Kafka clusters its caller names. Nothing is loaded or connected before it is asked for. */
export function openConsumerGroups({
  sessionMs = 10 * SECOND,
  asking = ASKING,
}: ConsumerGroupsOptions = {}): ConsumerGroups {
  const members = new Set<KafkaGroupMember>();
  const ask = <T>(cluster: Cluster, question: (questions: ClusterQuestions) => Promise<T>): Promise<T> =>
    pastBrief(asking.clock, () =>
      withClient(cluster, asking.client, async (client) => {
        await using questions = new ClusterQuestions(client);
        return await question(questions);
      }),
    );
  return {
    driver: 'kafka',
    topic: (cluster, topic) => ask(cluster, (questions) => questions.topic(topic)),
    offsets: (cluster, topic, from) => ask(cluster, (questions) => questions.offsets(topic, from)),
    committed: (cluster, topic, groupId) => ask(cluster, (questions) => questions.committed(topic, groupId)),
    join(membership) {
      const member = new KafkaGroupMember(membership, sessionMs);
      members.add(member);
      return {
        take: (limits, signal) => member.take(limits, signal),
        due: () => member.due(),
        commit: (offsets) => member.commit(offsets),
        async [Symbol.asyncDispose]() {
          await member[Symbol.asyncDispose]();
          members.delete(member);
        },
      };
    },
    send: (cluster, topic, messages) => withClient(cluster, clientOf, (client) => send(client, topic, messages)),
    async [Symbol.asyncDispose]() {
      await Promise.all([...members].map((member) => member[Symbol.asyncDispose]()));
    },
  };
}

async function withClient<T>(cluster: Cluster, open: typeof clientOf, work: (client: Kafka) => Promise<T>): Promise<T> {
  try {
    return await work(await open(cluster));
  } catch (error) {
    throw clusterFault(cluster.brokers, error);
  }
}

/** Seldom enough that a connection of its own for each costs nobody anything. */
async function send(client: Kafka, topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
  const { Partitioners } = await import('kafkajs');
  const producer = client.producer({
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  try {
    await producer.connect();
    await producer.send({
      topic,
      acks: -1,
      messages: messages.map(({ key, value }) => ({ key: key ? Buffer.from(key) : null, value: Buffer.from(value) })),
    });
  } finally {
    await producer.disconnect().catch(() => {});
  }
}
