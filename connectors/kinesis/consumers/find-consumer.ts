import type { RequestContext } from '../../../src/core/operation.ts';
import { consumerNotFound, invalidArgument, streamNotFound } from '../errors.ts';
import { checkAccount } from '../stream/account-access.ts';
import { type Stream, streamArnIn, streamOfArn } from '../stream/stream.ts';
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

/** The consumer of a request; refuses when there is none. Another account is let in by the consumer's own policy. */
export async function findConsumer(
  directory: StreamDirectory,
  { StreamARN, ConsumerName, ConsumerARN }: ConsumerReference,
  context: RequestContext,
  action?: string,
): Promise<FoundConsumer> {
  if (ConsumerARN === undefined && (StreamARN === undefined || ConsumerName === undefined)) {
    throw invalidArgument('Either ConsumerARN or both StreamARN and ConsumerName must be specified.');
  }
  const streamArn = StreamARN ?? streamArnIn(ConsumerARN ?? '');
  const stream = await directory.findArn(streamArn);
  if (!stream) throw streamNotFound(streamOfArn(streamArn) ?? { name: streamArn, account: context.account });
  const consumer = stream.consumers.find(
    ({ arn, name }) =>
      (ConsumerARN === undefined || arn === ConsumerARN) && (ConsumerName === undefined || name === ConsumerName),
  );
  checkAccount({ account: stream.account, arn: stream.arn, ...consumer }, context, action);
  if (consumer) return { stream, consumer };
  throw consumerNotFound(ConsumerName ?? ConsumerARN ?? '', stream.account);
}
