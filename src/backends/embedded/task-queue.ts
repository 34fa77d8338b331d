import type { Activity, Due } from '../../core/activity.ts';
import { type Clock, SECOND } from '../../core/clock.ts';
import type { TaskQueue, TaskVerdict } from '../../core/ports/task-queue.ts';
import type { Store, Table } from './store.ts';
import { type StoredTask, TaskHeap } from './task-heap.ts';

/** How long a task waits whose run threw, which is a fault of ours. */
const AFTER_FAULT_MS = SECOND;

/** Task queue on the embedded store: held in memory by due time, written through. */
export function openTaskQueue(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly activity: Activity;
}): TaskQueue {
  const { clock, activity } = options;
  const table = options.store.table<StoredTask>('tasks');
  const lanes = new Map<string, Lane>();
  const lane = (queue: string): Lane => {
    const known = lanes.get(queue);
    if (known) return known;
    const opened = new Lane(queue, { clock, activity, table });
    lanes.set(queue, opened);
    return opened;
  };
  for (const [key, task] of table.load()) lane(key.slice(0, key.indexOf('/'))).load(task);
  return {
    driver: 'embedded',
    add: (queue, task) => lane(queue).add(task),
    process: (queue, concurrency, run, signal) => lane(queue).process({ concurrency, run }, signal),
    due: (queue) => lane(queue).due(),
    remove: (queue, id) => lane(queue).remove(id),
    clear: (queue) => lane(queue).clear(),
    async [Symbol.asyncDispose]() {
      for (const opened of lanes.values()) opened[Symbol.dispose]();
    },
  };
}

interface Worker {
  readonly concurrency: number;
  readonly run: (task: { readonly id: string; readonly data: unknown }, signal: AbortSignal) => Promise<TaskVerdict>;
}

/** One queue. A task is in the heap, or running, or gone; `#known` holds the first two. */
class Lane implements Disposable {
  readonly #queue: string;
  readonly #clock: Clock;
  readonly #activity: Activity;
  readonly #table: Table<StoredTask>;
  readonly #waiting = new TaskHeap();
  readonly #known = new Map<string, StoredTask>();
  #worker: (Worker & { readonly signal: AbortSignal }) | undefined;
  #running = 0;
  #timer: (Disposable & { readonly dueAtMs: number }) | undefined;
  #whenQuiet: (() => void) | undefined;

  constructor(queue: string, parts: { clock: Clock; activity: Activity; table: Table<StoredTask> }) {
    this.#queue = queue;
    this.#clock = parts.clock;
    this.#activity = parts.activity;
    this.#table = parts.table;
  }

  /** Takes in what an earlier process left. */
  load(task: StoredTask): void {
    this.#known.set(task.id, task);
    this.#waiting.push(task);
  }

  async add(task: StoredTask): Promise<void> {
    if (this.#known.has(task.id)) return;
    const stored = { id: task.id, data: task.data, dueAtMs: task.dueAtMs };
    this.load(stored);
    const written = this.#table.put(this.#key(task.id), stored);
    this.#pump();
    await written;
  }

  async process(worker: Worker, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#worker = { ...worker, signal };
    using _probe = this.#activity.probe(() => (this.#free() ? this.due() : { dueNow: 0 }));
    this.#pump();
    await new Promise<void>((resolve) => {
      this.#whenQuiet = resolve;
      signal.addEventListener('abort', () => this.#stop(), { once: true });
    });
  }

  due(): Due {
    const nowMs = this.#clock.nowMs();
    const dueNow = this.#waiting.countDue(nowMs);
    return { dueNow, nextDueAtMs: dueNow > 0 ? nowMs : this.#waiting.peek()?.dueAtMs };
  }

  async remove(id: string): Promise<void> {
    const task = this.#known.get(id);
    if (task === undefined) return;
    this.#known.delete(id);
    this.#waiting.remove(task);
    await this.#table.remove(this.#key(id));
  }

  async clear(): Promise<void> {
    const ids = [...this.#known.keys()];
    this.#known.clear();
    this.#waiting.clear();
    await Promise.all(ids.map((id) => this.#table.remove(this.#key(id))));
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #key(id: string): string {
    return `${this.#queue}/${id}`;
  }

  #free(): boolean {
    return this.#worker !== undefined && this.#running < this.#worker.concurrency;
  }

  #stop(): void {
    this.#worker = undefined;
    this[Symbol.dispose]();
    this.#settleWhenQuiet();
  }

  #settleWhenQuiet(): void {
    if (this.#worker === undefined && this.#running === 0) this.#whenQuiet?.();
  }

  /** Starts what is due and free to run; each run holds its token from the same turn of the event loop. */
  #pump(): void {
    const nowMs = this.#clock.nowMs();
    let next = this.#waiting.peek();
    while (next !== undefined && next.dueAtMs <= nowMs && this.#free()) {
      this.#waiting.pop();
      void this.#run(next);
      next = this.#waiting.peek();
    }
    if (next !== undefined && next.dueAtMs > nowMs && this.#worker) this.#wakeAt(next.dueAtMs, nowMs);
  }

  #wakeAt(dueAtMs: number, nowMs: number): void {
    if (this.#timer && this.#timer.dueAtMs <= dueAtMs) return;
    this.#timer?.[Symbol.dispose]();
    const timer = this.#clock.setTimer(dueAtMs - nowMs, () => {
      this.#timer = undefined;
      this.#pump();
    });
    this.#timer = { dueAtMs, [Symbol.dispose]: () => timer[Symbol.dispose]() };
  }

  async #run(task: StoredTask): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    using _token = this.#activity.begin(`task ${this.#key(task.id)}`);
    this.#running++;
    const verdict = await worker
      .run(task, worker.signal)
      .catch((): TaskVerdict => ({ kind: 'again', data: task.data, dueAtMs: this.#clock.nowMs() + AFTER_FAULT_MS }));
    this.#running--;
    // A task that was removed while it ran is gone, whatever its run says.
    if (this.#known.get(task.id) === task) this.#settle(task, verdict);
    this.#pump();
    this.#settleWhenQuiet();
  }

  /** Not awaited: a process that dies in between runs the task once more, which at-least-once allows. */
  #settle(task: StoredTask, verdict: TaskVerdict): void {
    if (verdict.kind === 'done') {
      this.#known.delete(task.id);
      void this.#table.remove(this.#key(task.id));
      return;
    }
    const again = { id: task.id, data: verdict.data, dueAtMs: verdict.dueAtMs };
    this.load(again);
    if (again.data !== task.data || again.dueAtMs !== task.dueAtMs) void this.#table.put(this.#key(task.id), again);
  }
}
