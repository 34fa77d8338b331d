import type { CreateStreamInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidParameter, limitExceeded, missingMember, unsupportedParameter } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { firstShards } from '../shards/shard-changes.ts';
import { checkShardLimit, checkStreamsInPassing, ON_DEMAND_STREAM_LIMIT, usage } from '../stream/quotas.ts';
import { type Stream, type StreamMode, streamArn } from '../stream/stream.ts';
import { withTags } from '../stream/tags.ts';

/** An on-demand stream begins with that many shards (recorded). */
const ON_DEMAND_SHARDS = 4;
const MAX_RECORD_KIB = 1024;
const RETENTION_HOURS = 24;
const ID_CHARACTERS = 10;
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Creates a stream: on demand, unless a number of shards or the other mode is given. */
export const createStream: Operation<KinesisService, CreateStreamInput, object> = async (service, input, context) => {
  const { directory, clock, random, timing } = service;
  const { StreamName: name, RecordDistributionStrategy: distribution } = input;
  if (name === undefined) throw missingMember('streamName');
  if (distribution === 'AUTO') throw unsupportedParameter('RecordDistributionStrategy AUTO');
  const { account, region } = context;
  const { mode, shardCount } = checkCapacity(input);
  await checkStreamsInPassing(service, context);
  if (mode === 'PROVISIONED') await checkShardLimit(service, context, shardCount);
  else await checkOnDemandLimit(service, { account, region });
  const nowMs = clock.nowMs();
  const stream: Stream = {
    ...{ account, region, name, arn: streamArn(context, name), createdAtMs: nowMs, mode },
    id: random.text(ID_CHARACTERS, ID_ALPHABET),
    retentionHours: RETENTION_HOURS,
    maxRecordKiB: input.MaxRecordSizeInKiB ?? MAX_RECORD_KIB,
    warmThroughputMiBps: input.WarmThroughputMiBps,
    metrics: [],
    tags: withTags({ name, account }, {}, input.Tags ?? {}),
    shards: firstShards(shardCount, nowMs),
    nextShardIndex: shardCount,
    consumers: [],
    passing: { status: 'CREATING', untilMs: nowMs + timing.streamStateDelayMs },
    modeChangesAtMs: [],
    countChangesAtMs: [],
  };
  await directory.create(stream);
  return {};
};

function checkCapacity({ ShardCount, StreamModeDetails }: CreateStreamInput): {
  readonly mode: StreamMode;
  readonly shardCount: number;
} {
  const mode = StreamModeDetails?.StreamMode ?? (ShardCount === undefined ? 'ON_DEMAND' : 'PROVISIONED');
  if (mode === 'ON_DEMAND') {
    if (ShardCount === undefined) return { mode, shardCount: ON_DEMAND_SHARDS };
    throw invalidParameter('Requests for on-demand streams must not specify ShardCount.');
  }
  if (ShardCount === undefined) throw invalidParameter('Requests for provisioned streams must specify ShardCount.');
  return { mode, shardCount: ShardCount };
}

async function checkOnDemandLimit(
  { directory }: KinesisService,
  scope: { readonly account: string; readonly region: string },
): Promise<void> {
  const { onDemandStreams } = usage(await directory.list(scope));
  if (onDemandStreams < ON_DEMAND_STREAM_LIMIT) return;
  throw limitExceeded(
    `This request would exceed the limit of ${ON_DEMAND_STREAM_LIMIT} on-demand streams for the account ${scope.account} in ${scope.region}.`,
  );
}
