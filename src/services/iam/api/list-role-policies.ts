import type { ListRolePoliciesRequest, ListRolePoliciesResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { listedPage } from '../listed-page.ts';
import { requireRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html */
export const listRolePolicies: Operation<IamService, ListRolePoliciesRequest, ListRolePoliciesResponse> = async (
  service,
  input,
  { account },
) => {
  const { inline } = await requireRole(service, account, input.RoleName);
  const { items, end } = listedPage(Object.keys(inline).sort(), (name) => name, { ...input, list: 'inline' });
  return { PolicyNames: items, ...end };
};
