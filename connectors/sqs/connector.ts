import type { Activity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Journal } from '../../src/core/journal.ts';
import { type Metrics, noMetrics } from '../../src/core/metrics/metrics.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../../src/core/operation.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import type { MessageQueue } from '../../src/core/ports/message-queue.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { Random } from '../../src/core/random.ts';
import type { PollSource } from '../../src/core/source.ts';
import type { Target } from '../../src/core/target.ts';
import type { Timing } from '../../src/core/timing.ts';
import { countedQueues } from './counted-queues.ts';
import { createMoveTasks } from './move-tasks.ts';
import { createPauses } from './pauses.ts';
import { createQueueDirectory } from './queue-directory.ts';
import type { SqsService } from './service.ts';
import { createSource } from './source.ts';
import { createTarget, describeQueue } from './target.ts';

/** SQS: its API, its queues as event sources, and as targets of deliveries. */
export interface Sqs {
  readonly api: ServiceApi;
  readonly target: Target;
  readonly source: PollSource;
  /** Removes all queues; resolves once old work has stopped. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Wires SQS to its message queue and registry. Message move tasks that ran when the process ended go on. */
export function createSqs(options: {
  readonly queues: MessageQueue;
  readonly registry: Registry;
  /** Each message move task is run by one process at a time. */
  readonly leases: Leases;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly operations: OperationFiles;
  readonly enforcePolicies: boolean;
  /** Takes what SQS publishes; nobody does when absent. */
  readonly metrics?: Metrics | undefined;
}): Sqs {
  const {
    metrics = noMetrics,
    registry,
    clock,
    random,
    timing,
    journal,
    activity,
    operations,
    enforcePolicies,
  } = options;
  const counted = countedQueues({ queues: options.queues, metrics, nowMs: () => clock.nowMs() });
  const { queues } = counted;
  const directory = createQueueDirectory(registry, queues);
  const tasks = createMoveTasks({ queues, registry, leases: options.leases, clock, activity, journal });
  const pauses = createPauses({ registry, clock, timing });
  const service: SqsService = {
    ...{ directory, queues, tasks, clock, random, timing, journal, metrics },
    pauses,
    longPolls: new Set(),
  };
  const redrives = queues.onRedrive(({ messageId, from, to, receiveCount }) => {
    const what = `SQS redrive ${nameOf(from)} → ${nameOf(to)} after ${receiveCount} receives`;
    journal.append({ kind: 'delivery', what, eventIds: [messageId], arn: to, detail: { from } });
  });
  const whenStarted = async (what: string, work: () => Promise<void>) => {
    await activity.during(what, work).catch((error: unknown) => {
      journal.append({ kind: 'fault', what: `SQS: ${what} failed: ${String(error)}` });
    });
  };
  void whenStarted('restoring queues', () => directory.restore());
  void whenStarted('resuming message move tasks', () => tasks.resume());
  return {
    api: serviceApi({ name: 'sqs', service, operations }),
    target: createTarget({ directory, queues, journal, random, enforcePolicies }),
    source: createSource({ queues, journal, describe: (arn) => describeQueue({ directory, enforcePolicies }, arn) }),
    async reset() {
      endLongPolls(service);
      await tasks.reset();
      await directory.change(async () => {
        for (const queue of await directory.list()) await directory.remove(queue);
      });
      await pauses.clear();
    },
    async close() {
      endLongPolls(service);
      redrives[Symbol.dispose]();
      counted[Symbol.dispose]();
      await tasks.close();
    },
  };
}

function endLongPolls({ longPolls }: SqsService): void {
  for (const poll of longPolls) poll.abort();
}

const nameOf = (arn: string) => arn.slice(arn.lastIndexOf(':') + 1);
