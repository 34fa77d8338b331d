import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import type { Operation } from '../../../core/operation.ts';
import type { StsService } from '../sts.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const getCallerIdentity: Operation<StsService, GetCallerIdentityRequest, GetCallerIdentityResponse> = async (
  _service,
  _input,
  { account, caller },
) => ({ Account: account, Arn: caller.arn, UserId: caller.userId });
