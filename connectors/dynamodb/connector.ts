import type { Activity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Journal } from '../../src/core/journal.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../../src/core/operation.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { TableStore } from '../../src/core/ports/table-store.ts';
import type { Random } from '../../src/core/random.ts';
import type { StreamSource } from '../../src/core/source.ts';
import type { Targets } from '../../src/core/target.ts';
import type { Timing } from '../../src/core/timing.ts';
import { createItemLocks } from './items/item-locks.ts';
import { createDestinations } from './kinesis-destination/destinations.ts';
import type { DynamodbService } from './service.ts';
import { createChangeCapture } from './stream/change-capture.ts';
import { createRetention } from './stream/retention.ts';
import { createSource } from './stream/source.ts';
import { createStreamDirectory } from './stream/stream-directory.ts';
import type { StreamsService } from './stream/streams-service.ts';
import { resumeBackfills } from './table/backfill.ts';
import { createTableDirectory } from './table/table-directory.ts';
import { createTokens } from './transaction/tokens.ts';
import { watchExpiry } from './ttl/expiry-watch.ts';
import { createSweeper } from './ttl/sweeper.ts';

/** DynamoDB: its API, that of its streams, and these as event sources. */
export interface Dynamodb {
  readonly api: ServiceApi;
  readonly streamsApi: ServiceApi;
  readonly source: StreamSource;
  /** Removes all tables and streams; resolves once old work has stopped. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Wires DynamoDB to its table store and registry. */
export function createDynamodb(options: {
  readonly tables: TableStore;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly operations: OperationFiles;
  readonly streamOperations: OperationFiles;
  readonly targets: Targets;
}): Dynamodb {
  const { registry, clock, random, timing, journal, activity, targets } = options;
  const watch = watchExpiry(options.tables);
  const { tables } = watch;
  const { changes } = tables;
  const locks = createItemLocks();
  const directory = createTableDirectory(registry, clock);
  const streams = createStreamDirectory({ changes, tables: directory, registry, clock, activity });
  const retention = createRetention({ changes, directory: streams, clock });
  const common = { changes, directory: streams, retention, clock, random, timing, activity };
  const destinations = createDestinations({ changes, targets, clock, activity, journal, registry, random, locks });
  const capture = createChangeCapture({ ...common, tables: directory, destinations });
  const tokens = createTokens({ tables, clock });
  const parts = { directory, tables, locks, capture, streams, destinations, targets, tokens, clock, random, timing };
  const sweeper = createSweeper({ ...parts, journal }, watch, activity);
  const service: DynamodbService = { ...parts, journal, sweeper };
  const reading: StreamsService = common;
  void activity.during('resuming indexes, expiry and streaming destinations', async () => {
    await resumeBackfills(service);
    await sweeper.resume();
    await destinations.resume();
  });
  return {
    api: serviceApi({ name: 'dynamodb', service, operations: options.operations }),
    streamsApi: serviceApi({ name: 'dynamodbstreams', service: reading, operations: options.streamOperations }),
    source: createSource(reading),
    async reset() {
      await directory.change(async () => {
        for (const table of await directory.list()) {
          await directory.remove(table);
          await capture.tableDeleted(table);
          await tables.drop(table.arn);
        }
      });
      await sweeper.settle();
      await destinations.reset();
      for (const stream of [...streams.known()]) await streams.remove(stream);
      await tokens.forget();
    },
    async close() {
      await sweeper.close();
      await destinations.close();
    },
  };
}
