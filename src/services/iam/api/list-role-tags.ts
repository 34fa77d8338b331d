import type { ListRoleTagsRequest, ListRoleTagsResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import { sortedTagList } from '../../../core/tags.ts';
import type { IamService } from '../iam.ts';
import { listedPage } from '../listed-page.ts';
import { requireRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html */
export const listRoleTags: Operation<IamService, ListRoleTagsRequest, ListRoleTagsResponse> = async (
  service,
  input,
  { account },
) => {
  const { tags } = await requireRole(service, account, input.RoleName);
  const { items, end } = listedPage(sortedTagList(tags), ({ Key }) => Key, { ...input, list: 'tags' });
  return { Tags: items, ...end };
};
