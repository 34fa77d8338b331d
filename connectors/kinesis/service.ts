import type { Activity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { Metrics } from '../../src/core/metrics/metrics.ts';
import type { EventLog } from '../../src/core/ports/event-log.ts';
import type { Random } from '../../src/core/random.ts';
import type { Timing } from '../../src/core/timing.ts';
import type { Subscriptions } from './consumers/subscriptions.ts';
import type { Retention } from './records/retention.ts';
import type { Throughput } from './records/throughput.ts';
import type { StreamDirectory } from './stream/stream-directory.ts';

/** What the operations of Kinesis work on. */
export interface KinesisService {
  readonly directory: StreamDirectory;
  readonly log: EventLog;
  readonly retention: Retention;
  readonly throughput: Throughput;
  readonly subscriptions: Subscriptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly metrics?: Metrics | undefined;
}
