import type { Activity } from '../../core/activity.ts';
import { type Clock, DAY, realClock, SECOND, startStopwatch } from '../../core/clock.ts';
import type { Journal } from '../../core/journal.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../../core/operation.ts';
import type { Leases } from '../../core/ports/leases.ts';
import type { TableStore } from '../../core/ports/table-store.ts';
import { inTurn } from '../../core/waiting/in-turn.ts';
import { oneAtATime } from '../../core/waiting/one-at-a-time.ts';
import { expositionOf } from './exposition/exposition.ts';
import { Totals } from './exposition/totals.ts';
import type { CloudWatchService } from './service.ts';
import { MetricStore } from './store/metric-store.ts';
import { type Recorded, Recorder, reportsOf } from './store/recorder.ts';
import { floorTo } from './store/tier.ts';

/** What CloudWatch is made of. */
export interface CloudWatchOptions {
  /** Keeps metrics and their values. */
  readonly tables: TableStore;
  /** One process at a time looks after what is old. */
  readonly leases: Leases;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly operations: OperationFiles;
}

/** CloudWatch's metrics. */
export interface CloudWatch {
  readonly api: ServiceApi;
  /** Where services tell of themselves. */
  readonly metrics: Metrics;
  /** What this process has recorded since it began, as Prometheus reads it. */
  exposition(): Promise<string>;
  /** Begins to store what is recorded behind the services' backs. */
  start(): void;
  /** Makes what is old coarser, and forgets what is too old; done once a day anyway. */
  lookAfter(): Promise<void>;
  /** Forgets all metrics. */
  reset(): Promise<void>;
  /** Stores what is recorded and takes no more. */
  close(): Promise<void>;
}

/** Real time after which what was recorded is stored: what a killed process loses. */
const FLUSH_MS = SECOND;
/** What was recorded is stored bit by bit, so that a failure leaves little that may be stored twice. */
const METRICS_A_COMMIT = 10;
/** Storing takes at most this share of the process. */
const MAX_SHARE = 0.05;

/** Metrics of all services, and those that users put; what is recorded is stored behind the services' backs. */
export function createCloudWatch(options: CloudWatchOptions): CloudWatch {
  const { tables, leases, clock, journal, activity, operations } = options;
  const store = new MetricStore(tables);
  const totals = new Totals();
  const line = oneAtATime();
  const turns = inTurn(leases);
  let started = false;
  let told: string | undefined;
  let planned: Disposable | undefined;
  let delayMs = FLUSH_MS;
  let lookedAfterMs: number | undefined;

  const recorder = new Recorder(() => clock.nowMs(), plan);
  function plan(): void {
    if (!started || planned) return;
    planned = realClock.setTimer(delayMs, () => {
      void activity.during('storing metrics', () => flush().then(lookAfterDaily)).catch(report);
    });
  }
  const keep = async (recorded: readonly Recorded[]) => {
    const leftOut = await store.add(reportsOf(recorded).all, clock.nowMs());
    if (leftOut.length > 0) report(`there are too many, ${leftOut.length} are left out`);
    else told = undefined;
    totals.add(recorded);
  };
  const flush = () =>
    line(async () => {
      planned?.[Symbol.dispose]();
      planned = undefined;
      const elapsedMs = startStopwatch();
      // What cannot be counted now is left out.
      await recorder.sample().catch(report);
      const recorded = recorder.take();
      let stored = 0;
      try {
        for (; stored < recorded.length; stored += METRICS_A_COMMIT) {
          await keep(recorded.slice(stored, stored + METRICS_A_COMMIT));
        }
      } catch (error) {
        recorder.giveBack(recorded.slice(stored));
        plan();
        throw error;
      }
      delayMs = Math.max(FLUSH_MS, elapsedMs() / MAX_SHARE);
    });
  /** Once a day, when anything is recorded at all. */
  const lookAfterDaily = async () => {
    const dayMs = floorTo(clock.nowMs(), DAY);
    if (lookedAfterMs === dayMs) return;
    lookedAfterMs = dayMs;
    await lookAfter();
  };
  const lookAfter = () => turns('cloudwatch-upkeep', () => store.upkeep(clock.nowMs()));
  /** Once for each reason: it is tried again every second. */
  const report = (error: unknown) => {
    if (told === String(error)) return;
    told = String(error);
    journal.append({ kind: 'fault', what: `Metrics could not be stored: ${told}` });
  };

  const service: CloudWatchService = { clock, store, flush };
  return {
    api: serviceApi({ name: 'cloudwatch', service, operations }),
    metrics: recorder,
    async exposition() {
      await flush();
      return await expositionOf(totals);
    },
    start() {
      started = true;
      plan();
    },
    lookAfter,
    async reset() {
      await line(async () => {
        recorder.take();
        await store.clear();
      });
    },
    async close() {
      started = false;
      await flush().catch(report);
    },
  };
}
