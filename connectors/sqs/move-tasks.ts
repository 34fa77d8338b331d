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

/** The move tasks of all queues. */
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

/** Keeps the tasks in the registry and runs them step by step. */
export function createMoveTasks(surroundings: Surroundings): MoveTasks {
  return new RunningMoveTasks(surroundings);
}

interface Surroundings {
  readonly queues: MessageQueue;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly journal: Journal;
}

class RunningMoveTasks implements MoveTasks {
  readonly #around: Surroundings;
  /** By source, oldest first. */
  readonly #tasks = new Map<Arn, MoveTask[]>();
  readonly #timers = new Map<string, Disposable>();
  readonly #steps = new Set<Promise<void>>();
  #stopping = false;

  constructor(surroundings: Surroundings) {
    this.#around = surroundings;
  }

  async start(wanted: Pick<MoveTask, 'id' | 'source' | 'destination' | 'perSecond'>): Promise<MoveTask> {
    const { queues, clock } = this.#around;
    const { visible } = await queues.counts(wanted.source);
    const fresh = { status: 'RUNNING', moved: 0, toMove: visible, startedAtMs: clock.nowMs() } as const;
    const task = await this.#save({ ...wanted, ...fresh });
    await this.#run(task);
    return task;
  }

  async cancel(source: Arn, id: string): Promise<MoveTask | undefined> {
    const task = this.#tasks.get(source)?.find((known) => known.id === id);
    if (task?.status !== 'RUNNING') return undefined;
    return await this.#end({ ...task, status: 'CANCELLED' });
  }

  list(source: Arn): readonly MoveTask[] {
    return [...(this.#tasks.get(source) ?? [])].reverse();
  }

  async resume(): Promise<void> {
    const stored = (await this.#around.registry.list<MoveTask>(TASKS)).map(({ value }) => value);
    for (const task of stored.sort((a, b) => a.startedAtMs - b.startedAtMs)) {
      if (this.#current(task)) continue;
      this.#tasks.set(task.source, [...(this.#tasks.get(task.source) ?? []), task]);
      if (task.status === 'RUNNING') this.#continueLater(task);
    }
  }

  async reset(): Promise<void> {
    await this.close();
    this.#tasks.clear();
    const { registry } = this.#around;
    for (const { key } of await registry.list(TASKS)) await registry.remove(key);
    this.#stopping = false;
  }

  async close(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers.values()) timer[Symbol.dispose]();
    this.#timers.clear();
    await Promise.all(this.#steps);
  }

  #current(task: MoveTask): MoveTask | undefined {
    return this.#tasks.get(task.source)?.find(({ id }) => id === task.id);
  }

  async #save(task: MoveTask): Promise<MoveTask> {
    const { registry } = this.#around;
    const others = (this.#tasks.get(task.source) ?? []).filter(({ id }) => id !== task.id);
    const all = [...others, task].sort((a, b) => a.startedAtMs - b.startedAtMs);
    this.#tasks.set(task.source, all.slice(-KEPT_PER_SOURCE));
    for (const old of all.slice(0, -KEPT_PER_SOURCE)) await registry.remove(keyOf(old));
    await registry.put(keyOf(task), task);
    return task;
  }

  async #end(task: MoveTask): Promise<MoveTask> {
    this.#timers.get(task.id)?.[Symbol.dispose]();
    this.#timers.delete(task.id);
    const what = `SQS message move task ${task.status.toLowerCase()}: ${task.moved} of ${task.toMove} moved`;
    this.#around.journal.append({ kind: 'decision', what, arn: task.source, detail: { taskId: task.id } });
    return await this.#save(task);
  }

  /** Takes a step and sees to the ones after it. */
  async #run(task: MoveTask): Promise<void> {
    const next = await this.#step(task).catch((error: unknown) => {
      if (!(error instanceof HeadwaterError && error.code === 'QUEUE_MISSING')) throw error;
      const failureReason = FAILURES['destination-missing'];
      return this.#end({ ...task, ...this.#current(task), status: 'FAILED', failureReason });
    });
    if (next?.status === 'RUNNING') this.#continueLater(next);
  }

  /** Moves what one step allows; resolves to the task as it stands then. */
  async #step(started: MoveTask): Promise<MoveTask | undefined> {
    const task = this.#current(started);
    if (task?.status !== 'RUNNING') return undefined;
    const max = Math.min(paceOf(task).count, task.toMove - task.moved);
    const { moved, left, failure } = await this.#around.queues.move(task.source, { to: task.destination, max });
    const now = this.#current(started);
    if (now === undefined) return undefined;
    const next = { ...now, moved: now.moved + moved };
    if (next.status !== 'RUNNING') return await this.#save(next);
    if (failure) return await this.#end({ ...next, status: 'FAILED', failureReason: FAILURES[failure] });
    if (left === 0 || next.moved >= next.toMove) return await this.#end({ ...next, status: 'COMPLETED' });
    return await this.#save(next);
  }

  #continueLater(task: MoveTask): void {
    const { everyMs } = paceOf(task);
    const fire = () => {
      this.#timers.delete(task.id);
      this.#work(task);
    };
    if (everyMs > 0) this.#timers.set(task.id, this.#around.clock.setTimer(everyMs, fire));
    else this.#work(task);
  }

  /** Runs a step that nobody awaits. */
  #work(task: MoveTask): void {
    const done = this.#around.activity.during('a message move task', async () => {
      await new Promise(setImmediate);
      if (!this.#stopping) await this.#run(task);
    });
    this.#steps.add(done);
    void done.finally(() => this.#steps.delete(done));
  }
}

const keyOf = ({ source, id }: MoveTask) => `${TASKS}${source}/${id}`;

/** How many at a time, and how often: a rate of the user's is spread over the second, in ten steps at most. */
function paceOf({ perSecond }: MoveTask): { readonly count: number; readonly everyMs: number } {
  if (perSecond === undefined) return { count: STEP, everyMs: 0 };
  const count = Math.ceil(perSecond / 10);
  return { count, everyMs: (SECOND * count) / perSecond };
}
