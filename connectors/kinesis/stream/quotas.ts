import type { Scope } from '../../../src/core/arn.ts';
import { DAY } from '../../../src/core/clock.ts';
import { limitExceeded } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { openShards, type Stream, statusOf } from './stream.ts';

// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html

/** Open shards of an account's provisioned streams in a region, at most: what AWS gives in its large regions. */
export const SHARD_LIMIT = 20_000;
/** On-demand streams of an account in a region, at most. */
export const ON_DEMAND_STREAM_LIMIT = 50;
const STREAMS_IN_PASSING = 5;

/** What an account has of what is limited. */
export function usage(streams: readonly Stream[]) {
  const [provisioned, onDemand] = [streams.filter(isProvisioned), streams.filter((stream) => !isProvisioned(stream))];
  return {
    openShards: provisioned.reduce((count, stream) => count + openShards(stream).length, 0),
    onDemandStreams: onDemand.length,
  };
}

const isProvisioned = ({ mode }: Stream) => mode === 'PROVISIONED';

/** Refuses shards beyond the account's limit. */
export async function checkShardLimit({ directory }: KinesisService, scope: Scope, additional: number): Promise<void> {
  const current = usage(await directory.list(scope)).openShards;
  if (current + additional <= SHARD_LIMIT) return;
  throw limitExceeded(
    `This request would exceed the shard limit for the account ${scope.account} in ${scope.region}. Current shard count for the account: ${current}. Limit: ${SHARD_LIMIT}. Number of additional shards that would have resulted from this request: ${additional}. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
  );
}

/** Refuses one more stream that is being created or deleted. */
export async function checkStreamsInPassing({ directory, clock }: KinesisService, scope: Scope): Promise<void> {
  const nowMs = clock.nowMs();
  const passing = (await directory.list(scope)).filter((stream) =>
    ['CREATING', 'DELETING'].includes(statusOf(stream, nowMs) ?? ''),
  );
  if (passing.length < STREAMS_IN_PASSING) return;
  throw limitExceeded(
    `Failed to create or delete stream under account ${scope.account}: ${STREAMS_IN_PASSING} streams are in the CREATING or DELETING state already.`,
  );
}

/** The times of a rolling day with this one; refuses it when there were that many. */
export function countWithinDay(
  timesMs: readonly number[],
  nowMs: number,
  max: number,
  what: string,
): readonly number[] {
  const recent = timesMs.filter((atMs) => atMs > nowMs - DAY);
  if (recent.length < max) return [...recent, nowMs];
  throw limitExceeded(`${what} can be called at most ${max} times in a rolling 24-hour period.`);
}
