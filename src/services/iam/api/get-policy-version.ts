import type { GetPolicyVersionRequest, GetPolicyVersionResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { requirePolicy, sentVersion } from '../managed-policy.ts';
import { requirePolicyVersion } from '../policy-version.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html */
export const getPolicyVersion: Operation<IamService, GetPolicyVersionRequest, GetPolicyVersionResponse> = async (
  service,
  input,
  { account },
) => {
  const policy = await requirePolicy(service, account, input.PolicyArn);
  return { PolicyVersion: sentVersion(policy, requirePolicyVersion(policy, input.VersionId), true) };
};
