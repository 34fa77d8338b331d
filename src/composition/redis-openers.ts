import type { RedisLink } from '../backends/redis/link.ts';
import { openLeases } from '../backends/redis/members/leases.ts';
import { openMembers } from '../backends/redis/members/members.ts';
import { openPermits } from '../backends/redis/members/permits.ts';
import { openMessageQueue } from '../backends/redis/message-queue/message-queue.ts';
import { openRegistry } from '../backends/redis/registry.ts';
import { openTableStore } from '../backends/redis/table-store/table-store.ts';
import { openTaskQueue } from '../backends/redis/task-queue/task-queue.ts';
import type { Closing } from './ground.ts';
import type { Openers, PortParts } from './ports.ts';

/** Ports on Redis, which this process joins as one of those of its namespace. */
export async function redisOpeners(
  { clock, random, activity, timing }: PortParts,
  link: RedisLink,
  closing: Closing[],
): Promise<Pick<Openers, 'registry' | 'leases' | 'permits' | 'queues' | 'tables' | 'tasks'>> {
  const members = await openMembers({ link, random });
  closing.push(async () => await members[Symbol.asyncDispose]());
  return {
    registry: () => openRegistry({ link }),
    leases: () => openLeases({ link, members }),
    permits: () => openPermits({ link, members, random }),
    queues: () => openMessageQueue({ link, clock, random, timing, activity }),
    tables: () => openTableStore({ link, clock }),
    tasks: () => openTaskQueue({ link, members, clock, activity }),
  };
}
