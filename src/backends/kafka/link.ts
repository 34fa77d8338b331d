import type * as Client from '@platformatic/kafka';
import type { Connection } from '@platformatic/kafka';
import { realClock, SECOND } from '../../core/clock.ts';
import { createOutage } from '../../core/waiting/outage.ts';
import { untilAnswered } from '../../core/waiting/until-answered.ts';
import { watchedOutage } from '../../core/waiting/watched-outage.ts';
import { type Broker, type Connections, createConnections, type Lane, NoAnswer } from './connections.ts';
import { ANSWER_MS, createPersistence } from './persistence.ts';
import { type ClusterMetadata, createTopology, type Topology } from './topology.ts';

/** Where Kafka is and how it is used. */
export interface KafkaOptions {
  /** `host:port`, any of the cluster's. */
  readonly brokers: readonly string[];
  /** Begins the names of all topics, so that several simulators can share one Kafka. */
  readonly namespace: string;
  /** How long to wait for it at the start, in real milliseconds. */
  readonly deadlineMs: number;
  /** Told of waiting at the start, of outages and of their ends. */
  readonly told: (what: string, isFault: boolean) => void;
}

/** Runs one request of the client's over a connection. */
export type Request<T> = (connection: Connection) => Promise<T>;

/**
 * This process's connections to Kafka. What the cluster does not answer within {@link ANSWER_MS} rejects with
 * `BackendUnavailable`, at once when no broker can be reached: it may have been done or not. A request that met the wrong
 * broker, or a connection that was lost, is sent again: only what may be done twice is asked here.
 */
export interface KafkaLink extends AsyncDisposable {
  /** What people call it: `Kafka at 127.0.0.1:9092`. */
  readonly name: string;
  readonly namespace: string;
  /** Whether it did not answer when it was last asked; it is asked until it does. */
  isAway(): boolean;
  /** The client's requests. */
  readonly client: typeof Client;
  /** Asks any broker about the cluster and these topics; a topic that is not there rejects. */
  describe(topics: readonly string[]): Promise<ClusterMetadata>;
  /** Asks the broker that changes topics. */
  askController<T>(request: Request<T>): Promise<T>;
  /** Asks the broker that is found so. */
  askAt<T>(find: () => Promise<Broker>, request: Request<T>): Promise<T>;
  /** Asks the broker that leads the partition. */
  askLeader<T>(topic: string, partition: number, lane: 'read' | 'write', request: Request<T>): Promise<T>;
  /** Who leads the partition. */
  leaderOf(topic: string, partition: number): Promise<Broker>;
  /**
   * Asks a broker, once, for something that it may hold back that long; one at a time for each broker. Aborted it rejects, and
   * the connection is cut, as Kafka has no other way to take a question back.
   */
  waitAt<T>(broker: Broker, heldBackMs: number, signal: AbortSignal, request: Request<T>): Promise<T>;
}

/** How long one broker may take to say what it knows, before another is asked. */
const DESCRIBE_MS = 2 * SECOND;

/** Connects; rejects with `BACKEND_UNREACHABLE` when no broker answers within the deadline. */
export async function openKafka({ brokers, namespace, deadlineMs, told }: KafkaOptions): Promise<KafkaLink> {
  const client = await import('@platformatic/kafka');
  const name = `Kafka at ${brokers.join(', ')}`;
  const topology = createTopology(brokers.map(brokerOf));
  const connections = createConnections((options) => new client.Connection(`headwater-${namespace}`, options));
  const closed = new AbortController();
  const outage = watchedOutage(createOutage(name, told), () => cluster.describe([]), closed.signal);
  const isClosed = () => closed.signal.aborted;
  const { persistently, translate } = createPersistence({ name, topology, outage, isClosed });

  const ask = async <T>(broker: Broker, lane: Lane, withinMs: number, request: Request<T>): Promise<T> => {
    if (isClosed()) throw new NoAnswer('the connection was closed', false);
    const answer = await connections.ask(broker, lane, withinMs, request);
    outage.end();
    return answer;
  };
  const cluster = knowCluster(client, topology, ask);
  try {
    await untilAnswered({ name, deadlineMs, told, clock: realClock }, () => cluster.describe([]).catch(explain));
  } catch (error) {
    connections[Symbol.dispose]();
    throw error;
  }
  return {
    ...{ name, namespace, client, isAway: outage.isNow },
    describe: (topics) => persistently(() => cluster.describe(topics)),
    askController: (request) =>
      persistently(async (leftMs) => await ask(await cluster.controller(), 'admin', leftMs(), request)),
    askAt: (find, request) => persistently(async (leftMs) => await ask(await find(), 'admin', leftMs(), request)),
    askLeader: (topic, partition, lane, request) =>
      persistently(async (leftMs) => await ask(await cluster.leaderOf(topic, partition), lane, leftMs(), request)),
    leaderOf: (topic, partition) => persistently(() => cluster.leaderOf(topic, partition)),
    async waitAt(broker, heldBackMs, signal, request) {
      const askedAfter = outage.timesOver();
      const cut = () => connections.cut(broker, 'wait');
      signal.addEventListener('abort', cut);
      try {
        return await ask(broker, 'wait', heldBackMs + ANSWER_MS, request);
      } catch (error) {
        if (signal.aborted) throw error;
        topology.forget();
        throw translate(error, askedAfter);
      } finally {
        signal.removeEventListener('abort', cut);
      }
    },
    async [Symbol.asyncDispose]() {
      closed.abort(new Error('closed'));
      connections[Symbol.dispose]();
    },
  };
}

/** A listener that asks who comes closes the connection at the first request of who does not say. */
function explain(error: unknown): never {
  if (!(error instanceof NoAnswer) || !error.wasConnected) throw error;
  const why = 'as a listener does that asks for TLS or a login, which Headwater cannot give here: name one without';
  throw new NoAnswer(`${error.message}, ${why}`, true, error);
}

/** Asks around in the cluster, and remembers. */
function knowCluster(client: typeof Client, topology: Topology, ask: Connections['ask']) {
  const describe = async (topics: readonly string[]): Promise<ClusterMetadata> => {
    const metadata = await firstAnswer(topology.brokers, (broker) =>
      ask(broker, 'admin', DESCRIBE_MS, (connection) =>
        client.metadataV12.api.async(connection, [...topics], false, false),
      ),
    );
    topology.learn(metadata);
    return metadata;
  };
  return {
    describe,
    async leaderOf(topic: string, partition: number): Promise<Broker> {
      if (!topology.leaderOf(topic, partition)) await describe([topic]);
      const leader = topology.leaderOf(topic, partition);
      if (leader) return leader;
      throw new client.ProtocolError('LEADER_NOT_AVAILABLE');
    },
    async controller(): Promise<Broker> {
      if (!topology.controller) await describe([]);
      if (topology.controller) return topology.controller;
      throw new client.ProtocolError('NOT_CONTROLLER');
    },
  };
}

/** The answer of the first broker that has one. */
async function firstAnswer<T>([first, ...others]: readonly Broker[], ask: (broker: Broker) => Promise<T>): Promise<T> {
  if (!first) throw new NoAnswer('there is no broker', false);
  try {
    return await ask(first);
  } catch (error) {
    if (!(error instanceof NoAnswer) || others.length === 0) throw error;
    return await firstAnswer(others, ask);
  }
}

function brokerOf(address: string): Broker {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) };
}
