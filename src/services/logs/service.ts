import type { Clock } from '../../core/clock.ts';
import type { Journal } from '../../core/journal.ts';
import type { LogStore } from '../../core/ports/log-store.ts';
import type { Random } from '../../core/random.ts';
import type { Targets } from '../../core/target.ts';
import type { Ingestion } from './events/ingestion.ts';
import type { GroupDirectory } from './group/group-directory.ts';
import type { Retention } from './group/retention.ts';
import type { ResourcePolicies } from './resource-policies.ts';
import type { DestinationDirectory } from './subscriptions/destination.ts';

/** What the operations of CloudWatch Logs work on. */
export interface LogsService {
  readonly groups: GroupDirectory;
  readonly logs: LogStore;
  readonly ingestion: Ingestion;
  readonly retention: Retention;
  readonly destinations: DestinationDirectory;
  readonly policies: ResourcePolicies;
  readonly targets: Targets;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
}
