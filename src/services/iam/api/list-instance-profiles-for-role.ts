import type { ListInstanceProfilesForRoleRequest, ListInstanceProfilesForRoleResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { requireRole } from '../role.ts';

/** None, as there are no instances; tools ask before they delete a role: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html */
export const listInstanceProfilesForRole: Operation<
  IamService,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse
> = async (service, input, { account }) => {
  await requireRole(service, account, input.RoleName);
  return { InstanceProfiles: [], IsTruncated: false };
};
