import { openMembers } from '../../src/backends/redis/members/members.ts';
import { kafkaOpeners } from '../../src/composition/kafka-openers.ts';
import type { Ports } from '../../src/composition/ports.ts';
import { redisOpeners } from '../../src/composition/redis-openers.ts';
import { createActivity } from '../../src/core/activity.ts';
import { systemRandom } from '../../src/core/random.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import { backends } from './backends.ts';
import { createTestKafka } from './test-kafka.ts';
import { createTestRedis } from './test-redis.ts';

/** The ports that one factory opens with no more than a ground. */
export type PortName = Exclude<keyof Ports, 'objects'>;

/** What a service stands on in a test on Redis and Kafka. */
export interface RealGround {
  readonly ground: object;
  close(): Promise<void>;
}

/** Opens the ports that are named, in a namespace of their own: opening one has its price. */
export async function openRealGround(startMs: number, names: readonly PortName[]): Promise<RealGround> {
  const closing: (() => Promise<unknown>)[] = [];
  const closedLater = <Part extends AsyncDisposable>(part: Part): Part => {
    closing.push(async () => await part[Symbol.asyncDispose]());
    return part;
  };
  const activity = createActivity();
  const clock = createVirtualClock(startMs, activity);
  const parts = { clock, activity, random: systemRandom, timing: promptTiming };
  const redis = closedLater(createTestRedis());
  const link = await redis.open();
  const members = closedLater(await openMembers({ link, random: systemRandom }));
  const openers = redisOpeners(parts, link, members);
  const base = { registry: closedLater(await openers.registry()), leases: closedLater(await openers.leases()) };
  const openLog = async () => {
    const kafka = closedLater(createTestKafka(backends.kafka, redis.namespace));
    return await kafkaOpeners(parts, await kafka.open()).log(base);
  };
  const open = async (name: PortName) => await (name === 'log' ? openLog() : openers[name](base));
  const others = names.filter((name) => name !== 'registry' && name !== 'leases');
  const ports: Partial<Record<PortName, AsyncDisposable>> = base;
  for (const name of others) ports[name] = closedLater(await open(name));
  return {
    ground: { ...ports, activity, clock, atEnd: (close: () => Promise<unknown>) => closing.push(close) },
    async close() {
      for (const each of closing.reverse()) await each();
    },
  };
}
