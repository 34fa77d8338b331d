import type { Activity } from '../../src/core/activity.ts';
import type { Arn } from '../../src/core/arn.ts';
import { type Clock, SECOND } from '../../src/core/clock.ts';
import { HeadwaterError } from '../../src/core/errors.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { MessageQueue } from '../../src/core/ports/message-queue.ts';
import type { Registry } from '../../src/core/ports/registry.ts';

/**
 * Moving the dead letters of a queue back, or elsewhere.
 *
 *     RUNNING → COMPLETED     nothing visible is left, or all that were there at the start are moved
 *     RUNNING → CANCELLED     asked to; what was moved stays moved
 *     RUNNING → FAILED        the destination is gone, or a message does not say where it came from
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export interface MoveTask {
  readonly id: string;
  readonly source: Arn;
  readonly destination?: Arn | undefined;
  readonly perSecond?: number | undefined;
  readonly status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly moved: number;
  readonly toMove: number;
  readonly startedAtMs: number;
  readonly failureReason?: string | undefined;
}

export interface MoveTasks {
  start(task: Pick<MoveTask, 'id' | 'source' | 'destination' | 'perSecond'>): Promise<MoveTask>;
  /** Ends a running task; `undefined` when there is none of that id. */
  cancel(source: Arn, id: string): Promise<MoveTask | undefined>;
  /** Newest first. */
  list(source: Arn): readonly MoveTask[];
  /** Picks up what ran when the process ended. */
  resume(): Promise<void>;
  /** Stops and forgets all tasks. */
  reset(): Promise<void>;
  /** Stops; what runs is picked up after the next start. */
  close(): Promise<void>;
}

const TASKS = 'sqs-move-task/';
/** As many as AWS lists. */
const KEPT_PER_SOURCE = 10;
/** Without a rate of the user's, so many are moved before others get their turn. */
const STEP = 500;

const FAILURES = {
  'destination-missing': 'AWS.SimpleQueueService.NonExistentQueue',
  'source-unknown': 'CouldNotDetermineMessageSource',
} as const;

export function createMoveTasks(options: {
  readonly queues: MessageQueue;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly journal: Journal;
}): MoveTasks {
  const { queues, registry, clock, activity, journal } = options;
  /** By source, oldest first. */
  const tasks = new Map<Arn, MoveTask[]>();
  const timers = new Map<string, Disposable>();
  const working = new Set<Promise<void>>();
  let stopping = false;

  const keyOf = ({ source, id }: MoveTask) => `${TASKS}${source}/${id}`;
  const current = (task: MoveTask) => tasks.get(task.source)?.find(({ id }) => id === task.id);

  async function save(task: MoveTask): Promise<MoveTask> {
    const known = tasks.get(task.source) ?? [];
    const index = known.findIndex(({ id }) => id === task.id);
    if (index >= 0) known[index] = task;
    else known.push(task);
    tasks.set(task.source, known);
    for (const old of known.splice(0, known.length - KEPT_PER_SOURCE)) await registry.remove(keyOf(old));
    await registry.put(keyOf(task), task);
    return task;
  }

  async function end(task: MoveTask): Promise<MoveTask> {
    timers.get(task.id)?.[Symbol.dispose]();
    timers.delete(task.id);
    const what = `SQS message move task ${task.status.toLowerCase()}: ${task.moved} of ${task.toMove} moved`;
    journal.append({ kind: 'decision', what, arn: task.source, detail: { taskId: task.id } });
    return await save(task);
  }

  /** Moves what one step allows; resolves to the task as it stands then. */
  async function step(started: MoveTask): Promise<MoveTask | undefined> {
    const task = current(started);
    if (task?.status !== 'RUNNING') return undefined;
    const max = Math.min(paceOf(task).count, task.toMove - task.moved);
    const { moved, left, failure } = await queues.move(task.source, { to: task.destination, max });
    const now = current(started);
    if (now?.status !== 'RUNNING') return undefined;
    const next = { ...now, moved: now.moved + moved };
    if (failure) return await end({ ...next, status: 'FAILED', failureReason: FAILURES[failure] });
    if (left === 0 || next.moved >= next.toMove) return await end({ ...next, status: 'COMPLETED' });
    return await save(next);
  }

  /** Takes a step and sees to the ones after it. */
  async function run(task: MoveTask): Promise<void> {
    const next = await step(task).catch((error: unknown) => {
      if (!(error instanceof HeadwaterError && error.code === 'QUEUE_MISSING')) throw error;
      return end({ ...task, ...current(task), status: 'FAILED', failureReason: FAILURES['destination-missing'] });
    });
    if (next?.status === 'RUNNING') continueLater(next);
  }

  function continueLater(task: MoveTask): void {
    const { everyMs } = paceOf(task);
    const fire = () => {
      timers.delete(task.id);
      work(task);
    };
    if (everyMs > 0) timers.set(task.id, clock.setTimer(everyMs, fire));
    else work(task);
  }

  /** Runs a step that nobody awaits. */
  function work(task: MoveTask): void {
    const done = activity.during('a message move task', async () => {
      await new Promise(setImmediate);
      if (!stopping) await run(task);
    });
    working.add(done);
    void done.finally(() => working.delete(done));
  }

  async function stop(): Promise<void> {
    stopping = true;
    for (const timer of timers.values()) timer[Symbol.dispose]();
    timers.clear();
    await Promise.all(working);
  }

  return {
    async start(wanted) {
      const { visible } = await queues.counts(wanted.source);
      const fresh = { status: 'RUNNING', moved: 0, toMove: visible, startedAtMs: clock.nowMs() } as const;
      const task = await save({ ...wanted, ...fresh });
      await run(task);
      return task;
    },
    async cancel(source, id) {
      const task = tasks.get(source)?.find((known) => known.id === id);
      if (task?.status !== 'RUNNING') return undefined;
      return await end({ ...task, status: 'CANCELLED' });
    },
    list: (source) => [...(tasks.get(source) ?? [])].reverse(),
    async resume() {
      const stored = (await registry.list<MoveTask>(TASKS)).map(({ value }) => value);
      for (const task of stored.sort((a, b) => a.startedAtMs - b.startedAtMs)) {
        const known = tasks.get(task.source) ?? [];
        if (known.some(({ id }) => id === task.id)) continue;
        tasks.set(task.source, [...known, task]);
        if (task.status === 'RUNNING') continueLater(task);
      }
    },
    async reset() {
      await stop();
      tasks.clear();
      for (const { key } of await registry.list(TASKS)) await registry.remove(key);
      stopping = false;
    },
    close: stop,
  };
}

/** How many at a time, and how often: a rate of the user's is spread over the second, in ten steps at most. */
function paceOf({ perSecond }: MoveTask): { readonly count: number; readonly everyMs: number } {
  if (perSecond === undefined) return { count: STEP, everyMs: 0 };
  const count = Math.ceil(perSecond / 10);
  return { count, everyMs: (SECOND * count) / perSecond };
}
