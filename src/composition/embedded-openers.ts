import { join } from 'node:path';
import { openBlobStore } from '../backends/embedded/blob-store.ts';
import { openLeases } from '../backends/embedded/leases.ts';
import { openEventLog } from '../backends/embedded/log/event-log.ts';
import { openLogStore } from '../backends/embedded/log-store/log-store.ts';
import { openMessageQueue } from '../backends/embedded/message-queue/message-queue.ts';
import { openObjectStore } from '../backends/embedded/object-store/object-store.ts';
import { openPermits } from '../backends/embedded/permits.ts';
import { openRegistry } from '../backends/embedded/registry.ts';
import { openTableStore } from '../backends/embedded/table-store/table-store.ts';
import { openTaskQueue } from '../backends/embedded/task-queue.ts';
import type { Openers, PortParts } from './ports.ts';

/** Ports in this process, on its store. */
export function embeddedOpeners({ store, clock, random, activity, timing, dataDir, fsync }: PortParts): Openers {
  const directory = dataDir && join(dataDir, 'objects');
  return {
    registry: () => openRegistry(store),
    leases: () => openLeases(),
    permits: () => openPermits(),
    blobs: () => openBlobStore({ folder: dataDir && join(dataDir, 'code'), fsync }),
    queues: () => openMessageQueue({ store, clock, random, timing, activity }),
    objects: () => openObjectStore({ store, directory, fsync, clock, random }),
    log: () => openEventLog({ store, clock }),
    tables: () => openTableStore({ store, clock }),
    tasks: () => openTaskQueue({ store, clock, activity }),
    logs: () => openLogStore({ store }),
  };
}
