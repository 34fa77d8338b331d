import type { PutRolePolicyRequest } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { requirePolicyDocument } from '../policy-document.ts';
import { changeRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const putRolePolicy: Operation<IamService, PutRolePolicyRequest, object> = async (
  service,
  { RoleName, PolicyName = '', PolicyDocument },
  { account },
) => {
  const document = requirePolicyDocument(PolicyDocument);
  await changeRole(service, account, RoleName, (role) => ({
    ...role,
    inline: { ...role.inline, [PolicyName]: document },
  }));
  return {};
};
