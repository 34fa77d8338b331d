import type { Clock } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Timing } from '../../../src/core/timing.ts';
import { validationException } from '../values/refusal.ts';
import type { ReadingParts } from './shard-reader.ts';
import { isStreamArn, type Stream } from './stream.ts';

/** What the operations of DynamoDB Streams work on. */
export interface StreamsService extends ReadingParts {
  readonly clock: Clock;
  readonly timing: Timing;
}

/** The stream of a request; refuses, as AWS does, what names none. */
export async function requestedStream({ directory }: StreamsService, arn: string | undefined): Promise<Stream> {
  if (!arn || !isStreamArn(arn)) throw validationException(`Invalid StreamArn: ${arn}`);
  const stream = await directory.find(arn);
  if (!stream) {
    throw new ServiceError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
  }
  return stream;
}

/** The text that AWS has for a shard that is not there, or no more. */
export function shardMissing(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'Requested resource not found: Shard does not exist');
}

/** The text that AWS has for what was there, but is older than a day. */
export function trimmed(): ServiceError {
  return new ServiceError('TrimmedDataAccessException', 'The data you are trying to access has been trimmed');
}

/** How many a request asks for; refuses more than AWS gives. The text is AWS's. */
export function requestedLimit(limit: number | undefined, max: number): number {
  if (limit === undefined || limit <= max) return limit ?? max;
  throw validationException(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${max}`,
  );
}
