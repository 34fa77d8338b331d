import type { Activity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { Metrics } from '../../src/core/metrics/metrics.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../../src/core/operation.ts';
import type { EventLog } from '../../src/core/ports/event-log.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { Random } from '../../src/core/random.ts';
import type { StreamSource } from '../../src/core/source.ts';
import type { Target } from '../../src/core/target.ts';
import type { Timing } from '../../src/core/timing.ts';
import { untilDone } from '../../src/core/waiting/until-done.ts';
import { createSubscriptions } from './consumers/subscriptions.ts';
import { createRetention } from './records/retention.ts';
import { createThroughput } from './records/throughput.ts';
import type { KinesisService } from './service.ts';
import { createSource } from './source.ts';
import { createStreamDirectory } from './stream/stream-directory.ts';
import { createTarget } from './target.ts';

/** Kinesis Data Streams: its API, its streams as event sources, and as targets of deliveries. */
export interface Kinesis {
  readonly api: ServiceApi;
  readonly target: Target;
  readonly source: StreamSource;
  /** Removes all streams; resolves once old work has stopped. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Wires Kinesis to its log and registry. */
export function createKinesis(options: {
  readonly log: EventLog;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly operations: OperationFiles;
  /** Whether shards take and give only so much a second. */
  readonly throttle: boolean;
  /** Takes what Kinesis publishes; nobody does when absent. */
  readonly metrics?: Metrics | undefined;
}): Kinesis {
  const { log, clock, activity, operations, throttle } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const directory = createStreamDirectory(options);
  const retention = createRetention({ directory, log, clock, activity, signal });
  const subscriptions = createSubscriptions(clock);
  const throughput = createThroughput(clock, throttle);
  const service: KinesisService = { ...options, directory, retention, subscriptions, throughput };
  const restore = async () => {
    await directory.restore();
    await retention.sweep();
  };
  activity.start('restoring streams', () => untilDone(restore, signal));
  return {
    api: serviceApi({ name: 'kinesis', service, operations }),
    target: createTarget(service),
    source: createSource(service),
    async reset() {
      subscriptions.close();
      await directory.clear();
      retention[Symbol.dispose]();
    },
    async close() {
      closing.abort();
      subscriptions.close();
      retention[Symbol.dispose]();
    },
  };
}
