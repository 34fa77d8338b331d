import { createMappings, type RunningMappings } from '../../../mappings/poll/mappings.ts';
import type { Dispatcher } from '../../../src/core/dispatch.ts';
import type { FunctionDirectory } from '../../../src/core/function.ts';
import type { Target } from '../../../src/core/target.ts';
import type { Disk } from '../engine/disk.ts';
import { arnOf, type Ground, openGround, REST_DEADLINE_MS } from '../engine/life.ts';
import { openKinesisSource } from './kinesis-source.ts';
import type { StreamPlan } from './plan.ts';
import type { SimulatedSource } from './source.ts';
import { openTableSource } from './table-source.ts';

/** From a start to the stop or crash that ends it: the real mapping on the real connector. */
export interface Life {
  readonly ground: Ground;
  readonly source: SimulatedSource;
  readonly mappings: RunningMappings;
  /** Stops in good order. */
  stop(): Promise<void>;
}

/** What the life's mapping calls. */
export interface Outside {
  readonly invoke: Dispatcher['invoke'];
  readonly deliver: Target['deliver'];
}

/** The function that the mapping invokes, and where it tells of failures. */
export const FUNCTION = arnOf('lambda', 'function:simulated');
export const FAILURES = arnOf('sqs', 'failures');

/** A table's stream goes on in a new shard that often. */
const TABLE_SHARD_LIFE_MS = 5 * 60 * 1000;

/** Starts a life on what the earlier ones left on the disk. */
export async function openLife(
  disk: Disk,
  plan: StreamPlan,
  options: { readonly nowMs: number; readonly life: number },
  outside: Outside,
): Promise<Life> {
  const ground = await openGround(disk, {
    nowMs: options.nowMs,
    seed: plan.seed + options.life,
    timing: { tableShardLifeMs: TABLE_SHARD_LIFE_MS },
  });
  const source = plan.source === 'kinesis' ? openKinesisSource(ground, plan.shards) : openTableSource(ground);
  const failures: Target = {
    service: 'sqs',
    deliver: outside.deliver,
    describe: async (arn) => ({ arn }),
  };
  const mappings = createMappings({
    ...ground,
    sources: new Map(),
    streams: new Map([[source.stream.service, source.stream]]),
    targets: { find: (arn) => (arn === FAILURES ? failures : undefined) },
    functions,
    dispatcher: { invoke: outside.invoke, enqueue: async () => {} },
    capacity: 8,
  });
  await mappings.start();
  return {
    ...{ ground, source, mappings },
    async stop() {
      await mappings.close(REST_DEADLINE_MS);
      await source.close();
      await ground[Symbol.asyncDispose]();
    },
  };
}

const functions: FunctionDirectory = {
  resolve: async () => ({
    kind: 'found',
    state: 'Active',
    spec: {
      ...{ arn: FUNCTION, name: 'simulated', account: '000000000000', region: 'us-east-1' },
      ...{
        version: '$LATEST',
        revision: '1',
        runtime: 'nodejs22.x',
        handler: 'index.handler',
        codeDir: '',
        live: false,
      },
      ...{ memoryMb: 128, timeoutMs: 3000, ephemeralStorageMb: 512, environment: {} },
      ...{ role: arnOf('iam', 'role/simulated'), logGroup: '/aws/lambda/simulated', logFormat: 'Text' },
    },
  }),
  eventInvokeConfig: async () => ({ maximumRetryAttempts: 2, maximumEventAgeMs: 21_600_000 }),
  reservedTotal: async () => 0,
  allowsInvoke: async () => true,
};
