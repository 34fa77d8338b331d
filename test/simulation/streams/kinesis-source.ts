import { createKinesis } from '../../../connectors/kinesis/connector.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import { operationFiles } from '../../../src/package-files.ts';
import { arnOf, call, type Ground } from '../engine/life.ts';
import type { Ledger, Place } from './ledger.ts';
import type { PlannedRecord, Step } from './plan.ts';
import { learnShards, type SimulatedSource } from './source.ts';

interface Shard {
  readonly ShardId: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string };
}

interface PutAnswer {
  readonly Records: readonly { readonly ShardId: string; readonly SequenceNumber: string }[];
}

const StreamName = 'simulated';

/** The Kinesis connector on the ground of a life. */
export function openKinesisSource(ground: Ground, shards: number): SimulatedSource {
  const kinesis = createKinesis({
    ...ground,
    operations: operationFiles('connectors/kinesis/api'),
    throttle: false,
  });
  const { api } = kinesis;
  const arn = arnOf('kinesis', `stream/${StreamName}`);
  const openShards = async () => {
    const { Shards } = await call<{ readonly Shards: readonly Shard[] }>(api, 'ListShards', { StreamName });
    return Shards.filter(({ SequenceNumberRange }) => SequenceNumberRange.EndingSequenceNumber === undefined);
  };
  return {
    stream: kinesis.source,
    arn: async () => arn,
    async create() {
      await call(api, 'CreateStream', { StreamName, ShardCount: shards });
    },
    async put(records, acknowledged) {
      const Records = records.map((record) => ({ PartitionKey: record.key, Data: dataOf(record) }));
      const answer = await call<PutAnswer>(api, 'PutRecords', { StreamName, Records });
      answer.Records.forEach(({ ShardId, SequenceNumber }, index) => {
        const record = records[index];
        const place: Place = { shardId: ShardId, sequenceNumber: BigInt(SequenceNumber) };
        if (record) acknowledged(record, place);
      });
    },
    reshard: async (step) => await succeeds(() => reshard(step)),
    learn: async (ledger: Ledger) => await learnShards(ledger, kinesis.source, arn),
    reset: () => kinesis.reset(),
    close: () => kinesis.close(),
  };

  async function reshard(step: Extract<Step, { do: 'split' | 'merge' | 'rescale' }>): Promise<void> {
    const open = (await openShards()).sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
    if (step.do === 'rescale') {
      const TargetShardCount = step.up ? open.length * 2 : Math.max(1, Math.ceil(open.length / 2));
      await call(api, 'UpdateShardCount', { StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
      return;
    }
    const shard = open[step.pick % open.length];
    const next = open[(step.pick % open.length) + 1];
    if (!shard) return;
    if (step.do === 'split') {
      const middle = (startOf(shard) + BigInt(shard.HashKeyRange.EndingHashKey)) / 2n + 1n;
      const input = { StreamName, ShardToSplit: shard.ShardId, NewStartingHashKey: String(middle) };
      await call(api, 'SplitShard', input);
    } else if (next) {
      const input = { StreamName, ShardToMerge: shard.ShardId, AdjacentShardToMerge: next.ShardId };
      await call(api, 'MergeShards', input);
    }
  }
}

const startOf = ({ HashKeyRange }: Shard): bigint => BigInt(HashKeyRange.StartingHashKey);

/** What the function and the filter see of a record. */
const dataOf = ({ id, matches }: PlannedRecord): Uint8Array =>
  Buffer.from(JSON.stringify({ id, kind: matches ? 'keep' : 'drop' }));

/** False where AWS's rules do not allow it now. */
async function succeeds(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}
