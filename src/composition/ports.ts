import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobStore } from '../core/ports/blob-store.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import type { Leases } from '../core/ports/leases.ts';
import type { LogStore } from '../core/ports/log-store.ts';
import type { MessageQueue } from '../core/ports/message-queue.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Permits } from '../core/ports/permits.ts';
import type { Port } from '../core/ports/port.ts';
import type { Registry } from '../core/ports/registry.ts';
import type { TableStore } from '../core/ports/table-store.ts';
import type { TaskQueue } from '../core/ports/task-queue.ts';
import type { Timing } from '../core/timing.ts';
import { embeddedOpeners } from './embedded-openers.ts';
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
  readonly logs: LogStore;
}

type Opened<Opening> = Opening | Promise<Opening>;

/** What other ports may be built on. */
type Base = Pick<Ports, 'registry' | 'leases'>;

/** Opens each port, those of the base before all others. */
export type Openers = {
  readonly [Name in keyof Ports]: Name extends keyof Base
    ? () => Opened<Ports[Name]>
    : (base: Base) => Opened<Ports[Name]>;
};

/** What ports are made of. */
export interface PortParts extends Ground {
  readonly timing: Timing;
  readonly fsync: boolean;
  /** How long a backend is waited for while ports are opened on it. */
  readonly deadlineMs: number;
}

/** Opens all ports: on the backends that were chosen, else embedded. */
export async function openPorts(parts: PortParts, closing: Closing[]): Promise<Ports> {
  const openers = await chooseOpeners(parts);
  const open = async <Opening extends Port>(opening: Opened<Opening>): Promise<Opening> => {
    const port = await opening;
    closing.push(async () => await port[Symbol.asyncDispose]());
    return port;
  };
  const base = { registry: await open(openers.registry()), leases: await open(openers.leases()) };
  return {
    ...base,
    permits: await open(openers.permits(base)),
    blobs: await open(openers.blobs(base)),
    queues: await open(openers.queues(base)),
    objects: await open(openers.objects(base)),
    log: await open(openers.log(base)),
    tables: await open(openers.tables(base)),
    tasks: await open(openers.tasks(base)),
    logs: await open(openers.logs(base)),
  };
}

/** What is not chosen is not loaded. */
async function chooseOpeners(parts: PortParts): Promise<Openers> {
  const { redis, members, kafka, minio } = parts.backends;
  return {
    ...embeddedOpeners(parts),
    ...(redis && members && (await import('./redis-openers.ts')).redisOpeners(parts, redis, members)),
    ...(kafka && (await import('./kafka-openers.ts')).kafkaOpeners(parts, kafka)),
    ...(minio && (await import('./minio-openers.ts')).minioOpeners(parts, minio)),
  };
}

/** Unpacked code and temporary files: in the data directory where there is one, else in a folder that goes at the end. */
export function openWorkFolder(dataDir: string | undefined, closing: Closing[]): string {
  if (dataDir !== undefined) return join(dataDir, 'work');
  const folder = mkdtempSync(join(tmpdir(), 'headwater-'));
  closing.push(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
