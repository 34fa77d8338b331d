import type { Activity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import { createSharedPlaces } from '../../src/core/delivery/shared-places.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { Metrics } from '../../src/core/metrics/metrics.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../../src/core/operation.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import type { LogStore } from '../../src/core/ports/log-store.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { TaskQueue } from '../../src/core/ports/task-queue.ts';
import type { Random } from '../../src/core/random.ts';
import type { ScheduleExpressions } from '../../src/core/schedule/schedule-expression.ts';
import type { Timetable } from '../../src/core/schedule/timetable.ts';
import type { Target, Targets } from '../../src/core/target.ts';
import type { Timing } from '../../src/core/timing.ts';
import { inTurnUnlessAway } from '../../src/core/waiting/in-turn.ts';
import { untilDone } from '../../src/core/waiting/until-done.ts';
import { createApiDestinations } from './api-destination/api-destinations.ts';
import { createCallDestination } from './api-destination/call-destination.ts';
import { createArchiving } from './archive/archiving.ts';
import { createBusDirectory } from './bus/bus-directory.ts';
import type { BusEvents } from './bus-events.ts';
import { createDeliveryRules } from './delivery/delivery-rules.ts';
import { createPublications, type Publications } from './delivery/publications.ts';
import { createIngest } from './ingest.ts';
import { createMatchingRules } from './rule/matching-rules.ts';
import { createRuleDirectory } from './rule/rule-directory.ts';
import { createSchedules } from './rule/schedules.ts';
import type { EventsService } from './service.ts';
import { createTarget } from './target.ts';

/** EventBridge: its API, its buses as targets of deliveries. */
export interface Events {
  readonly api: ServiceApi;
  readonly target: Target;
  /** Begins to deliver, and to fire scheduled rules. */
  start(): void;
  /** Removes all buses and rules, and forgets what was to be delivered. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Wires EventBridge to its registry and its tasks. */
export function createEvents(options: {
  readonly registry: Registry;
  readonly tasks: TaskQueue;
  readonly leases: Leases;
  /** Keeps the events of archives. */
  readonly logs: LogStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly metrics: Metrics;
  readonly targets: Targets;
  readonly operations: OperationFiles;
  readonly enforcePolicies: boolean;
  readonly expressions: ScheduleExpressions;
  readonly timetable: Timetable;
}): Events {
  const { registry, activity, operations } = options;
  const closing = new AbortController();
  const buses = createBusDirectory(options);
  const rules = createRuleDirectory(registry);
  const matching = createMatchingRules(registry);
  // A bus is a target of rules of others: what delivers needs what takes events in, and the other way round.
  const ingest: BusEvents['ingest'] = createIngest({
    ...{ ...options, buses, matching },
    archives: () => archiving,
    publications: () => publications,
  });
  const apiDestinations = createApiDestinations(registry, options.clock);
  const callDestination = createCallDestination(options.clock, apiDestinations);
  const deliveryRules = createDeliveryRules({ ...options, buses, ingest, callDestination });
  const publications: Publications = createPublications({
    ...{ ...options, deliveryRules },
    places: createSharedPlaces(options.clock),
    turnOf: apiDestinations.turnOf,
    findRule: rules.find,
  });
  const schedules = createSchedules({ ...options, rules, publications: () => publications });
  const archiving = createArchiving({ ...options, buses, ingest });
  const turns = inTurnUnlessAway(options.leases);
  const service: EventsService = { ...options, buses, turns, rules, schedules, archiving, apiDestinations, ingest };
  let working: Promise<unknown> = Promise.resolve();
  return {
    api: serviceApi({ name: 'events', service, operations }),
    target: createTarget(service),
    start() {
      working = Promise.all([publications.work(closing.signal), archiving.work(closing.signal)]);
      const restore = async () => {
        await schedules.restore();
        await archiving.restore();
      };
      activity.start('planning scheduled rules and replays', () => untilDone(restore, closing.signal));
    },
    async reset() {
      await schedules.clear();
      await rules.clear();
      await publications.clear();
      await archiving.clear();
      await apiDestinations.clear();
      await buses.clear();
    },
    async close() {
      closing.abort();
      await working;
      matching[Symbol.dispose]();
      archiving[Symbol.dispose]();
    },
  };
}
