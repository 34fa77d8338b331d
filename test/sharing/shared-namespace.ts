import { backends } from '../support/backends.ts';
import { buildCli, type HeadwaterProcess, headwaterUp } from '../support/built-headwater.ts';
import { createTestKafka } from '../support/test-kafka.ts';
import { createTestRedis } from '../support/test-redis.ts';

/** Processes of one namespace on Redis, Kafka and MinIO, each a `headwater up` as users run it. */
export interface SharedNamespace extends AsyncDisposable {
  /** Starts one more. */
  start(): Promise<HeadwaterProcess>;
  /** Those that run. */
  readonly running: readonly HeadwaterProcess[];
}

/**
 * Disposing kills the processes and forgets all that the namespace holds on Redis and Kafka; whoever makes buckets removes them.
 *
 * @param name of the test file, which has a build of its own
 */
export function createSharedNamespace(name: string, args: readonly string[] = []): SharedNamespace {
  const cli = buildCli(name);
  const redis = createTestRedis();
  const kafka = createTestKafka(backends.kafka, redis.namespace);
  const { redis: redisUrl = '', kafka: brokers = '', minio: minioUrl = '' } = backends;
  const on = ['--redis', redisUrl, '--kafka', brokers, '--minio', minioUrl, '--namespace', redis.namespace];
  const running = new Set<HeadwaterProcess>();
  return {
    get running() {
      return [...running];
    },
    async start() {
      const headwater = await headwaterUp(cli, [...on, '--quiet', ...args]);
      running.add(headwater);
      headwater.process.once('exit', () => running.delete(headwater));
      return headwater;
    },
    async [Symbol.asyncDispose]() {
      for (const headwater of running) await headwater.kill();
      await kafka[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}
