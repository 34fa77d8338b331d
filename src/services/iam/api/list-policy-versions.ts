import type { ListPolicyVersionsRequest, ListPolicyVersionsResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { listedPage } from '../listed-page.ts';
import { requirePolicy, sentVersion } from '../managed-policy.ts';

/** Newest first: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html */
export const listPolicyVersions: Operation<IamService, ListPolicyVersionsRequest, ListPolicyVersionsResponse> = async (
  service,
  input,
  { account },
) => {
  const policy = await requirePolicy(service, account, input.PolicyArn);
  const { items, end } = listedPage(policy.versions.toReversed(), input);
  return { Versions: items.map((version) => sentVersion(policy, version)), ...end };
};
