import type { RequestContext } from '../../../src/core/operation.ts';
import { consumerNotFound, invalidArgument } from '../errors.ts';
import { type Stream, streamArnIn } from '../stream/stream.ts';
import type { StreamDirectory } from '../stream/stream-directory.ts';
import type { Consumer } from './consumer.ts';

/** How a request names a consumer: by its own ARN, or by its name and its stream's ARN. */
export interface ConsumerReference {
  readonly StreamARN?: string | undefined;
  readonly ConsumerName?: string | undefined;
  readonly ConsumerARN?: string | undefined;
}

/** A consumer and whose it is. */
export interface FoundConsumer {
  readonly stream: Stream;
  readonly consumer: Consumer;
}

/** The consumer of a request; refuses when there is none. */
export async function findConsumer(
  directory: StreamDirectory,
  { StreamARN, ConsumerName, ConsumerARN }: ConsumerReference,
  context: RequestContext,
): Promise<FoundConsumer> {
  if (ConsumerARN === undefined && (StreamARN === undefined || ConsumerName === undefined)) {
    throw invalidArgument('Either ConsumerARN or both StreamARN and ConsumerName must be specified.');
  }
  const stream = await directory.of({ StreamARN: StreamARN ?? streamArnIn(ConsumerARN ?? '') }, context);
  const consumer = stream.consumers.find(
    ({ arn, name }) =>
      (ConsumerARN === undefined || arn === ConsumerARN) && (ConsumerName === undefined || name === ConsumerName),
  );
  if (consumer) return { stream, consumer };
  throw consumerNotFound(ConsumerName ?? ConsumerARN ?? '', stream.account);
}
