import type { GetRecordsInput, GetRecordsOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { dryRun, shardDoesNotExist } from '../errors.ts';
import { countBehind, type Page, readShard } from '../records/reading.ts';
import { recordOutput } from '../records/record-output.ts';
import { formatIterator, invalidIterator, parseIterator } from '../records/shard-iterator.ts';
import { readableShard } from '../records/starting-point.ts';
import { countRead } from '../records/stream-metrics.ts';
import { bytesOf } from '../records/writing.ts';
import type { KinesisService } from '../service.ts';
import { sequenceNumberAt } from '../shards/sequence-number.ts';
import { childShards, type Shard, shardIdOf } from '../shards/shard.ts';
import { checkAccount } from '../stream/account-access.ts';
import { type Stream, streamOfArn } from '../stream/stream.ts';

const MAX_RECORDS = 10_000;
const MAX_BYTES = 10 * 2 ** 20;

/** Reads on from an iterator; never waits. The end of a closed shard is told by an answer without a next iterator. */
export const getRecords: Operation<KinesisService, GetRecordsInput, GetRecordsOutput> = async (
  service,
  input,
  context,
) => {
  const { clock, directory, throughput } = service;
  const nowMs = clock.nowMs();
  const iterator = parseIterator(input.ShardIterator ?? '', nowMs);
  if (input.StreamARN !== undefined && input.StreamARN !== iterator.arn) throw invalidIterator();
  const stream = await directory.findArn(iterator.arn);
  if (!stream) throw shardDoesNotExist(shardIdOf(iterator.shardIndex), namedIn(iterator.arn));
  if (stream.id !== iterator.streamId) throw invalidIterator();
  checkAccount(stream, context, 'GetRecords');
  const shard = readableShard(stream, shardIdOf(iterator.shardIndex), nowMs);
  throughput.checkRead(stream, shard);
  if (input.DryRun) throw dryRun();
  const limits = { maxRecords: input.Limit ?? MAX_RECORDS, maxBytes: MAX_BYTES };
  const page = await readShard(service, stream, shard, iterator.offset, limits);
  throughput.gave(
    stream,
    shard,
    page.records.reduce((bytes, { entry }) => bytes + bytesOf(entry), 0),
  );
  const millisBehindLatest = behindMs(service, stream, shard, page);
  countRead(
    service,
    stream,
    page.records.map(({ entry }) => entry),
    millisBehindLatest,
  );
  return {
    Records: page.records.map(({ offset, arrivedAtMs, entry: { partitionKey, data } }) =>
      recordOutput(stream, sequenceNumberAt(shard, offset, arrivedAtMs), { partitionKey, data, arrivedAtMs }),
    ),
    ...(page.ended
      ? { ChildShards: childShards(stream.shards, shard) }
      : { NextShardIterator: formatIterator(stream, shard.index, page.next, nowMs) }),
    MillisBehindLatest: millisBehindLatest,
  };
};

/** How old the last record of the page is, unless it is the last that there is; of an ended shard, how long it is closed. */
function behindMs(
  { log, clock }: KinesisService,
  stream: Stream,
  shard: Shard,
  { records, next, ended }: Page,
): number {
  if (ended) return clock.nowMs() - (shard.closedAtMs ?? clock.nowMs());
  const last = records.at(-1);
  if (!last || countBehind({ log }, stream, shard, next) === 0) return 0;
  return clock.nowMs() - last.arrivedAtMs;
}

const namedIn = (arn: string) => streamOfArn(arn) ?? { name: '', account: '' };
