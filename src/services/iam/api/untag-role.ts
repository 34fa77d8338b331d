import type { UntagRoleRequest } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import { withoutTags } from '../../../core/tags.ts';
import type { IamService } from '../iam.ts';
import { changeRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html */
export const untagRole: Operation<IamService, UntagRoleRequest, object> = async (service, input, { account }) => {
  await changeRole(service, account, input.RoleName, (role) => ({
    ...role,
    tags: withoutTags(role.tags, input.TagKeys),
  }));
  return {};
};
