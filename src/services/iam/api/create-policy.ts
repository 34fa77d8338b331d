import type { CreatePolicyRequest, CreatePolicyResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import { tagsOf } from '../../../core/tags.ts';
import { entityId } from '../entity-id.ts';
import type { IamService } from '../iam.ts';
import { entityAlreadyExists } from '../iam-error.ts';
import { type ManagedPolicy, sentPolicy } from '../managed-policy.ts';
import { requirePolicyDocument } from '../policy-document.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export const createPolicy: Operation<IamService, CreatePolicyRequest, CreatePolicyResponse> = async (
  service,
  input,
  { account },
) => {
  const { PolicyName: name = '', Path: path = '/', Description } = input;
  const nowMs = service.clock.nowMs();
  const policy: ManagedPolicy = {
    name,
    path,
    id: entityId(service.random, 'ANPA'),
    arn: `arn:aws:iam::${account}:policy${path}${name}`,
    createdMs: nowMs,
    updatedMs: nowMs,
    tags: tagsOf(input.Tags),
    versions: [{ id: 'v1', document: requirePolicyDocument(input.PolicyDocument), createdMs: nowMs }],
    defaultVersion: 'v1',
    nextVersion: 2,
    ...(Description === undefined ? {} : { description: Description }),
  };
  if (!(await service.policies.create(account, name, policy))) {
    throw entityAlreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
  }
  return { Policy: await sentPolicy(service, policy) };
};
