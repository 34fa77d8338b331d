import type { Activity } from '../../src/core/activity.ts';
import type { Arn } from '../../src/core/arn.ts';
import { type Clock, realClock, SECOND, sleep } from '../../src/core/clock.ts';
import { HeadwaterError } from '../../src/core/errors.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import type { MessageQueue, MoveOutcome } from '../../src/core/ports/message-queue.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import { backOffMs } from '../../src/core/waiting/back-off.ts';
import { type MoveTask, type MoveTaskStore, moveTaskStore } from './move-task-store.ts';

/** The move tasks of all queues. */
export interface MoveTasks {
  /** `undefined` when one of that source runs already. */
  start(task: Pick<MoveTask, 'id' | 'source' | 'destination' | 'perSecond'>): Promise<MoveTask | undefined>;
  /** Ends a running task; `undefined` when there is none of that id. */
  cancel(source: Arn, id: string): Promise<MoveTask | undefined>;
  /** Newest first. */
  list(source: Arn): Promise<readonly MoveTask[]>;
  /** Picks up what runs, and from now on what any process starts. */
  resume(): Promise<void>;
  /** Stops and forgets all tasks. */
  reset(): Promise<void>;
  /** Stops; what runs is picked up by other processes, or after the next start. */
  close(): Promise<void>;
}

/** Without a rate of the user's, so many are moved before others get their turn. */
const STEP = 500;

/** How long to wait when a step could not be made. */
const STEP_AGAIN = { firstMs: SECOND / 10, maxMs: 5 * SECOND };

const FAILURES = {
  'destination-missing': 'AWS.SimpleQueueService.NonExistentQueue',
  'source-unknown': 'CouldNotDetermineMessageSource',
} as const;

/** Keeps the tasks in the registry and runs each step by step, in one process at a time. */
export function createMoveTasks(surroundings: Surroundings): MoveTasks {
  return new RunningMoveTasks(surroundings);
}

interface Surroundings {
  readonly queues: MessageQueue;
  readonly registry: Registry;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly journal: Journal;
}

class RunningMoveTasks implements MoveTasks {
  readonly #around: Surroundings;
  readonly #kept: MoveTaskStore;
  /** By id: those that this process runs, or would if the one that does should die. */
  readonly #running = new Map<string, Promise<void>>();
  #stopping = new AbortController();
  #watching: Disposable | undefined;

  constructor(surroundings: Surroundings) {
    this.#around = surroundings;
    this.#kept = moveTaskStore(surroundings.registry);
  }

  async start(wanted: Pick<MoveTask, 'id' | 'source' | 'destination' | 'perSecond'>): Promise<MoveTask | undefined> {
    const { queues, clock } = this.#around;
    const { visible } = await queues.counts(wanted.source);
    const fresh = { status: 'RUNNING', moved: 0, toMove: visible, startedAtMs: clock.nowMs() } as const;
    const task: MoveTask = { ...wanted, ...fresh };
    const isFirst = await this.#kept.add(task);
    if (isFirst) this.#run(task);
    return isFirst ? task : undefined;
  }

  async cancel(source: Arn, id: string): Promise<MoveTask | undefined> {
    const { before, after } = await this.#kept.change(source, id, (task) =>
      task.status === 'RUNNING' ? { ...task, status: 'CANCELLED' } : task,
    );
    if (before?.status !== 'RUNNING' || !after) return undefined;
    this.#noteEnd(after);
    return after;
  }

  async list(source: Arn): Promise<readonly MoveTask[]> {
    return [...(await this.#kept.of(source))].reverse();
  }

  async resume(): Promise<void> {
    this.#watching ??= this.#kept.watch((source) => void this.#look(source).catch(() => {}));
    await this.#look(undefined);
  }

  async reset(): Promise<void> {
    await this.#stop();
    await this.#kept.clear();
    this.#stopping = new AbortController();
  }

  async close(): Promise<void> {
    this.#watching?.[Symbol.dispose]();
    await this.#stop();
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running.values());
  }

  /** Somebody changed the tasks of a source, or of any. */
  async #look(source: Arn | undefined): Promise<void> {
    await this.#around.activity.during('looking at message move tasks', async () => {
      const tasks = source ? await this.#kept.of(source) : await this.#kept.all();
      for (const task of tasks) if (task.status === 'RUNNING') this.#run(task);
    });
  }

  #run(task: MoveTask): void {
    const { signal } = this.#stopping;
    if (signal.aborted || this.#running.has(task.id)) return;
    const running = this.#runUnderLease(task, signal).finally(() => this.#running.delete(task.id));
    this.#running.set(task.id, running);
  }

  async #runUnderLease(task: MoveTask, signal: AbortSignal): Promise<void> {
    const { leases, clock, activity, journal } = this.#around;
    const lease = await leases.hold(`sqs-move-task/${task.id}`, signal);
    let failures = 0;
    while (lease && !signal.aborted && !lease.lost.aborted) {
      try {
        const next = await activity.during('a message move task', () => this.#step(task));
        if (next?.status !== 'RUNNING') break;
        failures = 0;
        await sleep(clock, paceOf(task).everyMs, signal);
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        journal.append({ kind: 'fault', what: `A message move task waits: ${String(error)}`, arn: task.source });
        await sleep(realClock, backOffMs(failures, STEP_AGAIN), signal).catch(() => {});
      }
    }
    await lease?.[Symbol.asyncDispose]();
  }

  /** Moves what one step allows; resolves to the task as it stands then. */
  async #step({ source, id }: MoveTask): Promise<MoveTask | undefined> {
    await new Promise(setImmediate);
    const task = (await this.#kept.of(source)).find((each) => each.id === id);
    if (task?.status !== 'RUNNING') return task;
    const { moved, left, failure } = await this.#move(task);
    const { before, after } = await this.#kept.change(source, id, (now) => {
      const next = { ...now, moved: now.moved + moved };
      if (next.status !== 'RUNNING') return next;
      if (failure) return { ...next, status: 'FAILED', failureReason: FAILURES[failure] };
      return left === 0 || next.moved >= next.toMove ? { ...next, status: 'COMPLETED' } : next;
    });
    if (after && before?.status === 'RUNNING' && after.status !== 'RUNNING') this.#noteEnd(after);
    return after;
  }

  async #move(task: MoveTask): Promise<MoveOutcome> {
    const max = Math.min(paceOf(task).count, task.toMove - task.moved);
    try {
      return await this.#around.queues.move(task.source, { to: task.destination, max });
    } catch (error) {
      if (!(error instanceof HeadwaterError && error.code === 'QUEUE_MISSING')) throw error;
      return { moved: 0, left: 0, failure: 'destination-missing' };
    }
  }

  #noteEnd(task: MoveTask): void {
    const what = `SQS message move task ${task.status.toLowerCase()}: ${task.moved} of ${task.toMove} moved`;
    this.#around.journal.append({ kind: 'decision', what, arn: task.source, detail: { taskId: task.id } });
  }
}

/** How many at a time, and how often: a rate of the user's is spread over the second, in ten steps at most. */
function paceOf({ perSecond }: MoveTask): { readonly count: number; readonly everyMs: number } {
  if (perSecond === undefined) return { count: STEP, everyMs: 0 };
  const count = Math.ceil(perSecond / 10);
  return { count, everyMs: (SECOND * count) / perSecond };
}
