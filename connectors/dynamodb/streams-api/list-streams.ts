import type { ListStreamsCommandInput, ListStreamsOutput } from '@aws-sdk/client-dynamodb-streams';
import type { Operation } from '../../../src/core/operation.ts';
import { isStreamArn } from '../stream/stream.ts';
import { requestedLimit, type StreamsService } from '../stream/streams-service.ts';
import { tableOfArn } from '../table/table.ts';
import { validationException } from '../values/refusal.ts';

const MAX_LIMIT = 100;

/** The streams of a table, or of all tables; also disabled ones that can still be read. */
export const listStreams: Operation<StreamsService, ListStreamsCommandInput, ListStreamsOutput> = async (
  { directory },
  input,
  context,
) => {
  const limit = requestedLimit(input.Limit, MAX_LIMIT);
  const start = input.ExclusiveStartStreamArn;
  if (start !== undefined && !isStreamArn(start)) throw validationException(`Invalid StreamArn: ${start}`);
  const table = input.TableName && (tableOfArn(input.TableName)?.name ?? input.TableName);
  const wanted = (await directory.list(context)).filter(
    ({ arn, tableName }) => (!table || tableName === table) && (start === undefined || arn > start),
  );
  const page = wanted.slice(0, limit);
  const last = page[page.length - 1];
  return {
    Streams: page.map(({ arn, tableName, label }) => ({ StreamArn: arn, TableName: tableName, StreamLabel: label })),
    ...(last && page.length < wanted.length && { LastEvaluatedStreamArn: last.arn }),
  };
};
