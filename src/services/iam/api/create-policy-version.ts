import type { CreatePolicyVersionRequest, CreatePolicyVersionResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { limitExceeded } from '../iam-error.ts';
import { requirePolicy, sentVersion } from '../managed-policy.ts';
import { requirePolicyDocument } from '../policy-document.ts';

const MAX_VERSIONS = 5;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
export const createPolicyVersion: Operation<
  IamService,
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse
> = async (service, input, { account }) => {
  const document = requirePolicyDocument(input.PolicyDocument);
  const { name } = await requirePolicy(service, account, input.PolicyArn);
  const createdMs = service.clock.nowMs();
  const changed = await service.policies.change(account, name, (policy) => {
    if (policy.versions.length >= MAX_VERSIONS) {
      throw limitExceeded(
        `A managed policy can have up to ${MAX_VERSIONS} versions. ` +
          'Before you create a new version, you must delete an existing version.',
      );
    }
    const id = `v${policy.nextVersion}`;
    return {
      ...policy,
      versions: [...policy.versions, { id, document, createdMs }],
      nextVersion: policy.nextVersion + 1,
      ...(input.SetAsDefault ? { defaultVersion: id, updatedMs: createdMs } : {}),
    };
  });
  const version = changed?.versions.at(-1);
  return changed && version ? { PolicyVersion: sentVersion(changed, version) } : {};
};
