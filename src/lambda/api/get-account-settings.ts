import type { GetAccountSettingsRequest, GetAccountSettingsResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { allVersions } from '../function/function-record.ts';
import type { LambdaService } from '../lambda-service.ts';

const TOTAL_CODE_BYTES = 80_530_636_800;
const UNZIPPED_CODE_BYTES = 262_144_000;
const ZIPPED_CODE_BYTES = 52_428_800;

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
export const getAccountSettings: Operation<
  LambdaService,
  GetAccountSettingsRequest,
  GetAccountSettingsResponse
> = async (service, _input, context) => {
  const records = await service.functions.list(context);
  const reserved = await service.functions.reservedTotal(context);
  const sizes = records.flatMap(allVersions).map(async ({ code }) => (await service.code.describe(code)).bytes);
  return {
    AccountLimit: {
      TotalCodeSize: TOTAL_CODE_BYTES,
      CodeSizeUnzipped: UNZIPPED_CODE_BYTES,
      CodeSizeZipped: ZIPPED_CODE_BYTES,
      ConcurrentExecutions: service.accountConcurrency,
      UnreservedConcurrentExecutions: service.accountConcurrency - reserved,
    },
    AccountUsage: {
      TotalCodeSize: (await Promise.all(sizes)).reduce((total, bytes) => total + bytes, 0),
      FunctionCount: records.length,
    },
  };
};
