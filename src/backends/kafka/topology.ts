import type { Broker } from './connections.ts';

/** What a broker says of its cluster. */
export interface ClusterMetadata {
  readonly brokers: readonly (Broker & { readonly nodeId: number })[];
  readonly controllerId: number;
  readonly topics: readonly TopicMetadata[];
}

/** What it says of a topic. */
export interface TopicMetadata {
  readonly name?: string | null | undefined;
  readonly partitions: readonly { readonly partitionIndex: number; readonly leaderId: number }[];
}

/** Who is in the cluster and who leads what, as it was told last. */
export interface Topology {
  /** All brokers that may be asked: those that were named, and those that were found. */
  readonly brokers: readonly Broker[];
  leaderOf(topic: string, partition: number): Broker | undefined;
  readonly controller: Broker | undefined;
  learn(metadata: ClusterMetadata): void;
  /** What was known of the topics is not true any more. */
  forget(): void;
}

/** @param named brokers that are known beforehand */
export function createTopology(named: readonly Broker[]): Topology {
  const brokers = new Map<number, Broker>();
  const leaders = new Map<string, ReadonlyMap<number, number>>();
  let controllerId: number | undefined;
  return {
    get brokers() {
      const found = [...brokers.values()].filter(({ host, port }) => !named.some(isAt(host, port)));
      return [...named, ...found];
    },
    get controller() {
      return brokers.get(controllerId ?? -1);
    },
    leaderOf: (topic, partition) => brokers.get(leaders.get(topic)?.get(partition) ?? -1),
    learn(metadata) {
      controllerId = metadata.controllerId;
      brokers.clear();
      for (const { nodeId, host, port } of metadata.brokers) brokers.set(nodeId, { host, port });
      for (const { name, partitions } of metadata.topics)
        leaders.set(name ?? '', new Map(partitions.map(({ partitionIndex, leaderId }) => [partitionIndex, leaderId])));
    },
    forget() {
      controllerId = undefined;
      leaders.clear();
    },
  };
}

const isAt = (host: string, port: number) => (other: Broker) => other.host === host && other.port === port;
