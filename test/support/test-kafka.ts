import { type KafkaLink, openKafka } from '../../src/backends/kafka/link.ts';
import { SECOND } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends } from './backends.ts';

/** A namespace of a test's own on the Kafka that is up. */
export interface TestKafka extends AsyncDisposable {
  readonly namespace: string;
  /** Connects as a process of the namespace does. Closed with the namespace. */
  open(): Promise<KafkaLink>;
  /** The topics whose names begin with the namespace. */
  topics(): Promise<readonly string[]>;
}

/** Disposing deletes the topics of the namespace. */
export function createTestKafka(broker = backends.kafka ?? '', namespace = `test-${systemRandom.uuid()}`): TestKafka {
  const links = new Set<KafkaLink>();
  const open = async () => {
    const link = await openKafka({ brokers: [broker], namespace, deadlineMs: 10 * SECOND, told: () => {} });
    links.add(link);
    return link;
  };
  const topicsOf = async ({ client, askController }: KafkaLink) => {
    const { topics } = await askController((connection) =>
      client.metadataV12.api.async(connection, null, false, false),
    );
    return topics.flatMap(({ name }) => (name?.startsWith(namespace) ? [name] : [])).sort();
  };
  return {
    namespace,
    open,
    topics: async () => {
      await using link = await open();
      return await topicsOf(link);
    },
    async [Symbol.asyncDispose]() {
      const link = await open();
      const topics = (await topicsOf(link)).map((name) => ({ name }));
      const { deleteTopicsV6 } = link.client;
      if (topics.length > 0) await link.askController((to) => deleteTopicsV6.api.async(to, topics, 5 * SECOND));
      for (const each of links) await each[Symbol.asyncDispose]();
    },
  };
}
