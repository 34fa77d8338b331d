import type { Activity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import { type FunctionLogs, noFunctionLogs } from '../../src/core/function-logs.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { Metrics } from '../../src/core/metrics/metrics.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../../src/core/operation.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { TaskQueue } from '../../src/core/ports/task-queue.ts';
import type { Random } from '../../src/core/random.ts';
import { removeUnder } from '../../src/core/registry/entries-under.ts';
import type { Target, Targets } from '../../src/core/target.ts';
import { inTurnUnlessAway } from '../../src/core/waiting/in-turn.ts';
import { untilDone } from '../../src/core/waiting/until-done.ts';
import { createEnvelopes } from './envelope/envelopes.ts';
import { createSigner } from './envelope/signer.ts';
import { createDelivering } from './fan-out/delivering.ts';
import { createFifoLanes, LANE_KEYS } from './fan-out/fifo-lanes.ts';
import { createHttpSender } from './fan-out/http-sender.ts';
import { createWorkers } from './fan-out/workers.ts';
import type { SnsService } from './service.ts';
import { SUBSCRIPTIONS, THROTTLES } from './subscription/subscription.ts';
import { createSubscriptionDirectory } from './subscription/subscription-directory.ts';
import { createTokens, TOKENS } from './subscription/tokens.ts';
import { createTarget } from './target.ts';
import { TOPICS } from './topic/topic.ts';
import { createTopicDirectory } from './topic/topic-directory.ts';

/** SNS: its API, and its topics as targets of deliveries. */
export interface Sns {
  readonly api: ServiceApi;
  readonly target: Target;
  /** What signatures are checked with, in PEM; its name is of no importance, there is but one. */
  certificate(): Promise<string>;
  /** Begins to deliver, also what an earlier process left. */
  start(): void;
  /** Forgets all topics and what they owe; resolves once old work has stopped. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Wires SNS to its registry and task queue. */
export function createSns(options: {
  readonly registry: Registry;
  readonly tasks: TaskQueue;
  /** Each FIFO topic is delivered by one process at a time. */
  readonly leases: Leases;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly metrics: Metrics;
  /** Takes the status of deliveries, of topics that log it. */
  readonly statusLogs?: FunctionLogs;
  readonly targets: Targets;
  readonly operations: OperationFiles;
  readonly enforcePolicies: boolean;
  /** The endpoint as receivers see it: the base of the links in what is sent. */
  readonly origin: () => string;
}): Sns {
  const { registry, activity, operations, origin, statusLogs = noFunctionLogs } = options;
  const closing = new AbortController();
  const topics = createTopicDirectory(registry);
  const subscriptions = createSubscriptionDirectory(registry, topics);
  const signer = createSigner(registry);
  const http = createHttpSender();
  const parts = {
    ...options,
    ...{ topics, subscriptions, signer, http, logs: statusLogs },
    turns: inTurnUnlessAway(options.leases),
    tokens: createTokens({ ...options, subscriptions }),
    envelopes: createEnvelopes(signer, origin),
  };
  const delivering = createDelivering(parts);
  const lanes = createFifoLanes({ ...options, deliver: delivering.deliver });
  const service: SnsService = { ...parts, lanes };
  const workers = createWorkers(service, delivering);
  return {
    api: serviceApi({ name: 'sns', service, operations }),
    target: createTarget(service),
    certificate: () => signer.certificate(),
    start() {
      workers.start();
      activity.start('restoring FIFO topics', () => untilDone(() => lanes.restore(), closing.signal));
    },
    async reset() {
      await workers.clear();
      parts.envelopes.forget();
      for (const prefix of [TOPICS, SUBSCRIPTIONS, TOKENS, THROTTLES, LANE_KEYS]) await removeUnder(registry, prefix);
    },
    async close() {
      closing.abort();
      await workers.stop();
      http.close();
    },
  };
}
