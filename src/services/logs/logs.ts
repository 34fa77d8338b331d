import type { Activity } from '../../core/activity.ts';
import type { Clock } from '../../core/clock.ts';
import type { FunctionLogs } from '../../core/function-logs.ts';
import type { Journal } from '../../core/journal.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../../core/operation.ts';
import type { LogStore } from '../../core/ports/log-store.ts';
import type { Registry } from '../../core/ports/registry.ts';
import type { TaskQueue } from '../../core/ports/task-queue.ts';
import type { Random } from '../../core/random.ts';
import type { Target, Targets } from '../../core/target.ts';
import { untilDone } from '../../core/waiting/until-done.ts';
import { createIngestion } from './events/ingestion.ts';
import { createWrittenBehind, type WrittenBehind } from './events/written-behind.ts';
import { createGroupDirectory, type GroupDirectory } from './group/group-directory.ts';
import { createRetention } from './group/retention.ts';
import { createResourcePolicies } from './resource-policies.ts';
import type { LogsService } from './service.ts';
import { createDestinationDirectory } from './subscriptions/destination.ts';
import { createSubscriptions } from './subscriptions/subscriptions.ts';
import { createTarget } from './target.ts';

/** CloudWatch Logs: its API, log groups as targets of deliveries, and where execution environments log. */
export interface Logs {
  readonly api: ServiceApi;
  readonly target: Target;
  readonly functionLogs: FunctionLogs;
  /** Begins to deliver to subscribers. */
  start(): void;
  /** Removes all log groups and what belongs to them. */
  reset(): Promise<void>;
  /** Stores what functions logged last, and takes no more. */
  close(): Promise<void>;
}

/** Wires CloudWatch Logs to its log store and registry. */
export function createLogs(options: {
  readonly logs: LogStore;
  readonly registry: Registry;
  readonly tasks: TaskQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly metrics: Metrics;
  readonly targets: Targets;
  readonly operations: OperationFiles;
}): Logs {
  const { registry, activity, operations } = options;
  const closing = new AbortController();
  const stored = createGroupDirectory(options);
  const retention = createRetention({ ...options, groups: stored, signal: closing.signal });
  const destinations = createDestinationDirectory(registry);
  const policies = createResourcePolicies(registry);
  const subscriptions = createSubscriptions({ ...options, destinations });
  const ingestion = createIngestion({ ...options, retention, subscriptions });
  const functionLogs = createWrittenBehind({ ...options, groups: stored, ingestion });
  const groups = afterFunctions(stored, functionLogs);
  const service: LogsService = { ...options, groups, ingestion, retention, destinations, policies };
  return {
    api: serviceApi({ name: 'logs', service, operations }),
    target: createTarget({ ...options, groups: stored, ingestion }),
    functionLogs,
    start() {
      subscriptions.start();
      activity.start('removing expired log events', () => untilDone(retention.sweep, closing.signal));
    },
    async reset() {
      functionLogs.clear();
      for (const group of await groups.list()) await stored.remove(group);
      await Promise.all([subscriptions.clear(), destinations.clear(), policies.clear()]);
    },
    async close() {
      await functionLogs.close();
      closing.abort();
      retention[Symbol.dispose]();
      await subscriptions.close();
    },
  };
}

/** Clients see what functions logged before they asked. */
function afterFunctions(groups: GroupDirectory, functionLogs: WrittenBehind): GroupDirectory {
  return {
    ...groups,
    async of(reference, scope) {
      await functionLogs.flush();
      return await groups.of(reference, scope);
    },
    async list(scope) {
      await functionLogs.flush();
      return await groups.list(scope);
    },
  };
}
