import type { PutResourcePolicyCommandInput, PutResourcePolicyOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { checkPolicy, checkRevision } from '../resource/policy.ts';
import { resourceWithPolicy, updateResource } from '../resource/resource.ts';
import type { DynamodbService } from '../service.ts';

/** Attaches a policy to a table or a stream. It is kept and shown; nobody is refused for it. */
export const putResourcePolicy: Operation<
  DynamodbService,
  PutResourcePolicyCommandInput,
  PutResourcePolicyOutput
> = async (service, { ResourceArn, Policy, ExpectedRevisionId }, context) =>
  await service.directory.change(async (turn) => {
    const document = checkPolicy(Policy);
    const resource = await resourceWithPolicy(service.streams, turn, ResourceArn, context);
    checkRevision(resource, ExpectedRevisionId);
    const { policy } = resource;
    if (policy?.document === document) return { RevisionId: policy.revisionId };
    // Two within one millisecond differ too.
    const revisionId = String(Math.max(service.clock.nowMs(), Number(policy?.revisionId ?? 0) + 1));
    await updateResource(service, turn, resource, { policy: { document, revisionId } });
    return { RevisionId: revisionId };
  });
