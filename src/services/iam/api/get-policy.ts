import type { GetPolicyRequest, GetPolicyResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { requirePolicy, sentPolicy } from '../managed-policy.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html */
export const getPolicy: Operation<IamService, GetPolicyRequest, GetPolicyResponse> = async (
  service,
  input,
  { account },
) => ({ Policy: await sentPolicy(service, await requirePolicy(service, account, input.PolicyArn)) });
