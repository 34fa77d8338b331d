import type { SetDefaultPolicyVersionRequest } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { requirePolicy } from '../managed-policy.ts';
import { requirePolicyVersion } from '../policy-version.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html */
export const setDefaultPolicyVersion: Operation<IamService, SetDefaultPolicyVersionRequest, object> = async (
  service,
  input,
  { account },
) => {
  const { name } = await requirePolicy(service, account, input.PolicyArn);
  await service.policies.change(account, name, (policy) => ({
    ...policy,
    defaultVersion: requirePolicyVersion(policy, input.VersionId).id,
    updatedMs: service.clock.nowMs(),
  }));
  return {};
};
