import { type Clock, DAY, MINUTE } from '../../../src/core/clock.ts';
import { derivedUuid } from '../../../src/core/delivery/derived-uuid.ts';
import type { Journal } from '../../../src/core/journal.ts';
import type { LogPlace } from '../../../src/core/ports/log-store.ts';
import type { TaskQueue, TaskVerdict } from '../../../src/core/ports/task-queue.ts';
import type { Timing } from '../../../src/core/timing.ts';
import type { Archive, Named } from '../archive/archive.ts';
import type { ArchiveDirectory } from '../archive/archive-directory.ts';
import type { ArchivedEvent, ArchivedEvents } from '../archive/archived-events.ts';
import type { BusDirectory } from '../bus/bus-directory.ts';
import type { BusEvents } from '../bus-events.ts';
import { arrivalOf } from '../event/bus-event.ts';
import { isActive, type Replay } from './replay.ts';
import type { ReplayDirectory } from './replay-directory.ts';

/** What brings archived events back onto their bus. */
export interface Replaying {
  /** Resolves once it is stored that there is work to do for the replay. */
  begin(replay: Replay): Promise<void>;
  work(signal: AbortSignal): Promise<void>;
  clear(): Promise<void>;
}

const QUEUE = 'events-replays';
const REPLAYS_AT_ONCE = 10;
/** Events, and characters of their details, of one step: with their rules they are one task. */
const STEP = 50;
const STEP_CHARACTERS = 1024 * 1024;

/** What the task of a replay holds. */
interface Progress {
  readonly replay: Named;
  /** The place of the last event that was replayed. */
  readonly after?: LogPlace | undefined;
}

/**
 * Replays minute by minute of the events' own time, each minute in one step or several. A process that dies in a step repeats
 * it. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html
 */
export function createReplaying(options: {
  readonly tasks: TaskQueue;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly buses: BusDirectory;
  readonly ingest: BusEvents['ingest'];
  readonly archives: ArchiveDirectory;
  readonly replays: ReplayDirectory;
  readonly events: ArchivedEvents;
}): Replaying {
  const { tasks, clock, timing, journal, buses, ingest, archives, replays, events } = options;

  const end = async (replay: Replay, state: Replay['state'], reason?: string): Promise<TaskVerdict> => {
    const endedAtMs = clock.nowMs();
    await replays.change(replay, (current) => ({ ...current, state, reason, endedAtMs }));
    const what = `Replay ${replay.name} ${state}${reason === undefined ? '' : `: ${reason}`}`;
    journal.append({ kind: 'decision', what, arn: replay.arn });
    return { kind: 'done' };
  };
  const nextEvents = async (replay: Replay, archive: Archive, after: LogPlace | undefined) => {
    const { retentionDays } = archive;
    const kept = retentionDays > 0 ? clock.nowMs() - retentionDays * DAY : replay.fromMs;
    const fromMs = Math.max(replay.fromMs, kept);
    return firstOf(await events.read(archive, { fromMs, toMs: replay.toMs, after, limit: STEP }));
  };
  const bringBack = async (replay: Replay, found: readonly ArchivedEvent[]) => {
    const ingestedAtMs = clock.nowMs();
    const arrivals = found.map(({ event }) => arrivalOf({ ...event, ingestedAtMs }));
    const id = derivedUuid(replay.arn, replay.startedAtMs, ...Object.values(found[0]?.place ?? {}));
    await ingest(replay.bus, arrivals, { replayName: replay.name, onlyRules: replay.rules, id });
    const lastReplayedMs = found.at(-1)?.event.atMs;
    await replays.change(replay, (current) => ({
      ...current,
      state: current.state === 'STARTING' ? 'RUNNING' : current.state,
      lastReplayedMs,
    }));
  };
  const step = async (progress: Progress): Promise<TaskVerdict> => {
    const replay = await replays.find(progress.replay);
    if (!replay || !isActive(replay)) return { kind: 'done' };
    if (replay.state === 'CANCELLING') return await end(replay, 'CANCELLED');
    const archive = await archives.find(replay.archive);
    if (archive?.log !== replay.log) return await end(replay, 'FAILED', `Archive ${replay.archive.name} was deleted.`);
    if (!(await buses.exists(replay.bus)))
      return await end(replay, 'FAILED', `Event bus ${replay.bus.name} was deleted.`);
    const found = await nextEvents(replay, archive, progress.after);
    if (found.length === 0) return await end(replay, 'COMPLETED');
    await bringBack(replay, found);
    const after = found.at(-1)?.place;
    return { kind: 'again', data: { replay: progress.replay, after }, dueAtMs: clock.nowMs() };
  };

  return {
    async begin({ arn, account, region, name, startedAtMs }) {
      const data: Progress = { replay: { account, region, name } };
      await tasks.add(QUEUE, { id: arn, data, dueAtMs: startedAtMs + timing.replayStateDelayMs });
    },
    work: (signal) => tasks.process(QUEUE, REPLAYS_AT_ONCE, ({ data }) => step(data as Progress), signal),
    clear: () => tasks.clear(QUEUE),
  };
}

/** Those of the minute of the first, as many as fit into one step. */
function firstOf(found: readonly ArchivedEvent[]): readonly ArchivedEvent[] {
  const minuteOf = ({ event }: ArchivedEvent) => Math.floor(event.atMs / MINUTE);
  const [first] = found;
  let characters = 0;
  return found.filter((each) => {
    characters += each.event.detail.length;
    return each === first || (first && minuteOf(each) === minuteOf(first) && characters <= STEP_CHARACTERS);
  });
}
