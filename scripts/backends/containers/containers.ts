import type { StartedNetwork, StartedTestContainer } from 'testcontainers';
import type { EngineName, RunningEngine } from '../engine.ts';
import { singleBroker } from '../kafka-settings.ts';
import { minioEnvironment, minioUrl } from '../minio-settings.ts';
import { freePort } from '../native/child.ts';
import { imageOf } from './images.ts';

/** A broker, with its image pulled before, takes a few seconds. */
const START_LIMIT_MS = 300_000;
const REDIS_PORT = 6379;
const MINIO_PORT = 9000;
const KAFKA_PORT = 9092;

type Testcontainers = typeof import('testcontainers');

/** Containers that were started, and the network in which they find each other. */
export interface Started {
  readonly network: string;
  readonly engines: readonly RunningEngine[];
}

/** Loads testcontainers, late, because that takes more than a second; its containers are to outlive this process. */
async function load(): Promise<Testcontainers> {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  return await import('testcontainers');
}

/** Starts these engines in containers, in parallel; takes all of them down again when one fails. */
export async function startContainers(names: readonly EngineName[]): Promise<Started> {
  const testcontainers = await load();
  const network = await new testcontainers.Network().start();
  const place: Place = { testcontainers, network, withRedis: names.includes('redis') };
  const results = await Promise.allSettled(names.map(async (name) => await starters[name](place)));
  const engines = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return { network: network.getId(), engines };
  await endContainers(engines, network.getId());
  throw failed.reason;
}

interface Place {
  readonly testcontainers: Testcontainers;
  readonly network: StartedNetwork;
  readonly withRedis: boolean;
}

const starters: Readonly<Record<EngineName, (place: Place) => Promise<RunningEngine>>> = {
  redis: startRedis,
  minio: startMinio,
  kafka: startKafka,
};

async function startRedis({ testcontainers: { GenericContainer, Wait }, network }: Place): Promise<RunningEngine> {
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--maxmemory-policy', 'noeviction'];
  const container = await new GenericContainer(imageOf('redis'))
    .withNetwork(network)
    .withNetworkAliases('redis')
    .withCommand(['redis-server', '--protected-mode', 'no', '--dir', '/data', ...durable])
    .withExposedPorts(REDIS_PORT)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .withStartupTimeout(START_LIMIT_MS)
    .start();
  const url = `redis://${hostOf(container)}:${container.getMappedPort(REDIS_PORT)}`;
  return { name: 'redis', url, container: container.getId() };
}

async function startMinio({ testcontainers, network, withRedis }: Place): Promise<RunningEngine> {
  const { GenericContainer, Wait } = testcontainers;
  const container = await new GenericContainer(imageOf('minio'))
    .withNetwork(network)
    .withEnvironment(
      minioEnvironment({ redis: withRedis ? `redis:${REDIS_PORT}` : undefined, events: '/data/.events' }),
    )
    .withCommand(['server', '--quiet', '/data'])
    .withExposedPorts(MINIO_PORT)
    .withWaitStrategy(Wait.forHttp('/minio/health/ready', MINIO_PORT))
    .withStartupTimeout(START_LIMIT_MS)
    .start();
  const url = minioUrl(hostOf(container), container.getMappedPort(MINIO_PORT));
  return { name: 'minio', url, container: container.getId() };
}

async function startKafka({ testcontainers, network }: Place): Promise<RunningEngine> {
  const { GenericContainer, Wait } = testcontainers;
  // A broker tells its clients where it is, so it has to know its port on this machine beforehand.
  const port = await freePort();
  const container = await new GenericContainer(imageOf('kafka'))
    .withNetwork(network)
    .withEnvironment(kafkaEnvironment(`127.0.0.1:${port}`))
    .withExposedPorts({ container: KAFKA_PORT, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(START_LIMIT_MS)
    .start();
  return { name: 'kafka', url: `${hostOf(container)}:${port}`, container: container.getId() };
}

/** The image takes its settings as variables: `a.b` as KAFKA_A_B. */
const kafkaEnvironment = (advertised: string): Readonly<Record<string, string>> => ({
  KAFKA_NODE_ID: '1',
  KAFKA_PROCESS_ROLES: 'broker,controller',
  KAFKA_LISTENERS: `PLAINTEXT://:${KAFKA_PORT},CONTROLLER://:9093`,
  KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${advertised}`,
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
  ...Object.fromEntries(
    Object.entries(singleBroker).map(([name, value]) => [
      `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
      String(value),
    ]),
  ),
});

/** Not by name, which may mean an address of IPv6, where nothing listens. */
const hostOf = (container: StartedTestContainer): string => container.getHost().replace(/^localhost$/, '127.0.0.1');

/** Removes containers with their volumes, and their network; one that is gone already is as well. */
export async function endContainers(engines: readonly RunningEngine[], network: string | undefined): Promise<void> {
  const { getContainerRuntimeClient } = await load();
  const { dockerode } = (await getContainerRuntimeClient()).container;
  const ids = engines.flatMap(({ container }) => container ?? []);
  await Promise.all(
    ids.map(async (id) => await unlessGone(dockerode.getContainer(id).remove({ force: true, v: true }))),
  );
  if (network !== undefined) await unlessGone(dockerode.getNetwork(network).remove());
}

async function unlessGone(removing: Promise<unknown>): Promise<void> {
  await removing.catch((error: { readonly statusCode?: number }) => {
    if (error.statusCode !== 404) throw error;
  });
}
