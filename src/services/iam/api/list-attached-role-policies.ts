import type { ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { listedPage } from '../listed-page.ts';
import { policyNameOf } from '../managed-policy.ts';
import { requireRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html */
export const listAttachedRolePolicies: Operation<
  IamService,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse
> = async (service, input, { account }) => {
  const { attached } = await requireRole(service, account, input.RoleName);
  const { items, end } = listedPage([...attached].sort(), (arn) => arn, { ...input, list: 'attached' });
  return { AttachedPolicies: items.map((arn) => ({ PolicyName: policyNameOf(arn), PolicyArn: arn })), ...end };
};
