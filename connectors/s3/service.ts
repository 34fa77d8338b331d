import type { Clock } from '../../src/core/clock.ts';
import type { FunctionDirectory } from '../../src/core/function.ts';
import type { ObjectStore } from '../../src/core/ports/object-store.ts';
import type { Random } from '../../src/core/random.ts';
import type { Targets } from '../../src/core/target.ts';
import type { Buckets } from './bucket/buckets.ts';
import type { ObjectChanges } from './events/object-changes.ts';
import type { UntoldChanges } from './events/untold-changes.ts';

/** What the operations of S3 work on. */
export interface S3 {
  readonly buckets: Buckets;
  readonly objects: ObjectStore;
  readonly changes: ObjectChanges;
  readonly untold: UntoldChanges;
  readonly clock: Clock;
  readonly random: Random;
  readonly targets: Targets;
  readonly functions: FunctionDirectory;
  readonly enforcePolicies: boolean;
}
