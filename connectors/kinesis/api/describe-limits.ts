import type { DescribeLimitsInput, DescribeLimitsOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import type { KinesisService } from '../service.ts';
import { ON_DEMAND_STREAM_LIMIT, SHARD_LIMIT, usage } from '../stream/quotas.ts';

/** What the account has of what is limited, and the limits. */
export const describeLimits: Operation<KinesisService, DescribeLimitsInput, DescribeLimitsOutput> = async (
  { directory },
  _input,
  context,
) => {
  const { openShards, onDemandStreams } = usage(await directory.list(context));
  return {
    ShardLimit: SHARD_LIMIT,
    OpenShardCount: openShards,
    OnDemandStreamCount: onDemandStreams,
    OnDemandStreamCountLimit: ON_DEMAND_STREAM_LIMIT,
  };
};
