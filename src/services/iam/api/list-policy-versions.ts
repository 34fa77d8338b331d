import type { ListPolicyVersionsRequest, ListPolicyVersionsResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { listedPage } from '../listed-page.ts';
import { requirePolicy, type StoredVersion, sentVersion } from '../managed-policy.ts';

/** Newest first: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html */
export const listPolicyVersions: Operation<IamService, ListPolicyVersionsRequest, ListPolicyVersionsResponse> = async (
  service,
  input,
  { account },
) => {
  const policy = await requirePolicy(service, account, input.PolicyArn);
  const part = { ...input, list: 'versions', descending: true };
  const { items, end } = listedPage(policy.versions.toReversed(), keyOf, part);
  return { Versions: items.map((version) => sentVersion(policy, version)), ...end };
};

/** `v10` comes behind `v9`. */
const VERSION_DIGITS = 10;
const keyOf = ({ id }: StoredVersion) => id.slice(1).padStart(VERSION_DIGITS, '0');
