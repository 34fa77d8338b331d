import type { DescribeTableCommandInput, DescribeTableCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import type { DynamodbService } from '../service.ts';
import { describeTable as describe } from '../table/describe-table.ts';

type Output = Omit<DescribeTableCommandOutput, '$metadata'>;

/** What a table is, and how much it holds. */
export const describeTable: Operation<DynamodbService, DescribeTableCommandInput, Output> = async (
  service,
  { TableName },
  context,
) => {
  return { Table: await describe(service, await service.directory.named(context, TableName ?? '')) };
};
