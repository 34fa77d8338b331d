import type {
  _Record,
  AttributeValue,
  GetRecordsCommandInput,
  GetRecordsOutput,
} from '@aws-sdk/client-dynamodb-streams';
import type { Operation } from '../../../src/core/operation.ts';
import type { LogRecord } from '../../../src/core/ports/event-log.ts';
import type { ChangeEntry } from '../../../src/core/ports/table-store.ts';
import { sequenceNumber } from '../stream/sequence-number.ts';
import { formatIterator, parseIterator } from '../stream/shard-iterator.ts';
import { isShardClosed } from '../stream/shard-reader.ts';
import type { Stream } from '../stream/stream.ts';
import {
  requestedLimit,
  requestedStream,
  type StreamsService,
  shardMissing,
  trimmed,
} from '../stream/streams-service.ts';

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html */
const MAX_RECORDS = 1000;
const MAX_BYTES = 2 ** 20;
const SECOND_MS = 1000;

/** The SDK's type is the same value, but one that could be changed. */
type WireItem = Record<string, AttributeValue>;

/** Changes from an iterator on, and the iterator behind them; none once a closed shard was read to its end. */
export const getRecords: Operation<StreamsService, GetRecordsCommandInput, GetRecordsOutput> = async (
  service,
  input,
  context,
) => {
  const { changes, retention, clock } = service;
  const maxRecords = requestedLimit(input.Limit, MAX_RECORDS);
  const iterator = parseIterator(input.ShardIterator ?? '', clock.nowMs());
  const stream = await requestedStream(service, iterator.stream);
  const shard = stream.shards.find(({ index }) => index === iterator.index);
  if (!shard || stream.region !== context.region) throw shardMissing();
  // Asked before reading: what a closed shard holds then is all there will ever be.
  const closed = isShardClosed(stream, shard);
  const { first, next: end } = await retention.trim(stream.arn, shard.index);
  if (iterator.offset < first) throw trimmed();
  const limits = { maxRecords, maxBytes: MAX_BYTES };
  const found = await changes.read(stream.arn, shard.index, iterator.offset, limits);
  const offset = (found.at(-1)?.offset ?? iterator.offset - 1) + 1;
  const isEnd = closed && offset >= end;
  const next = { stream: stream.arn, index: shard.index, offset, issuedAtMs: clock.nowMs() };
  return {
    Records: found.map((record) => recordOf(stream, shard.index, record)),
    ...(!isEnd && { NextShardIterator: formatIterator(next) }),
  };
};

function recordOf(stream: Stream, index: number, { offset, arrivedAtMs, entry }: LogRecord<ChangeEntry>): _Record {
  const { eventId, keys, newImage, oldImage, sizeBytes, viewType, userIdentity } = entry.change;
  return {
    awsRegion: stream.region,
    eventID: eventId,
    eventName: entry.name,
    eventSource: 'aws:dynamodb',
    eventVersion: '1.1',
    dynamodb: {
      // To the second: AWS is that vague.
      ApproximateCreationDateTime: new Date(Math.floor(arrivedAtMs / SECOND_MS) * SECOND_MS),
      Keys: keys as WireItem,
      ...(newImage && { NewImage: newImage as WireItem }),
      ...(oldImage && { OldImage: oldImage as WireItem }),
      SequenceNumber: sequenceNumber({ index, offset }),
      SizeBytes: sizeBytes,
      StreamViewType: viewType,
    },
    ...(userIdentity && { userIdentity: { Type: userIdentity.type, PrincipalId: userIdentity.principalId } }),
  };
}
