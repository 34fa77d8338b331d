import type { AttachRolePolicyRequest } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { noSuchEntity } from '../iam-error.ts';
import { isAwsManaged, policyNameOf } from '../managed-policy.ts';
import { changeRole } from '../role.ts';

/** Attaching twice is no error: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
export const attachRolePolicy: Operation<IamService, AttachRolePolicyRequest, object> = async (
  service,
  { RoleName, PolicyArn = '' },
  { account },
) => {
  const known = isAwsManaged(PolicyArn) || (await service.policies.find(account, policyNameOf(PolicyArn)));
  if (!known) throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`);
  await changeRole(service, account, RoleName, (role) =>
    role.attached.includes(PolicyArn) ? role : { ...role, attached: [...role.attached, PolicyArn] },
  );
  return {};
};
