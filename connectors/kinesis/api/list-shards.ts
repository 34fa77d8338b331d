import type { ListShardsInput, ListShardsOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidArgument } from '../errors.ts';
import { readToken, writeToken } from '../next-token.ts';
import type { KinesisService } from '../service.ts';
import { shardIdOf, shardOutput } from '../shards/shard.ts';
import { type ShardSelection, selectShards } from '../shards/shard-filter.ts';
import { checkCreation } from '../stream/check-creation.ts';
import { statusOf } from '../stream/stream.ts';

const DEFAULT_SHARDS = 1_000;

/** A stream's shards, or those that were there at some time; a token goes on where a page ended. */
export const listShards: Operation<KinesisService, ListShardsInput, ListShardsOutput> = async (
  service,
  input,
  context,
) => {
  const { directory, clock } = service;
  const nowMs = clock.nowMs();
  const { MaxResults = DEFAULT_SHARDS, NextToken } = input;
  checkTogether(input);
  const token = NextToken === undefined ? undefined : readToken(NextToken, 'shards', nowMs);
  const stream = await directory.of(token ? { StreamARN: token.of } : input, context, 'ListShards');
  checkCreation(stream, input.StreamCreationTimestamp);
  const selection = token ? (token.filter as ShardSelection) : selectionOf(input);
  const creating = statusOf(stream, nowMs) === 'CREATING';
  const shards = creating ? [] : selectShards(stream, selection, nowMs);
  const start = token?.after ?? input.ExclusiveStartShardId;
  const behind = start === undefined ? shards : shards.filter(({ index }) => shardIdOf(index) > start);
  const page = behind.slice(0, MaxResults);
  const last = page.at(-1);
  const more = behind.length > page.length && last;
  return {
    Shards: page.map(shardOutput),
    ...(more && {
      NextToken: writeToken(
        { list: 'shards', of: stream.arn, after: shardIdOf(last.index), filter: { ...selection } },
        nowMs,
      ),
    }),
  };
};

/** The sentences are kinesalite's. */
function checkTogether({
  StreamName,
  StreamARN,
  NextToken,
  ExclusiveStartShardId,
  StreamCreationTimestamp,
}: ListShardsInput) {
  const named = StreamName ?? StreamARN;
  if (named === undefined && NextToken === undefined) {
    throw invalidArgument('Either NextToken or StreamName should be provided.');
  }
  if (NextToken === undefined) return;
  if (named !== undefined) throw invalidArgument('NextToken and StreamName cannot be provided together.');
  if (ExclusiveStartShardId !== undefined) {
    throw invalidArgument('NextToken and ExclusiveStartShardId cannot be provided together.');
  }
  if (StreamCreationTimestamp !== undefined) {
    throw invalidArgument('NextToken and StreamCreationTimestamp cannot be provided together.');
  }
}

const selectionOf = ({ ShardFilter }: ListShardsInput): ShardSelection => ({
  type: ShardFilter?.Type,
  shardId: ShardFilter?.ShardId,
  timestampMs: ShardFilter?.Timestamp?.getTime(),
});
