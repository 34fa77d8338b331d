import type { UpdateRoleRequest, UpdateRoleResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { changeRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html */
export const updateRole: Operation<IamService, UpdateRoleRequest, UpdateRoleResponse> = async (
  service,
  { RoleName, Description, MaxSessionDuration },
  { account },
) => {
  await changeRole(service, account, RoleName, (role) => ({
    ...role,
    ...(Description === undefined ? {} : { description: Description }),
    maxSessionSeconds: MaxSessionDuration ?? role.maxSessionSeconds,
  }));
  return {};
};
