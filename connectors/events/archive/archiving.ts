import type { Clock } from '../../../src/core/clock.ts';
import type { Journal } from '../../../src/core/journal.ts';
import type { LogStore } from '../../../src/core/ports/log-store.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import type { TaskQueue } from '../../../src/core/ports/task-queue.ts';
import type { Timing } from '../../../src/core/timing.ts';
import type { BusDirectory } from '../bus/bus-directory.ts';
import type { BusEvents } from '../bus-events.ts';
import { isActive } from '../replay/replay.ts';
import { createReplayDirectory, type ReplayDirectory } from '../replay/replay-directory.ts';
import { createReplaying, type Replaying } from '../replay/replaying.ts';
import { type ArchiveDirectory, createArchiveDirectory } from './archive-directory.ts';
import { type ArchivedEvents, createArchivedEvents } from './archived-events.ts';
import { type KeepingArchives, keepEvents } from './keep-events.ts';
import { createRetention, type Retention } from './retention.ts';

/** What the operations on archives and replays work on. */
export interface Archiving {
  readonly archives: ArchiveDirectory;
  readonly events: ArchivedEvents;
  readonly retention: Retention;
  readonly replays: ReplayDirectory;
  readonly replaying: Replaying;
}

/** Archives and replays of all buses, with their life cycle. */
export interface RunningArchiving extends Archiving, Pick<KeepingArchives, 'keep'>, Disposable {
  /** Replays and sweeps until the signal is aborted; resolves when what was in progress has ended. */
  work(signal: AbortSignal): Promise<void>;
  /** Goes on with what is in the registry: whoever put it there may have been killed before it was planned. */
  restore(): Promise<void>;
  /** Forgets all archives with their events, and all replays. */
  clear(): Promise<void>;
}

/** Wires archives to where they keep their events, and to the way back onto a bus. */
export function createArchiving(options: {
  readonly registry: Registry;
  readonly logs: LogStore;
  readonly tasks: TaskQueue;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly buses: BusDirectory;
  readonly ingest: BusEvents['ingest'];
}): RunningArchiving {
  const { registry, clock } = options;
  const archives = createArchiveDirectory(registry);
  const events = createArchivedEvents(options.logs, () => clock.nowMs());
  const replays = createReplayDirectory(registry, clock);
  const parts = { ...options, archives, events, replays };
  const keeping = keepEvents(parts);
  const retention = createRetention(parts);
  const replaying = createReplaying(parts);
  return {
    ...{ archives, events, retention, replays, replaying },
    keep: (bus, arrivals) => keeping.keep(bus, arrivals),
    async work(signal) {
      await Promise.all([replaying.work(signal), retention.work(signal)]);
    },
    async restore() {
      for (const archive of await archives.list()) await retention.plan(archive);
      for (const replay of await replays.list()) if (isActive(replay)) await replaying.begin(replay);
    },
    async clear() {
      await Promise.all([replaying.clear(), retention.clear()]);
      for (const archive of await archives.list()) await events.drop(archive);
      await archives.clear();
      await replays.clear();
    },
    [Symbol.dispose]: () => keeping[Symbol.dispose](),
  };
}
