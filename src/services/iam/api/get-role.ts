import type { GetRoleRequest, GetRoleResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { requireRole, sentRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export const getRole: Operation<IamService, GetRoleRequest, GetRoleResponse> = async (service, input, { account }) => ({
  Role: { ...sentRole(await requireRole(service, account, input.RoleName)), RoleLastUsed: {} },
});
