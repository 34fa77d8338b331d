import type { GetResourcePolicyCommandInput, GetResourcePolicyOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { policyMissing } from '../resource/policy.ts';
import { resourceWithPolicy } from '../resource/resource.ts';
import type { DynamodbService } from '../service.ts';

/** The policy of a table or a stream. */
export const getResourcePolicy: Operation<
  DynamodbService,
  GetResourcePolicyCommandInput,
  GetResourcePolicyOutput
> = async (service, { ResourceArn }, context) => {
  const { policy } = await resourceWithPolicy(service.streams, service.directory, ResourceArn, context);
  if (!policy) throw policyMissing(`${ResourceArn}`);
  return { Policy: policy.document, RevisionId: policy.revisionId };
};
