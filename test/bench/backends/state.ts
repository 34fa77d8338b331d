import { Redis } from 'ioredis';
import { openPermits as openEmbeddedPermits } from '../../../src/backends/embedded/permits.ts';
import { openRegistry as openEmbeddedRegistry } from '../../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../../src/backends/embedded/store.ts';
import { openMembers } from '../../../src/backends/redis/members/members.ts';
import { openPermits } from '../../../src/backends/redis/members/permits.ts';
import { openRegistry } from '../../../src/backends/redis/registry.ts';
import type { Permits } from '../../../src/core/ports/permits.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { createTestRedis } from '../../support/test-redis.ts';
import type { Row } from '../measure.ts';
import { compare, HALF, perSecond } from './compare.ts';

const WIDTH = 64;
const COUNT = 2000;
const ROUNDS = 3;
const VALUE = { text: 'x'.repeat(1000) };
const POOL = { name: 'bench', limit: 1000 };

/** What is measured: ports, or the client's own transactions of the commands that they need at least. */
interface Subject {
  put(index: number): Promise<unknown>;
  get(index: number): Promise<unknown>;
  enterAndLeave(): Promise<unknown>;
}
const WORKS = [
  ['registry put', 'put'],
  ['registry get', 'get'],
  ['permit, entered and left', 'enterAndLeave'],
] as const;

/** The registry and permits on Redis and embedded; the floor is the raw client on the same engine. */
export async function measureStateBackends(url = process.env['HEADWATER_TEST_REDIS']): Promise<readonly Row[]> {
  if (url === undefined) throw new Error('HEADWATER_TEST_REDIS is not set: see npm run backends');
  await using redis = createTestRedis(url);
  const link = await redis.open();
  await using members = await openMembers({ link, random: systemRandom });
  await using registry = await openRegistry({ link });
  await using permits = openPermits({ link, members, random: systemRandom });
  const raw = new Redis(url);
  try {
    const subjects = {
      floor: rawSubject(raw, `${link.prefix}raw`),
      redis: subjectOf(registry, permits),
      embedded: subjectOf(openEmbeddedRegistry(openMemoryStore()), openEmbeddedPermits()),
    };
    const rows: Row[] = [];
    for (const [name, does] of WORKS) {
      const work = { what: `${name}, ${WIDTH} at once`, unit: '/s', rounds: ROUNDS, aim: HALF };
      const measure = (subject: Subject) => perSecond(COUNT, WIDTH, (index) => subject[does](index));
      rows.push(...(await compare({ ...work, floorName: 'raw client on Redis', subjects, measure })));
    }
    return rows;
  } finally {
    raw.disconnect();
  }
}

const subjectOf = (registry: Registry, permits: Permits): Subject => ({
  put: (index) => registry.put(`k/${index % 100}`, VALUE),
  get: (index) => registry.get(`k/${index % 100}`),
  async enterAndLeave() {
    const permit = await permits.enter([POOL]);
    if (permit.kind === 'entered') permit[Symbol.dispose]();
  },
});

const rawSubject = (raw: Redis, prefix: string): Subject => ({
  put: (index) =>
    raw
      .multi()
      .incr(`${prefix}:count`)
      .hset(`${prefix}:values`, index % 100, JSON.stringify(VALUE))
      .hset(`${prefix}:versions`, index % 100, index)
      .zadd(`${prefix}:keys`, 0, `k/${index % 100}`)
      .publish(prefix, `k/${index % 100}`)
      .exec(),
  get: (index) => raw.hget(`${prefix}:values`, String(index % 100)),
  async enterAndLeave() {
    await raw.hincrby(`${prefix}:permits`, POOL.name, 1);
    void raw.hincrby(`${prefix}:permits`, POOL.name, -1);
  },
});
