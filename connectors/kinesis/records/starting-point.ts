import { invalidArgument, shardDoesNotExist, shardNotFound } from '../errors.ts';
import { parseSequenceNumber } from '../shards/sequence-number.ts';
import { type Shard, shardIdOf, shardIndexOf } from '../shards/shard.ts';
import { type Stream, shardAt } from '../stream/stream.ts';
import type { StartingPoint } from './reading.ts';
import { hasExpired } from './retention.ts';

/** Where a client wants to begin, as `GetShardIterator` and `SubscribeToShard` have it. */
export interface WantedStart {
  readonly type: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly timestamp: Date | undefined;
}

/** The shard that a client wants to read. */
export function readableShard(stream: Stream, shardId: string | undefined, nowMs: number): Shard {
  const index = shardIndexOf(shardId ?? '');
  if (index === undefined) throw shardNotFound(shardId ?? '', stream);
  const shard = shardAt(stream, index);
  if (shard && !hasExpired(stream, shard, nowMs)) return shard;
  throw shardDoesNotExist(shardIdOf(index), stream);
}

/** Checks where reading is to begin. The sentences are kinesalite's, which compared them with AWS. */
export function checkStart(stream: Stream, shard: Shard, wanted: WantedStart, nowMs: number): StartingPoint {
  const { type, sequenceNumber, timestamp } = wanted;
  switch (type) {
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      if (sequenceNumber === undefined) throw contradiction(type, 'no StartingSequenceNumber');
      checkSequenceNumber(stream, shard, sequenceNumber);
      return { at: type === 'AT_SEQUENCE_NUMBER' ? 'sequence-number' : 'after-sequence-number', sequenceNumber };
    }
    case 'AT_TIMESTAMP':
      return { at: 'timestamp', timestampMs: checkTimestamp(timestamp, nowMs) };
    default:
      if (sequenceNumber !== undefined) throw contradiction(type, 'also a StartingSequenceNumber');
      return { at: type === 'LATEST' ? 'latest' : 'trim-horizon' };
  }
}

const contradiction = (type: string | undefined, what: string) =>
  invalidArgument(
    `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and ${what}.`,
  );

function checkSequenceNumber(stream: Stream, shard: Shard, text: string): void {
  const shardId = shardIdOf(shard.index);
  const number = parseSequenceNumber(text);
  const used = `StartingSequenceNumber ${text} used in GetShardIterator on shard ${shardId} in stream ${stream.name} under account ${stream.account} is invalid`;
  if (!number) throw invalidArgument(`${used}.`);
  if (number.shardIndex !== shard.index) {
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${shardIdOf(number.shardIndex)}, while it was used in a call to a shard with ${shardId}`,
    );
  }
  if (number.epochSeconds !== shard.epochSeconds) {
    throw invalidArgument(`${used} because it did not come from this stream.`);
  }
}

function checkTimestamp(timestamp: Date | undefined, nowMs: number): number {
  if (!timestamp) {
    throw invalidArgument(
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    );
  }
  const timestampMs = timestamp.getTime();
  if (timestampMs <= nowMs) return timestampMs;
  throw invalidArgument(
    `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${timestampMs}, currentTimestampInMillis: ${nowMs}`,
  );
}
