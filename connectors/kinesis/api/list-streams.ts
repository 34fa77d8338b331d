import type { ListStreamsInput, ListStreamsOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { readToken, writeToken } from '../next-token.ts';
import type { KinesisService } from '../service.ts';
import { streamListing } from '../stream/stream-output.ts';

const DEFAULT_STREAMS = 100;

/** The account's streams in the region, by name. */
export const listStreams: Operation<KinesisService, ListStreamsInput, ListStreamsOutput> = async (
  { directory, clock },
  { Limit = DEFAULT_STREAMS, ExclusiveStartStreamName, NextToken },
  context,
) => {
  const nowMs = clock.nowMs();
  const start = NextToken === undefined ? ExclusiveStartStreamName : readToken(NextToken, 'streams', nowMs).after;
  const streams = await directory.list(context);
  const behind = start === undefined ? streams : streams.filter(({ name }) => name > start);
  const page = behind.slice(0, Limit);
  const last = page.at(-1);
  const more = behind.length > Limit;
  return {
    StreamNames: page.map(({ name }) => name),
    HasMoreStreams: more,
    ...(more && last && { NextToken: writeToken({ list: 'streams', of: '', after: last.name }, nowMs) }),
    StreamSummaries: page.map((stream) => streamListing(stream, nowMs)),
  };
};
