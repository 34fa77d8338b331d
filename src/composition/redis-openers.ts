import { openBlobStore } from '../backends/redis/blob-store.ts';
import type { RedisLink } from '../backends/redis/link.ts';
import { openLogStore } from '../backends/redis/log-store/log-store.ts';
import { openLeases } from '../backends/redis/members/leases.ts';
import type { Members } from '../backends/redis/members/members.ts';
import { openPermits } from '../backends/redis/members/permits.ts';
import { openMessageQueue } from '../backends/redis/message-queue/message-queue.ts';
import { openRegistry } from '../backends/redis/registry.ts';
import { openTableStore } from '../backends/redis/table-store/table-store.ts';
import { openTaskQueue } from '../backends/redis/task-queue/task-queue.ts';
import type { Openers, PortParts } from './ports.ts';

/** Ports on Redis; all but streams and objects. */
export const redisOpeners = (
  { clock, random, activity, timing }: Pick<PortParts, 'clock' | 'random' | 'activity' | 'timing'>,
  link: RedisLink,
  members: Members,
): Omit<Openers, 'objects' | 'log'> => ({
  registry: () => openRegistry({ link }),
  leases: () => openLeases({ link, members }),
  permits: () => openPermits({ link, members, random }),
  blobs: () => openBlobStore({ link, random }),
  queues: () => openMessageQueue({ link, clock, random, timing, activity }),
  tables: () => openTableStore({ link, clock }),
  tasks: () => openTaskQueue({ link, members, clock, activity }),
  logs: () => openLogStore({ link }),
});
