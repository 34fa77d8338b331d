import type { ListRolesRequest, ListRolesResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { listedPage } from '../listed-page.ts';
import { sentRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export const listRoles: Operation<IamService, ListRolesRequest, ListRolesResponse> = async (
  service,
  input,
  { account },
) => {
  const roles = (await service.roles.list(account)).filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
  const { items, end } = listedPage(roles, ({ name }) => name, { ...input, list: 'roles' });
  return { Roles: items.map((role) => sentRole(role, 'listed')), ...end };
};
