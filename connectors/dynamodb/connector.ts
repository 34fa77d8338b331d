import type { Activity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Journal } from '../../src/core/journal.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../../src/core/operation.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { TableStore } from '../../src/core/ports/table-store.ts';
import type { Random } from '../../src/core/random.ts';
import type { StreamSource, TableStreams } from '../../src/core/source.ts';
import type { Targets } from '../../src/core/target.ts';
import type { Timing } from '../../src/core/timing.ts';
import { untilDone } from '../../src/core/waiting/until-done.ts';
import { createItemLocks } from './items/item-locks.ts';
import { createDestinations } from './kinesis-destination/destinations.ts';
import type { DynamodbService } from './service.ts';
import { createChangeCapture } from './stream/change-capture.ts';
import { mendStreams } from './stream/mend-streams.ts';
import { createRetention } from './stream/retention.ts';
import { createSource } from './stream/source.ts';
import { createStreamDirectory } from './stream/stream-directory.ts';
import type { StreamsService } from './stream/streams-service.ts';
import { createTableStreams } from './stream/table-streams.ts';
import { resumeBackfills } from './table/backfill.ts';
import { createTableDirectory } from './table/table-directory.ts';
import { createTokens } from './transaction/tokens.ts';
import { watchExpiry } from './ttl/expiry-watch.ts';
import { createSweeper } from './ttl/sweeping.ts';
import { keepUp } from './upkeep.ts';

/** DynamoDB: its API, that of its streams, and these as event sources. */
export interface Dynamodb {
  readonly api: ServiceApi;
  readonly streamsApi: ServiceApi;
  readonly source: StreamSource;
  readonly tableStreams: TableStreams;
  /** Removes all tables and streams; resolves once old work has stopped. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Wires DynamoDB to its table store and registry. */
export function createDynamodb(options: {
  readonly tables: TableStore;
  readonly registry: Registry;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly operations: OperationFiles;
  readonly streamOperations: OperationFiles;
  readonly targets: Targets;
}): Dynamodb {
  const { registry, leases, clock, random, timing, journal, activity, targets } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const watch = watchExpiry(options.tables);
  const { tables } = watch;
  const { changes } = tables;
  const locks = createItemLocks();
  const directory = createTableDirectory({ registry, leases, clock, signal });
  const streams = createStreamDirectory({ changes, registry, clock, activity, signal });
  const retention = createRetention({ changes, directory: streams, clock, activity, signal });
  const common = { changes, directory: streams, retention, clock, random, timing };
  const destinations = createDestinations({ changes, targets, clock, activity, journal, registry, leases, random });
  const capture = createChangeCapture({ ...common, tables, destinations });
  const tokens = createTokens({ tables, clock });
  const parts = { directory, tables, locks, capture, streams, destinations, targets, tokens, clock, random, timing };
  const sweeper = createSweeper({ ...parts, journal }, watch, activity);
  const service: DynamodbService = { ...parts, journal, sweeper };
  const reading: StreamsService = common;
  const finish = async () => {
    await mendStreams({ tables, directory, streams });
    await resumeBackfills(service);
    await sweeper.resume();
    await retention.sweep();
  };
  const failed = (error: unknown) =>
    journal.append({ kind: 'fault', what: `DynamoDB could not finish what was left undone: ${String(error)}` });
  const upkeep = keepUp({ leases, activity, signal, finish, failed });
  activity.start('following streaming destinations', () => untilDone(destinations.follow, signal));
  return {
    api: serviceApi({ name: 'dynamodb', service, operations: options.operations }),
    streamsApi: serviceApi({ name: 'dynamodbstreams', service: reading, operations: options.streamOperations }),
    source: createSource(reading),
    tableStreams: createTableStreams({ registry, clock }),
    async reset() {
      await directory.change(async (turn) => {
        for (const table of await directory.list()) {
          await turn.remove(table);
          await tables.drop(table.arn);
          await capture.tableDeleted(table);
        }
      });
      await sweeper.settle();
      await destinations.reset();
      for (const stream of streams.known()) await streams.remove(stream);
      await tokens.forget();
    },
    async close() {
      stopping.abort();
      retention[Symbol.dispose]();
      streams[Symbol.dispose]();
      await sweeper.close();
      await destinations.close();
      await upkeep;
    },
  };
}
