import type { UpdateAssumeRolePolicyRequest } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { requirePolicyDocument } from '../policy-document.ts';
import { changeRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
export const updateAssumeRolePolicy: Operation<IamService, UpdateAssumeRolePolicyRequest, object> = async (
  service,
  input,
  { account },
) => {
  const trust = requirePolicyDocument(input.PolicyDocument);
  await changeRole(service, account, input.RoleName, (role) => ({ ...role, trust }));
  return {};
};
