import type { DeletePolicyRequest } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { deleteConflict } from '../iam-error.ts';
import { requirePolicy, sentPolicy } from '../managed-policy.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html */
export const deletePolicy: Operation<IamService, DeletePolicyRequest, object> = async (service, input, { account }) => {
  const policy = await requirePolicy(service, account, input.PolicyArn);
  const { AttachmentCount = 0 } = await sentPolicy(service, policy);
  if (AttachmentCount > 0) throw deleteConflict('Cannot delete a policy attached to entities.');
  if (policy.versions.length > 1) {
    throw deleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
        'The default version is deleted with the policy.',
    );
  }
  await service.policies.remove(account, policy.name);
  return {};
};
