import type { DeleteRolePolicyRequest } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { noSuchEntity } from '../iam-error.ts';
import { changeRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
export const deleteRolePolicy: Operation<IamService, DeleteRolePolicyRequest, object> = async (
  service,
  { RoleName, PolicyName = '' },
  { account },
) => {
  await changeRole(service, account, RoleName, (role) => {
    const { [PolicyName]: removed, ...inline } = role.inline;
    if (removed === undefined) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
    return { ...role, inline };
  });
  return {};
};
