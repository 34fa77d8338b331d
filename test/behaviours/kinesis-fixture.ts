import { createKinesis } from '../../connectors/kinesis/connector.ts';
import { logOf, type Stream, streamKey } from '../../connectors/kinesis/stream/stream.ts';
import type { Store } from '../../src/backends/embedded/store.ts';
import type { Activity } from '../../src/core/activity.ts';
import { asArn } from '../../src/core/arn.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { EventLog } from '../../src/core/ports/event-log.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import { seededRandom, systemRandom } from '../../src/core/random.ts';
import { promptTiming, type Timing } from '../../src/core/timing.ts';
import type { VirtualClock } from '../../src/core/virtual-clock.ts';
import { operationFiles } from '../../src/package-files.ts';
import { PublishedMetrics } from '../support/published-metrics.ts';
import { ACCOUNT, type Answer, callsTo, START_MS } from '../support/service-calls.ts';
import { groundForTests } from '../support/test-ground.ts';

export { ACCOUNT, type Answer, refusalOf, START_MS } from '../support/service-calls.ts';

/** What a test may choose. */
export interface KinesisChoices {
  readonly store?: Store;
  readonly throttle?: boolean;
  readonly timing?: Partial<Timing>;
  readonly startMs?: number;
  /** Puts something between Kinesis and its log. */
  readonly wrapLog?: (log: EventLog) => EventLog;
  /** Ports and clock of its own choosing, which other processes may share. */
  readonly ground?: KinesisGround;
}

/** What Kinesis stands on. */
export interface KinesisGround {
  readonly clock: VirtualClock;
  readonly activity: Activity;
  readonly registry: Registry;
  readonly log: EventLog;
  /** Whoever made it closes Kinesis itself where this is absent. */
  readonly atEnd?: (close: () => Promise<unknown>) => void;
}

const openGround = groundForTests(START_MS, ['registry', 'log']);

/** Kinesis on a virtual clock, called as the gateway calls it. */
export function startKinesis(choices: KinesisChoices = {}) {
  const {
    throttle = false,
    wrapLog = (plain: EventLog) => plain,
    ground = openGround(choices) as KinesisGround,
  } = choices;
  const { clock, activity, registry } = ground;
  const entries: JournalEntry[] = [];
  const log = wrapLog(ground.log);
  const metrics = new PublishedMetrics();
  const kinesis = createKinesis({
    ...{ clock, activity, registry, log, throttle, metrics },
    random: choices.ground ? systemRandom : seededRandom(7),
    timing: { ...promptTiming, ...choices.timing },
    journal: { append: (entry) => entries.push(entry) },
    operations: operationFiles('connectors/kinesis/api'),
  });
  ground.atEnd?.(() => kinesis.close());
  const call = callsTo(kinesis.api);
  /** Creates a stream and returns what one mostly does with it. */
  const stream = async (StreamName: string, ShardCount = 1) => {
    await call('CreateStream', { StreamName, ShardCount });
    return use(StreamName);
  };
  const use = (StreamName: string) => {
    const shards = async (): Promise<readonly Answer[]> =>
      (await call('DescribeStream', { StreamName })).StreamDescription.Shards;
    const iterator = async (more: object = {}): Promise<string> => {
      const wanted = { ShardId: shardId(0), ShardIteratorType: 'TRIM_HORIZON', ...more };
      return (await call('GetShardIterator', { StreamName, ...wanted })).ShardIterator;
    };
    const read = async (more: object = {}): Promise<readonly string[]> => {
      const { Records } = await call('GetRecords', { ShardIterator: await iterator(more) });
      return Records.map(({ Data }: { readonly Data: Uint8Array }) => text(Data));
    };
    return {
      ...{
        StreamName,
        arn: asArn(`arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/${StreamName}`),
        shards,
        iterator,
        read,
      },
      put: (data: string, PartitionKey = 'key', more: object = {}) =>
        call('PutRecord', { StreamName, Data: Buffer.from(data), PartitionKey, ...more }),
      putAll: (records: readonly (readonly [data: string, key: string])[]) =>
        call('PutRecords', {
          StreamName,
          Records: records.map(([data, PartitionKey]) => ({ Data: Buffer.from(data), PartitionKey })),
        }),
      /** What is in the log of a shard, expired or not. */
      bounds: async (index: number) => {
        const stored = await registry.get<Stream>(streamKey({ account: ACCOUNT, region: 'us-east-1' }, StreamName));
        if (!stored) throw new Error(`There is no stream ${StreamName}`);
        return await log.bounds(logOf(stored.value), index);
      },
      /** Everything in all shards, shard by shard. */
      readAll: async (): Promise<readonly string[]> => {
        const found = (await shards()).map(({ ShardId }) => read({ ShardId }));
        return (await Promise.all(found)).flat();
      },
    };
  };
  return { ground, activity, clock, kinesis, log, metrics, entries, call, stream, use };
}

/** `shardId-000000000003` */
export const shardId = (index: number): string => `shardId-${String(index).padStart(12, '0')}`;

/** Bytes as text. */
export const text = (data: Uint8Array): string => Buffer.from(data).toString();
