import type { ListTablesCommandInput, ListTablesCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import type { DynamodbService } from '../service.ts';

type Output = Omit<ListTablesCommandOutput, '$metadata'>;

const MAX_TABLES = 100;

/** The names of the account's tables in the region, in order, a page at a time. */
export const listTables: Operation<DynamodbService, ListTablesCommandInput, Output> = async (
  { directory },
  { ExclusiveStartTableName: start = '', Limit: limit = MAX_TABLES },
  context,
) => {
  const names = (await directory.list(context)).map(({ name }) => name).filter((name) => name > start);
  const page = names.slice(0, limit);
  return { ...(page.length < names.length && { LastEvaluatedTableName: page.at(-1) }), TableNames: page };
};
