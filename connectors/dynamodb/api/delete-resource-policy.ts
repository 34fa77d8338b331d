import type { DeleteResourcePolicyCommandInput, DeleteResourcePolicyOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { checkRevision } from '../resource/policy.ts';
import { resourceWithPolicy, updateResource } from '../resource/resource.ts';
import type { DynamodbService } from '../service.ts';

/** Detaches a policy; where there is none, that is no error. */
export const deleteResourcePolicy: Operation<
  DynamodbService,
  DeleteResourcePolicyCommandInput,
  DeleteResourcePolicyOutput
> = async (service, { ResourceArn, ExpectedRevisionId }, context) =>
  await service.directory.change(async (turn) => {
    const resource = await resourceWithPolicy(service.streams, turn, ResourceArn, context);
    checkRevision(resource, ExpectedRevisionId);
    if (!resource.policy) return {};
    await updateResource(service, turn, resource, { policy: undefined });
    return { RevisionId: resource.policy.revisionId };
  });
