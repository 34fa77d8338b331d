import { type Clock, MINUTE, SECOND } from '../../../src/core/clock.ts';
import { buryIn } from '../../../src/core/delivery/deliver-to.ts';
import {
  advanceDelivery,
  type DeliveryRules,
  type PendingDelivery,
} from '../../../src/core/delivery/pending-delivery.ts';
import { retryWithin } from '../../../src/core/delivery/retry-limits.ts';
import type { TaskQueue, TaskVerdict } from '../../../src/core/ports/task-queue.ts';
import type { Random } from '../../../src/core/random.ts';
import { createStartedWork } from '../../../src/core/waiting/started-work.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { ScheduleDirectory } from '../schedule/schedule-directory.ts';
import { attempt, type Reach } from './attempt.ts';
import { deadLetter } from './dead-letter.ts';
import { type Invocation, invocationOf } from './invocation.ts';
import type { InvocationAccount } from './invocation-account.ts';

/** The invocations of targets that are due or under way. */
export interface Invocations {
  /** Resolves once it is stored that the target is to be invoked for that instant. */
  add(
    schedule: Schedule,
    instant: { readonly scheduledAtMs: number; readonly missed: boolean; readonly isLast: boolean },
  ): Promise<void>;
  /** The last instant is passed over: the schedule is completed without it. */
  skipLast(schedule: Schedule, scheduledAtMs: number): Promise<void>;
  /** Begins to invoke, also what an earlier process left. */
  start(): void;
  /** Resolves once nothing runs; what is not done stays. */
  stop(): Promise<void>;
  /** Forgets all of them. */
  clear(): Promise<void>;
}

const QUEUE = 'scheduler-invocations';
const CONCURRENCY = 64;

/** Tasks, one an instant: the target is invoked, tried again by its policy, and given up to the dead-letter queue. */
export function createInvocations(options: {
  readonly tasks: TaskQueue;
  readonly directory: ScheduleDirectory;
  readonly reach: Reach;
  readonly account: InvocationAccount;
  readonly clock: Clock;
  readonly random: Random;
}): Invocations {
  const { tasks, directory, clock, random, account } = options;
  const rules = createRules(options);

  const advance = async (pending: PendingDelivery<Invocation>, signal: AbortSignal): Promise<TaskVerdict> => {
    if (pending.attempts === 0 && !(await isWanted(directory, pending))) {
      account.decided(pending.what, 'deleted, disabled or begun anew while its target was to be invoked');
      return { kind: 'done' };
    }
    const verdict = await advanceDelivery(rules, clock, pending, signal);
    if (verdict.kind === 'done' && pending.what.isLast && (await removeIfCompleted(directory, pending.what))) {
      account.decided(pending.what, 'completed, and deleted for that');
    }
    return verdict;
  };

  const work = createStartedWork((signal) => {
    const run = (task: { readonly data: unknown }, ended: AbortSignal) =>
      advance(task.data as PendingDelivery<Invocation>, ended);
    return tasks.process(QUEUE, CONCURRENCY, run, signal);
  });

  return {
    ...{ start: work.start, stop: work.stop },
    async add(schedule, { scheduledAtMs, missed, isLast }) {
      const invocation = invocationOf(schedule, scheduledAtMs, isLast);
      const dueAtMs = Math.max(clock.nowMs(), scheduledAtMs) + delayWithin(schedule, isLast, random);
      account.due(invocation, missed);
      const data: PendingDelivery<Invocation> = { what: invocation, acceptedAtMs: dueAtMs, attempts: 0 };
      // Whoever fires an instant a second time finds it queued.
      await tasks.add(QUEUE, { id: invocation.id, data, dueAtMs });
    },
    async skipLast(schedule, scheduledAtMs) {
      const invocation = invocationOf(schedule, scheduledAtMs, true);
      if (await removeIfCompleted(directory, invocation)) account.decided(invocation, 'over, and deleted for that');
    },
    clear: () => tasks.clear(QUEUE),
  };
}

/**
 * "It invokes the target within the time window you set": at a whole second of it that chance decides on. With the last
 * invocation a recurring schedule may go: it comes behind all that still wait in windows of their own.
 */
function delayWithin({ settings }: Schedule, isLast: boolean, random: Random): number {
  const { windowMinutes = 0, expression } = settings;
  if (windowMinutes === 0) return 0;
  const lastSecond = (windowMinutes * MINUTE) / SECOND - 1;
  const isBehindOthers = isLast && !expression.startsWith('at(');
  return (isBehindOthers ? lastSecond : random.integer(0, lastSecond)) * SECOND;
}

function createRules({
  reach,
  account,
  random,
}: Pick<Parameters<typeof createInvocations>[0], 'reach' | 'account' | 'random'>): DeliveryRules<Invocation> {
  return {
    async attempt({ what, attempts }, signal) {
      account.attempted(what);
      return await attempt(reach, what, attempts + 1, signal);
    },
    retry(pending, nowMs) {
      const { MaximumEventAgeInSeconds, MaximumRetryAttempts } = pending.what.target.RetryPolicy;
      const maximumEventAgeMs = MaximumEventAgeInSeconds * SECOND;
      return retryWithin({ maximumRetryAttempts: MaximumRetryAttempts, maximumEventAgeMs }, pending, nowMs, random);
    },
    bury: (pending, givenUp, signal) => {
      const arn = pending.what.target.DeadLetterConfig?.Arn;
      return buryIn(reach.targets, arn, () => deadLetter(pending, givenUp), signal);
    },
    told: account.told,
  };
}

/** What was deleted or disabled while an invocation waited in its window is not invoked any more. */
async function isWanted(
  directory: ScheduleDirectory,
  { what, acceptedAtMs }: PendingDelivery<Invocation>,
): Promise<boolean> {
  if (acceptedAtMs === what.scheduledAtMs) return true;
  const schedule = await directory.find(what);
  return schedule?.settings.state === 'ENABLED' && schedule.generation === what.generation;
}

/**
 * "For one-time schedules, this occurs after the schedule has invoked its target once"; a recurring one that has no end
 * date is never deleted. docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-delete.html
 */
async function removeIfCompleted(directory: ScheduleDirectory, invocation: Invocation): Promise<boolean> {
  const schedule = await directory.find(invocation);
  if (schedule?.generation !== invocation.generation) return false;
  const { actionAfterCompletion, expression, endMs } = schedule.settings;
  const ends = expression.startsWith('at(') || endMs !== undefined;
  if (actionAfterCompletion !== 'DELETE' || !ends) return false;
  await directory.remove(schedule);
  return true;
}
