import type {
  DescribeResourcePoliciesRequest,
  DescribeResourcePoliciesResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { refuseUnsupported } from '../errors.ts';
import { pageOf } from '../page.ts';
import { policyOutput } from '../resource-policy-output.ts';
import type { LogsService } from '../service.ts';

/** A page of the account's policies. */
export const describeResourcePolicies: Operation<
  LogsService,
  DescribeResourcePoliciesRequest,
  DescribeResourcePoliciesResponse
> = async ({ policies }, input, context) => {
  refuseUnsupported(input, ['resourceArn']);
  const all = input.policyScope === 'RESOURCE' ? [] : await policies.list(context);
  const { items, nextToken } = pageOf('policies', all, ({ name }) => name, input);
  return { resourcePolicies: items.map(policyOutput), nextToken };
};
