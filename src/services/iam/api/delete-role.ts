import type { DeleteRoleRequest } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { deleteConflict } from '../iam-error.ts';
import { requireRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html */
export const deleteRole: Operation<IamService, DeleteRoleRequest, object> = async (service, input, { account }) => {
  const role = await requireRole(service, account, input.RoleName);
  if (Object.keys(role.inline).length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
  if (role.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
  await service.roles.remove(account, role.name);
  return {};
};
