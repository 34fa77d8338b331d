import type { Clock } from '../core/clock.ts';
import type { Json } from '../core/event.ts';
import type { AskIdleness } from '../core/idleness.ts';
import type { JournalReader } from '../core/journal.ts';
import type { Replays } from '../core/replay.ts';
import type { Advanced } from '../core/virtual-clock.ts';

/** All that the admin API shows and does. */
export interface Administered {
  readonly version: string;
  /** Names by which it may be addressed beside the loopback ones. */
  readonly hosts: ReadonlySet<string>;
  readonly clock: Clock;
  /** `real`, `virtual` or `scaled:N`. */
  readonly clockMode: string;
  /** Absent unless the clock is virtual. */
  readonly advance?: ((byMs: number, deadlineMs: number | undefined) => Promise<Advanced>) | undefined;
  readonly idleness: AskIdleness;
  readonly journal: JournalReader;
  /** Aborted when the endpoint stops: what only waits for something to happen ends then. */
  readonly stopping: AbortSignal;
  /** Whether what the config declares is there: before, an event would meet nothing that it sets off. */
  isReady(): boolean;
  /** The real backends by name, and whether each answers; it is not asked for that. */
  backends(): Readonly<Record<string, BackendState>>;
  /** The services that can be reset by name. */
  readonly services: readonly string[];
  /** Resolves once the old work has stopped. */
  reset(services: readonly string[]): Promise<void>;
  /** The settings in force, without secrets. */
  settings(): Json;
  /** What runs the past again; loaded when it is first asked for. */
  replays(): Promise<Replays>;
  /** Takes what the object store tells of changes that others made in it. */
  hearObjectEvent(notification: Uint8Array): Promise<void>;
  /** What was measured, as Prometheus reads it. */
  metrics(): Promise<string>;
  /** The certificate of that file name, in PEM, by which subscribers of topics verify what they get. */
  certificate(file: string): Promise<string | undefined>;
  /** A function's archive. */
  code(sha256: string): Promise<Uint8Array | undefined>;
  /** Declares resources as a config file does, and says what was created, changed and left. */
  apply(declaration: unknown): Promise<Json>;
}

/** Whether a backend answers. */
export type BackendState = 'available' | 'away';

/** Everything under this path is ours, not AWS's. */
export const ADMIN_PATH = '/_headwater';
