import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Port } from '../core/ports/port.ts';
import type { Closing } from './closing.ts';
import { embeddedOpeners } from './embedded-openers.ts';
import type { Opened, Openers, PortParts, Ports } from './ports.ts';

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
