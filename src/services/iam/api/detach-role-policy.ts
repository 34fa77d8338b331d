import type { DetachRolePolicyRequest } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { noSuchPolicy } from '../managed-policy.ts';
import { changeRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html */
export const detachRolePolicy: Operation<IamService, DetachRolePolicyRequest, object> = async (
  service,
  { RoleName, PolicyArn = '' },
  { account },
) => {
  await changeRole(service, account, RoleName, (role) => {
    if (!role.attached.includes(PolicyArn)) throw noSuchPolicy(PolicyArn);
    return { ...role, attached: role.attached.filter((arn) => arn !== PolicyArn) };
  });
  return {};
};
