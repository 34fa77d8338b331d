import type { ListStreamConsumersInput, ListStreamConsumersOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { consumerOutput } from '../consumers/consumer.ts';
import { invalidToken, readToken, writeToken } from '../next-token.ts';
import type { KinesisService } from '../service.ts';
import { checkCreation } from '../stream/check-creation.ts';

const DEFAULT_CONSUMERS = 100;

/** A stream's consumers, by name. */
export const listStreamConsumers: Operation<
  KinesisService,
  ListStreamConsumersInput,
  ListStreamConsumersOutput
> = async ({ directory, clock }, input, context) => {
  const nowMs = clock.nowMs();
  const { MaxResults = DEFAULT_CONSUMERS, NextToken } = input;
  const stream = await directory.of(input, context);
  checkCreation(stream, input.StreamCreationTimestamp);
  const token = NextToken === undefined ? undefined : readToken(NextToken, 'consumers', nowMs);
  if (token && token.of !== stream.arn) throw invalidToken();
  const after = token?.after ?? '';
  const behind = stream.consumers.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = behind.slice(0, MaxResults);
  const last = page.at(-1);
  return {
    Consumers: page.map((consumer) => consumerOutput(consumer, nowMs)),
    ...(behind.length > page.length &&
      last && { NextToken: writeToken({ list: 'consumers', of: stream.arn, after: last.name }, nowMs) }),
  };
};
