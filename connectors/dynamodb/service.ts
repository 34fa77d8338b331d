import type { Clock } from '../../src/core/clock.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { TableStore } from '../../src/core/ports/table-store.ts';
import type { Random } from '../../src/core/random.ts';
import type { Targets } from '../../src/core/target.ts';
import type { Timing } from '../../src/core/timing.ts';
import type { ItemLocks } from './items/item-locks.ts';
import type { Destinations } from './kinesis-destination/destinations.ts';
import type { ChangeCapture } from './stream/change-capture.ts';
import type { StreamDirectory } from './stream/stream-directory.ts';
import type { TableDirectory } from './table/table-directory.ts';
import type { Tokens } from './transaction/tokens.ts';
import type { Sweeper } from './ttl/sweeper.ts';

/** What the operations of DynamoDB work on. */
export interface DynamodbService {
  /** What tables are. */
  readonly directory: TableDirectory;
  /** What is in them. */
  readonly tables: TableStore;
  readonly locks: ItemLocks;
  readonly capture: ChangeCapture;
  readonly streams: StreamDirectory;
  readonly destinations: Destinations;
  readonly targets: Targets;
  readonly sweeper: Sweeper;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
}
