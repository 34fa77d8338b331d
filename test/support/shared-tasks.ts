import type { TaskQueue, TaskVerdict } from '../../src/core/ports/task-queue.ts';

type Run = Parameters<TaskQueue['process']>[2];

/** One that takes tasks of a queue. */
interface Worker {
  readonly run: Run;
  readonly signal: AbortSignal;
  readonly died: Promise<'died'>;
}

/** One task queue for several processes of a test; each has its own view of it, and takes its turn. */
export function createSharedTasks(tasks: TaskQueue, nowMs: () => number) {
  const workers = new Map<string, Worker[]>();
  const turn = async (queue: string, task: Parameters<Run>[0]): Promise<TaskVerdict> => {
    const line = workers.get(queue) ?? [];
    const worker = line.shift();
    if (!worker) throw new Error(`nobody takes tasks of ${queue}`);
    line.push(worker);
    const verdict = await Promise.race([worker.run(task, worker.signal), worker.died]);
    // Of a process that died nobody hears what it did; another does it again.
    return verdict === 'died' ? { kind: 'again', data: task.data, dueAtMs: nowMs() } : verdict;
  };
  const enlist = (queue: string, worker: Worker) => {
    const line = workers.get(queue);
    if (line) return void line.push(worker);
    workers.set(queue, [worker]);
    void tasks.process(queue, 1000, (task) => turn(queue, task), new AbortController().signal);
  };
  const dismiss = (queue: string, worker: Worker) => {
    const line = workers.get(queue) ?? [];
    if (line.includes(worker)) line.splice(line.indexOf(worker), 1);
  };

  /** A process that takes part; `die` is what a SIGKILL does to it. */
  const join = (): TaskQueue & { die(): void } => {
    const mine: (readonly [queue: string, worker: Worker])[] = [];
    let tellDead = (_how: 'died') => {};
    const died = new Promise<'died'>((resolve) => {
      tellDead = resolve;
    });
    return {
      ...tasks,
      driver: 'shared',
      async process(queue, _concurrency, run, signal) {
        const worker = { run, signal, died };
        mine.push([queue, worker]);
        enlist(queue, worker);
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        dismiss(queue, worker);
      },
      die() {
        for (const [queue, worker] of mine) dismiss(queue, worker);
        tellDead('died');
      },
      [Symbol.asyncDispose]: async () => {},
    };
  };
  return { join };
}
