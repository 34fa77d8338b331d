import { createHash } from 'node:crypto';
import { type Clock, MINUTE, realClock } from '../core/clock.ts';
import type { Journal } from '../core/journal.ts';
import type { TaskQueue, TaskVerdict } from '../core/ports/task-queue.ts';
import type { DueInstant, Fire, MissedPolicy, Timetable, TimetableEntry } from '../core/schedule/timetable.ts';
import { createPresence, type Presence } from './presence.ts';

/** What the timetable is made of. */
export interface TimetableOptions {
  readonly tasks: TaskQueue;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly missed: MissedPolicy;
  /** By what it is seen that the machine slept. @default the machine's clock */
  readonly real?: Clock;
}

/** The timetable with its life cycle. */
export interface RunningTimetable extends Timetable {
  /** Begins to fire, also what came due before. */
  start(): void;
  /** Forgets all instants; resolves once the fires in progress have ended. */
  reset(): Promise<void>;
  /** Fires nothing more; resolves once the fires in progress have ended. What is planned stays. */
  close(): Promise<void>;
}

/** How many instants of a kind are fired side by side: a slow receiver holds up no others. */
const FIRES_AT_ONCE = 100;

/** AWS fires within a minute. What came due no longer before a process was there than that is late, and not missed. */
const PRECISION_MS = MINUTE;

/** An entry and its next instant, as its task holds them. */
interface Planned {
  readonly entry: TimetableEntry;
  readonly dueAtMs: number;
  /** Since when the entry has been planned from one instant to the next: it missed nothing before. */
  readonly sinceMs: number;
}

/**
 * The timetable over a task queue for each kind: an entry is a task, which is due again at the next instant once it has
 * fired. So a process that dies in between repeats an instant, and forgets none; and whoever plans an entry that is on its
 * way, as each process does at its start, changes nothing.
 */
export function createTimetable(options: TimetableOptions): RunningTimetable {
  const { tasks, clock, real = realClock } = options;
  const kinds = new Map<string, Fire>();
  let running:
    | { readonly stop: AbortController; readonly ended: Promise<void>[]; readonly presence: Presence }
    | undefined;

  const work = (kind: string, fire: Fire) => {
    if (!running) return;
    const { stop, ended, presence } = running;
    const run = async (task: { readonly data: unknown }, signal: AbortSignal): Promise<TaskVerdict> => {
      const planned = task.data as Planned;
      const dueAtMs = await fireOne(options, fire, dueInstantOf(planned, presence.sinceMs(), options), signal);
      return dueAtMs === undefined ? { kind: 'done' } : { kind: 'again', data: { ...planned, dueAtMs }, dueAtMs };
    };
    ended.push(tasks.process(queueOf(kind), FIRES_AT_ONCE, run, stop.signal));
  };
  const start = () => {
    if (running) return;
    running = { stop: new AbortController(), ended: [], presence: createPresence(clock, real) };
    for (const [kind, fire] of kinds) work(kind, fire);
  };
  const stop = async () => {
    const stopping = running;
    running = undefined;
    stopping?.stop.abort();
    stopping?.presence[Symbol.dispose]();
    await Promise.all(stopping?.ended ?? []);
  };

  return {
    attach(kind, fire) {
      kinds.set(kind, fire);
      work(kind, fire);
    },
    async plan(entry, dueAtMs) {
      const data: Planned = { entry, dueAtMs, sinceMs: clock.nowMs() };
      await tasks.add(queueOf(entry.kind), { id: idOf(entry), data, dueAtMs });
    },
    forget: (entry) => tasks.remove(queueOf(entry.kind), idOf(entry)),
    clear: (kind) => tasks.clear(queueOf(kind)),
    start,
    async reset() {
      const stopped = stop();
      const clear = () => Promise.all([...kinds.keys()].map((kind) => tasks.clear(queueOf(kind))));
      await clear();
      await stopped;
      // What was firing has planned its next instant meanwhile.
      await clear();
      start();
    },
    close: stop,
  };
}

const queueOf = (kind: string) => `timetable-${kind}`;

/** The same whichever process plans the entry; bounded, as keys are names of users'. */
const idOf = ({ key, generation }: TimetableEntry) =>
  createHash('sha256')
    .update(JSON.stringify([key, generation]))
    .digest('base64url');

function dueInstantOf(
  { entry, dueAtMs, sinceMs }: Planned,
  presentSinceMs: number,
  { clock, missed: policy }: TimetableOptions,
): DueInstant {
  const missed = dueAtMs < presentSinceMs - PRECISION_MS && sinceMs < presentSinceMs;
  const nextAfterMs = missed && policy !== 'all' ? Math.max(dueAtMs, clock.nowMs()) : dueAtMs;
  return { entry, dueAtMs, missed, skip: missed && policy === 'skip', nextAfterMs };
}

async function fireOne(
  { journal, missed: policy }: TimetableOptions,
  fire: Fire,
  due: DueInstant,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { entry, dueAtMs, missed, skip } = due;
  const what = `${entry.kind} ${entry.key}, due at ${new Date(dueAtMs).toISOString()}`;
  const about = { arn: entry.key, detail: { dueAtMs, generation: entry.generation, missed, policy } };
  if (missed) {
    journal.append({ kind: 'decision', what: `${what}: missed, ${skip ? 'skipped' : 'fired late'}`, ...about });
  }
  try {
    return await fire(due, signal);
  } catch (error) {
    if (!signal.aborted) journal.append({ kind: 'fault', what: `${what}: not fired (${String(error)})`, ...about });
    throw error;
  }
}
