import type { DescribeContinuousBackupsCommandInput, DescribeContinuousBackupsOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import type { DynamodbService } from '../service.ts';
import { describeBackups, tableWithBackups } from '../table/recovery.ts';

/** Whether point in time recovery was asked for. Nothing is backed up here. */
export const describeContinuousBackups: Operation<
  DynamodbService,
  DescribeContinuousBackupsCommandInput,
  DescribeContinuousBackupsOutput
> = async (service, input, context) => {
  const { recovery } = await tableWithBackups(service.directory, context, input.TableName);
  return { ContinuousBackupsDescription: describeBackups(recovery, service.clock.nowMs()) };
};
