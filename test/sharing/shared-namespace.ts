import { backends } from '../support/backends.ts';
import { buildCli, type HeadwaterProcess, headwaterUp } from '../support/built-headwater.ts';
import { createTestKafka } from '../support/test-kafka.ts';
import { createTestRedis } from '../support/test-redis.ts';

/** Processes of one namespace on Redis, Kafka and MinIO, each a `headwater up` as users run it. */
export interface SharedNamespace extends AsyncDisposable {
  /** Starts one more. */
  start(more?: ProcessOptions): Promise<HeadwaterProcess>;
  /** Those that run. */
  readonly running: readonly HeadwaterProcess[];
}

/** What one process has of its own. */
export interface ProcessOptions {
  readonly args?: readonly string[];
  /** How far what it takes for the time is ahead of the machine's. */
  readonly aheadMs?: number;
}

/** Moves the time of the product; what signs its requests to MinIO asks for dates, and goes on by the machine's. */
const movingTime = (aheadMs: number) => {
  const module = encodeURIComponent(`const now = Date.now; Date.now = () => now() + ${aheadMs};`);
  return { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import data:text/javascript,${module}` };
};

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
    async start({ args: more = [], aheadMs = 0 } = {}) {
      const env = aheadMs === 0 ? {} : movingTime(aheadMs);
      const headwater = await headwaterUp(cli, [...on, '--quiet', ...args, ...more], { env });
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
