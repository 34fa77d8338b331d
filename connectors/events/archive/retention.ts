import { type Clock, DAY } from '../../../src/core/clock.ts';
import type { TaskQueue, TaskVerdict } from '../../../src/core/ports/task-queue.ts';
import type { Archive, Named } from './archive.ts';
import type { ArchiveDirectory } from './archive-directory.ts';
import type { ArchivedEvents } from './archived-events.ts';

/** What forgets events that are past their archive's retention. */
export interface Retention {
  /** Plans the first sweep of an archive; of one that keeps all there is none. */
  plan(archive: Archive): Promise<void>;
  work(signal: AbortSignal): Promise<void>;
  clear(): Promise<void>;
}

const QUEUE = 'events-archive-sweeps';
const SWEEPS_AT_ONCE = 4;

/** Sweeps once a day: until then what is past its time still takes room, and is not replayed any more. */
export function createRetention(options: {
  readonly tasks: TaskQueue;
  readonly clock: Clock;
  readonly archives: ArchiveDirectory;
  readonly events: ArchivedEvents;
}): Retention {
  const { tasks, clock, archives, events } = options;
  const sweep = async ({ name, log }: Sweep): Promise<TaskVerdict> => {
    const archive = await archives.find(name);
    if (archive?.log !== log || archive.retentionDays === 0) return { kind: 'done' };
    const nowMs = clock.nowMs();
    await events.trimBefore(archive, nowMs - archive.retentionDays * DAY);
    return { kind: 'again', data: { name, log }, dueAtMs: nowMs + DAY };
  };
  return {
    async plan({ account, region, name, log, retentionDays }) {
      if (retentionDays === 0) return;
      const data: Sweep = { name: { account, region, name }, log };
      await tasks.add(QUEUE, { id: log, data, dueAtMs: clock.nowMs() + DAY });
    },
    work: (signal) => tasks.process(QUEUE, SWEEPS_AT_ONCE, ({ data }) => sweep(data as Sweep), signal),
    clear: () => tasks.clear(QUEUE),
  };
}

/** What the task of an archive holds. */
interface Sweep {
  readonly name: Named;
  readonly log: string;
}
