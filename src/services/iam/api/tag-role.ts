import type { TagRoleRequest } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import { tagsOf } from '../../../core/tags.ts';
import type { IamService } from '../iam.ts';
import { changeRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html */
export const tagRole: Operation<IamService, TagRoleRequest, object> = async (service, input, { account }) => {
  await changeRole(service, account, input.RoleName, (role) => ({
    ...role,
    tags: { ...role.tags, ...tagsOf(input.Tags) },
  }));
  return {};
};
