import type { ListPoliciesRequest, ListPoliciesResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { listedPage } from '../listed-page.ts';
import { sentPolicy } from '../managed-policy.ts';

/** Customer managed policies; those of AWS are not listed: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html */
export const listPolicies: Operation<IamService, ListPoliciesRequest, ListPoliciesResponse> = async (
  service,
  input,
  { account },
) => {
  const stored = input.Scope === 'AWS' ? [] : await service.policies.list(account);
  const policies = await Promise.all(stored.map((policy) => sentPolicy(service, policy, 'listed')));
  const shown = policies.filter(
    ({ Path = '/', AttachmentCount = 0, PermissionsBoundaryUsageCount = 0 }) =>
      Path.startsWith(input.PathPrefix ?? '/') &&
      (!input.OnlyAttached || AttachmentCount > 0) &&
      (input.PolicyUsageFilter !== 'PermissionsBoundary' || PermissionsBoundaryUsageCount > 0),
  );
  const { items, end } = listedPage(shown, ({ PolicyName = '' }) => PolicyName, { ...input, list: 'policies' });
  return { Policies: items, ...end };
};
