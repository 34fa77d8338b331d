import type {
  DescribeStreamCommandInput,
  DescribeStreamOutput,
  Shard as WireShard,
} from '@aws-sdk/client-dynamodb-streams';
import type { Operation } from '../../../src/core/operation.ts';
import { sequenceNumber, startingSequenceNumber } from '../stream/sequence-number.ts';
import { findShard, newestShard, parentIds, type Shard, type Stream, shardId } from '../stream/stream.ts';
import { requestedLimit, requestedStream, type StreamsService } from '../stream/streams-service.ts';
import { describeKeySchema } from '../table/key-schema.ts';

const MAX_LIMIT = 100;

/** A stream with its shards, parents before children. */
export const describeStream: Operation<StreamsService, DescribeStreamCommandInput, DescribeStreamOutput> = async (
  service,
  input,
) => {
  const limit = requestedLimit(input.Limit, MAX_LIMIT);
  const stream = await requestedStream(service, input.StreamArn);
  const start = input.ExclusiveStartShardId;
  const wanted = shardsOf(stream, input.ShardFilter?.ShardId).filter(
    ({ index }) => start === undefined || shardId(stream, index) > start,
  );
  const page = wanted.slice(0, limit);
  const last = page[page.length - 1];
  return {
    StreamDescription: {
      StreamArn: stream.arn,
      StreamLabel: stream.label,
      StreamStatus: statusOf(service, stream),
      StreamViewType: stream.viewType,
      CreationRequestDateTime: new Date(stream.createdAtMs),
      TableName: stream.tableName,
      KeySchema: describeKeySchema(stream.key),
      Shards: await Promise.all(page.map((shard) => describeShard(service, stream, shard))),
      ...(last && page.length < wanted.length && { LastEvaluatedShardId: shardId(stream, last.index) }),
    },
  };
};

/** All shards, or with a filter the children of one: none while it is open. */
function shardsOf(stream: Stream, parent: string | undefined): readonly Shard[] {
  if (parent === undefined) return stream.shards;
  const found = findShard(stream, parent);
  return found ? stream.shards.filter(({ index }) => index === found.index + 1) : [];
}

function statusOf({ clock, timing }: StreamsService, { createdAtMs, disabledAtMs }: Stream) {
  const isFresh = (sinceMs: number) => clock.nowMs() < sinceMs + timing.tableStateDelayMs;
  if (disabledAtMs !== undefined) return isFresh(disabledAtMs) ? 'DISABLING' : 'DISABLED';
  return isFresh(createdAtMs) ? 'ENABLING' : 'ENABLED';
}

async function describeShard({ changes }: StreamsService, stream: Stream, shard: Shard): Promise<WireShard> {
  const { index, endedAtMs } = shard;
  // A parent that is gone is still named, as in AWS.
  const [parent] = parentIds(stream, shard);
  const { next } = await changes.bounds(stream.arn, index);
  const isClosed = endedAtMs !== undefined || shard !== newestShard(stream);
  return {
    ShardId: shardId(stream, index),
    ...(parent && { ParentShardId: parent }),
    SequenceNumberRange: {
      StartingSequenceNumber: startingSequenceNumber(index),
      ...(isClosed && { EndingSequenceNumber: sequenceNumber({ index, offset: next - 1 }) }),
    },
  };
}
