import type { BlobStore } from '../core/ports/blob-store.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import type { Leases } from '../core/ports/leases.ts';
import type { LogStore } from '../core/ports/log-store.ts';
import type { MessageQueue } from '../core/ports/message-queue.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Permits } from '../core/ports/permits.ts';
import type { Registry } from '../core/ports/registry.ts';
import type { TableStore } from '../core/ports/table-store.ts';
import type { TaskQueue } from '../core/ports/task-queue.ts';
import type { Timing } from '../core/timing.ts';
import type { Ground } from './ground.ts';

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

/** A port, or what becomes one. */
export type Opened<Opening> = Opening | Promise<Opening>;

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
