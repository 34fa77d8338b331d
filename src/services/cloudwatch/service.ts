import type { Clock } from '../../core/clock.ts';
import type { MetricStore } from './store/metric-store.ts';

/** What CloudWatch's operations work with. */
export interface CloudWatchService {
  readonly clock: Clock;
  readonly store: MetricStore;
  /** Resolves once all that this process has recorded is stored. */
  flush(): Promise<void>;
}
