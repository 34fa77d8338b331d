import { openMembers } from '../../../src/backends/redis/members/members.ts';
import { kafkaOpeners } from '../../../src/composition/kafka-openers.ts';
import { redisOpeners } from '../../../src/composition/redis-openers.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { promptTiming } from '../../../src/core/timing.ts';
import { backends } from '../../support/backends.ts';
import { createTestKafka } from '../../support/test-kafka.ts';
import { createTestRedis } from '../../support/test-redis.ts';
import type { Disk } from './disk.ts';

const NEVER = new Promise<never>(() => {});
const AsyncFunction = (async () => {}).constructor;

/**
 * Redis and Kafka, in a namespace of the run's own; each life has links of its own. A life that dies is answered no more, and
 * what it sent may have arrived or not. Its leases end with it: what waits for one to run out, in real time, is shown by
 * sharing-*.test.ts.
 */
export function realDisk(): Disk {
  const redis = createTestRedis();
  const kafka = createTestKafka(backends.kafka, redis.namespace);
  let lastClosed: Promise<void> = Promise.resolve();
  return {
    async open({ clock, activity }) {
      await lastClosed;
      const link = await redis.open();
      const members = await openMembers({ link, random: systemRandom });
      const parts = { clock, activity, random: systemRandom, timing: promptTiming };
      const openers = redisOpeners(parts, link, members);
      const base = { registry: await openers.registry(), leases: await openers.leases() };
      const others = {
        permits: await openers.permits(base),
        tables: await openers.tables(base),
        tasks: await openers.tasks(base),
        logs: await openers.logs(base),
      };
      const log = await kafkaOpeners(parts, await kafka.open()).log(base);
      let dead = false;
      const close = async () => {
        dead = true;
        for (const port of [
          log,
          others.logs,
          others.tasks,
          others.tables,
          others.permits,
          base.leases,
          base.registry,
          members,
          link,
        ]) {
          await port[Symbol.asyncDispose]();
        }
      };
      const mortal = <Port extends object>(port: Port) => answeredWhile(port, () => !dead);
      return {
        registry: mortal(base.registry),
        leases: mortal(base.leases),
        permits: mortal(others.permits),
        tables: mortal(others.tables),
        tasks: mortal(others.tasks),
        logs: mortal(others.logs),
        log: mortal(log),
        die: () => {
          if (!dead) lastClosed = close();
        },
        [Symbol.asyncDispose]: async () => {
          if (!dead) await close();
        },
      };
    },
    async remove() {
      await lastClosed;
      await kafka[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}

/**
 * The port, none of whose promises is settled any more once its process is no longer alive. Nor does it take further calls: a
 * dead process that hears of its lost lease would stand in line for it again.
 */
function answeredWhile<Port extends object>(port: Port, isAlive: () => boolean): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (!isAlive() && member instanceof AsyncFunction) return () => NEVER;
      return (...given: readonly unknown[]) => {
        const result: unknown = Reflect.apply(member, target, given);
        if (!(result instanceof Promise)) return result;
        return result.then(
          (answer) => (isAlive() ? answer : NEVER),
          (error: unknown) => (isAlive() ? Promise.reject(error) : NEVER),
        );
      };
    },
  });
}
