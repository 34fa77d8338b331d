import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobStore } from '../backends/embedded/blob-store.ts';
import { openLeases } from '../backends/embedded/leases.ts';
import { openEventLog } from '../backends/embedded/log/event-log.ts';
import { openMessageQueue } from '../backends/embedded/message-queue/message-queue.ts';
import { openObjectStore } from '../backends/embedded/object-store/object-store.ts';
import { openPermits } from '../backends/embedded/permits.ts';
import { openRegistry } from '../backends/embedded/registry.ts';
import { openTableStore } from '../backends/embedded/table-store/table-store.ts';
import { openTaskQueue } from '../backends/embedded/task-queue.ts';
import type { Settings } from '../config/options.ts';
import type { BlobStore } from '../core/ports/blob-store.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import type { Leases } from '../core/ports/leases.ts';
import type { MessageQueue } from '../core/ports/message-queue.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Permits } from '../core/ports/permits.ts';
import type { Registry } from '../core/ports/registry.ts';
import type { TableStore } from '../core/ports/table-store.ts';
import type { TaskQueue } from '../core/ports/task-queue.ts';
import type { Closing, Ground } from './ground.ts';

/** Where services keep what they hold. */
export interface Ports {
  readonly registry: Registry;
  readonly blobs: BlobStore;
  readonly queues: MessageQueue;
  readonly objects: ObjectStore;
  readonly log: EventLog;
  readonly tables: TableStore;
  readonly tasks: TaskQueue;
  readonly leases: Leases;
  readonly permits: Permits;
}

/** Opens all ports on their backends. */
export async function openPorts(
  { store, clock, random, activity }: Ground,
  { dataDir, fsync, timing }: Settings,
  closing: Closing[],
): Promise<Ports> {
  const ports: Ports = {
    registry: openRegistry(store),
    blobs: openBlobStore({ folder: dataDir && join(dataDir, 'code'), fsync }),
    queues: openMessageQueue({ store, clock, random, timing, activity }),
    objects: await openObjectStore({ store, directory: dataDir && join(dataDir, 'objects'), fsync, clock, random }),
    log: openEventLog({ store, clock }),
    tables: openTableStore({ store, clock }),
    tasks: openTaskQueue({ store, clock, activity }),
    leases: openLeases(),
    permits: openPermits(),
  };
  for (const port of Object.values(ports)) closing.push(async () => await port[Symbol.asyncDispose]());
  return ports;
}

/** Unpacked code and temporary files: in the data directory where there is one, else in a folder that goes at the end. */
export function openWorkFolder(dataDir: string | undefined, closing: Closing[]): string {
  if (dataDir !== undefined) return join(dataDir, 'work');
  const folder = mkdtempSync(join(tmpdir(), 'headwater-'));
  closing.push(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
