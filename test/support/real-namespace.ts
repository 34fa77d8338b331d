import type { TestContext } from 'vitest';
import { backends } from './backends.ts';
import { createTestRedis } from './test-redis.ts';

/**
 * Whether the tests of everything stand on Redis, Kafka and MinIO in this run: the project `real` of vitest.config.ts, which
 * `npm run test:all` runs beside the embedded one.
 */
export const onReal: boolean = process.env['HEADWATER_TEST_ON'] === 'real';

/** Skips a test whose promise is one of the embedded backend only, and says why. */
export function embeddedOnly({ skip }: Pick<TestContext, 'skip'>, why: string): void {
  if (onReal) skip(why);
}

/** What a Headwater is told to stand on. */
export interface RealNamespace extends AsyncDisposable {
  readonly options: {
    readonly redis: string;
    readonly kafka: string;
    readonly minio: string;
    readonly namespace: string;
  };
}

/** A namespace of a test's own on all of them. Disposing forgets what Redis holds; streams and buckets are reset by their owner. */
export function createRealNamespace(): RealNamespace {
  const { redis = '', kafka = '', minio = '' } = backends;
  const beneath = createTestRedis();
  return {
    options: { redis, kafka, minio, namespace: beneath.namespace },
    [Symbol.asyncDispose]: () => beneath[Symbol.asyncDispose](),
  };
}
