import { SECOND } from '../../core/clock.ts';
import type { Finding } from '../../core/finding.ts';
import type { Broker } from './connections.ts';
import { TOPIC_SETTINGS } from './event-log/topic/topic-settings.ts';
import { answeredFault } from './faults.ts';
import { type KafkaLink, type KafkaOptions, openKafka } from './link.ts';

/** The oldest version that knows all settings of topics. */
const OLDEST_VERSION = '3.6';
const TIMEOUT_MS = 2 * SECOND;

/** Looks at Kafka as it would be used: whether its brokers can be reached as they say, and topics be made as they should be. */
export async function examineKafka(options: Omit<KafkaOptions, 'told'>): Promise<readonly Finding[]> {
  await using link = await openKafka({ ...options, told: () => {} });
  const { brokers } = await link.describe([]);
  const count = brokers.length === 1 ? 'one broker' : `${brokers.length} brokers`;
  return [
    { what: 'kafka', found: `${count}, ${link.name}`, level: 'ok' },
    ...(await Promise.all(brokers.map((broker) => lookAtBroker(link, broker)))),
    await lookAtTopics(link),
  ];
}

/** A broker is asked where it says that it is, which need not be where it was found. */
async function lookAtBroker({ client, waitAt }: KafkaLink, broker: Broker): Promise<Finding> {
  const what = 'kafka broker';
  const address = `${broker.host}:${broker.port}`;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    await waitAt(broker, 0, signal, (connection) => client.metadataV12.api.async(connection, [], false, false));
    return { what, found: `advertises ${address}, which answers`, level: 'ok' };
  } catch {
    const remedy = 'set its advertised.listeners to an address that this machine can reach';
    return { what, found: `advertises ${address}, which does not answer: ${remedy}`, level: 'problem' };
  }
}

/** Asks for a topic without having it made. */
async function lookAtTopics({ client, askController, namespace }: KafkaLink): Promise<Finding> {
  const what = 'kafka topics';
  const name = `${namespace.replace(/[^a-zA-Z0-9]+/g, '-')}-doctor`;
  const topic = { name, numPartitions: 1, replicationFactor: -1, assignments: [], configs: [...TOPIC_SETTINGS] };
  try {
    await askController((connection) => client.createTopicsV7.api.async(connection, [topic], TIMEOUT_MS, true));
    return { what, found: 'may be made, with all their settings', level: 'ok' };
  } catch (error) {
    const fault = answeredFault(error) ?? (error as Error).message;
    return {
      what,
      found: `cannot be made (${fault}): ${REMEDIES[fault] ?? 'see the log of the broker'}`,
      level: 'problem',
    };
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  INVALID_CONFIG: `Kafka ${OLDEST_VERSION} or later is needed: upgrade it`,
  CLUSTER_AUTHORIZATION_FAILED: 'allow creating topics',
  TOPIC_AUTHORIZATION_FAILED: 'allow creating topics',
  INVALID_REPLICATION_FACTOR: 'set default.replication.factor to no more than there are brokers',
  POLICY_VIOLATION: 'its create.topic.policy must allow them',
};
