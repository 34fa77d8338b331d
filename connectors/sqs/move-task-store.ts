import { type Arn, asArn } from '../../src/core/arn.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import { changeEntry } from '../../src/core/registry/change-entry.ts';
import { removeUnder } from '../../src/core/registry/entries-under.ts';

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

/** The move tasks as all processes see them. */
export interface MoveTaskStore {
  /** Of one source, oldest first. */
  of(source: Arn): Promise<readonly MoveTask[]>;
  all(): Promise<readonly MoveTask[]>;
  /** False when a task of that source runs already. */
  add(task: MoveTask): Promise<boolean>;
  /** Replaces a task by what `change` makes of it; both are absent when there is none of that id. */
  change(
    source: Arn,
    id: string,
    change: (task: MoveTask) => MoveTask,
  ): Promise<{ readonly before?: MoveTask | undefined; readonly after?: MoveTask | undefined }>;
  clear(): Promise<void>;
  /** Calls `changed` with the source whose tasks any process changed; with `undefined` when all must be looked at. */
  watch(changed: (source: Arn | undefined) => void): Disposable;
}

const TASKS = 'sqs-move-tasks/';
/** As many as AWS lists. */
const KEPT_PER_SOURCE = 10;

/** Keeps the tasks in the registry, those of a source in one entry. */
export function moveTaskStore(registry: Registry): MoveTaskStore {
  type Tasks = readonly MoveTask[];
  const of = async (source: Arn) => (await registry.get<Tasks>(TASKS + source))?.value ?? [];
  /** Until no other process comes between; nothing is stored when nothing changes. */
  const replace = async (source: Arn, next: (tasks: Tasks) => Tasks) => {
    let before: Tasks = [];
    const after = await changeEntry<Tasks>(registry, TASKS + source, (current) => {
      before = current ?? [];
      const changed = next(before);
      return changed === before ? current : changed;
    });
    return { before, after: after ?? before };
  };
  return {
    of,
    all: async () => (await registry.list<Tasks>(TASKS)).flatMap(({ value }) => value),
    async add(task) {
      const { before, after } = await replace(task.source, (tasks) =>
        tasks.some(({ status }) => status === 'RUNNING') ? tasks : [...tasks, task].slice(-KEPT_PER_SOURCE),
      );
      return after !== before;
    },
    async change(source, id, change) {
      const { before, after } = await replace(source, (tasks) => {
        const changed = tasks.map((task) => (task.id === id ? change(task) : task));
        return changed.some((task, index) => task !== tasks[index]) ? changed : tasks;
      });
      const isIt = (task: MoveTask) => task.id === id;
      return { before: before.find(isIt), after: after.find(isIt) };
    },
    clear: () => removeUnder(registry, TASKS),
    watch: (changed) =>
      registry.watch(TASKS, (key) => changed(key === undefined ? undefined : asArn(key.slice(TASKS.length)))),
  };
}
