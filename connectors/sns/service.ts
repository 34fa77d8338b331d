import type { Activity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { FunctionLogs } from '../../src/core/function-logs.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { Metrics } from '../../src/core/metrics/metrics.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { TaskQueue } from '../../src/core/ports/task-queue.ts';
import type { Random } from '../../src/core/random.ts';
import type { Targets } from '../../src/core/target.ts';
import type { InTurn } from '../../src/core/waiting/in-turn.ts';
import type { Envelopes } from './envelope/envelopes.ts';
import type { Signer } from './envelope/signer.ts';
import type { FifoLanes } from './fan-out/fifo-lane.ts';
import type { SubscriptionDirectory } from './subscription/subscription-directory.ts';
import type { Tokens } from './subscription/tokens.ts';
import type { TopicDirectory } from './topic/topic-directory.ts';

/** What the operations of SNS work on. */
export interface SnsService {
  readonly registry: Registry;
  readonly topics: TopicDirectory;
  readonly subscriptions: SubscriptionDirectory;
  readonly tokens: Tokens;
  readonly turns: InTurn;
  readonly lanes: FifoLanes;
  readonly signer: Signer;
  readonly envelopes: Envelopes;
  readonly tasks: TaskQueue;
  readonly targets: Targets;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly metrics: Metrics;
  /** Where topics log the status of deliveries that they are told to. */
  readonly logs: FunctionLogs;
  readonly enforcePolicies: boolean;
}
