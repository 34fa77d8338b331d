import type { Due } from '../activity.ts';
import type { Port } from './port.ts';

/** Work to be done later, at least once: asynchronous invocations and destination deliveries. */
export interface TaskQueue extends Port {
  /** Resolves once the task is stored. `dueAtMs` is on the clock. Adding an id that is queued does nothing. */
  add(queue: string, task: { readonly id: string; readonly data: unknown; readonly dueAtMs: number }): Promise<void>;
  /**
   * Runs due tasks, at most `concurrency` at a time, until the signal is aborted; resolves when those in progress have
   * ended. A task is removed when its run says `done`, and stored again when it says when to run next. A run that throws
   * is a fault of ours: the task is kept and due again after a second.
   */
  process(
    queue: string,
    concurrency: number,
    run: (task: { readonly id: string; readonly data: unknown }, signal: AbortSignal) => Promise<TaskVerdict>,
    signal: AbortSignal,
  ): Promise<void>;
  due(queue: string): Due;
  /** Resolves once the task is forgotten. One that is running ends, and its verdict counts for nothing. */
  remove(queue: string, id: string): Promise<void>;
  /** Forgets all tasks of a queue. */
  clear(queue: string): Promise<void>;
}

/** What becomes of a task after its run. */
export type TaskVerdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly data: unknown; readonly dueAtMs: number };
