import type { RequestContext } from '../../../src/core/operation.ts';
import type { Tags } from '../../../src/core/tags.ts';
import { findConsumer } from '../consumers/find-consumer.ts';
import { type Stream, streamArnIn, streamOfArn } from './stream.ts';
import type { StreamDirectory } from './stream-directory.ts';

/** What streams and consumers both have. */
export interface TaggedResource {
  readonly arn: string;
  readonly tags: Tags;
  readonly policy?: string | undefined;
}

/** The stream or the consumer that an ARN names; refuses when there is none. */
export async function findResource(
  directory: StreamDirectory,
  arn: string | undefined,
  context: RequestContext,
): Promise<{ readonly stream: Stream; readonly resource: TaggedResource }> {
  if (streamOfArn(arn ?? '')?.consumer !== undefined) {
    const { stream, consumer } = await findConsumer(directory, { ConsumerARN: arn }, context);
    return { stream, resource: consumer };
  }
  const stream = await directory.of({ StreamARN: streamArnIn(arn ?? '') }, context);
  return { stream, resource: stream };
}

/** Changes tags or policy of the stream or the consumer that an ARN names. */
export async function changeResource(
  directory: StreamDirectory,
  arn: string | undefined,
  context: RequestContext,
  change: (resource: TaggedResource, stream: Stream) => Pick<Partial<TaggedResource>, 'tags' | 'policy'>,
): Promise<void> {
  const { stream, resource } = await findResource(directory, arn, context);
  await directory.change(stream, (current) => {
    if (resource.arn === current.arn) return { ...current, ...change(current, current) };
    const consumers = current.consumers.map((consumer) =>
      consumer.arn === resource.arn ? { ...consumer, ...change(consumer, current) } : consumer,
    );
    return { ...current, consumers };
  });
}
