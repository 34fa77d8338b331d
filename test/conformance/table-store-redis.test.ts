// The table store on Redis.
import { afterAll } from 'vitest';
import { openRedis, type RedisLink } from '../../src/backends/redis/link.ts';
import { openTableStore } from '../../src/backends/redis/table-store/table-store.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends, describeOn } from '../support/backends.ts';
import { describeTableStore } from './table-store.ts';

describeOn(['redis'], 'table store on redis', () => {
  const namespaces: string[] = [];
  const connect = (namespace: string) =>
    openRedis({ url: backends.redis ?? '', namespace, deadlineMs: 1000, told: () => {} });
  afterAll(async () => {
    for (const namespace of namespaces) {
      await using link = await connect(namespace);
      await forget(link);
    }
  });

  describeTableStore('redis', () => {
    const namespace = systemRandom.uuid();
    namespaces.push(namespace);
    return {
      durable: true,
      async open(clock) {
        const link = await connect(namespace);
        const tables = await openTableStore({ link, clock });
        return {
          ...tables,
          async [Symbol.asyncDispose]() {
            await tables[Symbol.asyncDispose]();
            await link[Symbol.asyncDispose]();
          },
        };
      },
    };
  });
});

async function forget(link: RedisLink): Promise<void> {
  const keys = await link.ask((client) => client.keys(`${link.prefix}*`));
  if (keys.length > 0) await link.ask((client) => client.unlink(keys));
}
