import type {
  DescribeContributorInsightsCommandInput,
  DescribeContributorInsightsCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import type { DynamodbService } from '../service.ts';
import { validationException } from '../values/refusal.ts';

type Output = Omit<DescribeContributorInsightsCommandOutput, '$metadata'>;

/** Contributor insights are disabled: they cannot be enabled here. */
export const describeContributorInsights: Operation<
  DynamodbService,
  DescribeContributorInsightsCommandInput,
  Output
> = async ({ directory }, { TableName, IndexName }, context) => {
  const table = await directory.named(context, TableName ?? '');
  if (IndexName !== undefined && !table.globalIndexes.some(({ name }) => name === IndexName)) {
    throw validationException(`The table does not have the specified index: ${IndexName}`);
  }
  return { ContributorInsightsStatus: 'DISABLED', ...(IndexName && { IndexName }), TableName: table.name };
};
