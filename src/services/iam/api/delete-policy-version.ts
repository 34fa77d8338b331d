import type { DeletePolicyVersionRequest } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { deleteConflict } from '../iam-error.ts';
import { requirePolicy } from '../managed-policy.ts';
import { requirePolicyVersion } from '../policy-version.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html */
export const deletePolicyVersion: Operation<IamService, DeletePolicyVersionRequest, object> = async (
  service,
  input,
  { account },
) => {
  const { name } = await requirePolicy(service, account, input.PolicyArn);
  await service.policies.change(account, name, (policy) => {
    const version = requirePolicyVersion(policy, input.VersionId);
    if (version.id === policy.defaultVersion) {
      throw deleteConflict('Cannot delete the default version of a policy.');
    }
    return { ...policy, versions: policy.versions.filter(({ id }) => id !== version.id) };
  });
  return {};
};
