import type { PutResourcePolicyRequest, PutResourcePolicyResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { invalidParameter, refuseUnsupported } from '../errors.ts';
import { normalisedPolicy } from '../resource-policies.ts';
import { policyOutput } from '../resource-policy-output.ts';
import type { LogsService } from '../service.ts';

/** Keeps a policy of the account. */
export const putResourcePolicy: Operation<LogsService, PutResourcePolicyRequest, PutResourcePolicyResponse> = async (
  { policies, clock },
  input,
  context,
) => {
  refuseUnsupported(input, ['resourceArn', 'expectedRevisionId']);
  const { policyName: name, policyDocument } = input;
  if (name === undefined || policyDocument === undefined) {
    throw invalidParameter('Both policyName and policyDocument must be specified.');
  }
  const policy = { name, document: normalisedPolicy(policyDocument), updatedAtMs: clock.nowMs() };
  await policies.put(context, policy);
  return { resourcePolicy: policyOutput(policy) };
};
