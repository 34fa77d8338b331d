import type { CreateRoleRequest, CreateRoleResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import { tagsOf } from '../../../core/tags.ts';
import { entityId } from '../entity-id.ts';
import type { IamService } from '../iam.ts';
import { entityAlreadyExists } from '../iam-error.ts';
import { requirePolicyDocument } from '../policy-document.ts';
import { type Role, sentRole } from '../role.ts';

const DEFAULT_SESSION_SECONDS = 3600;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const createRole: Operation<IamService, CreateRoleRequest, CreateRoleResponse> = async (
  service,
  input,
  { account },
) => {
  const { RoleName: name = '', Path: path = '/', Description, PermissionsBoundary } = input;
  const role: Role = {
    name,
    path,
    id: entityId(service.random, 'AROA'),
    arn: `arn:aws:iam::${account}:role${path}${name}`,
    createdMs: service.clock.nowMs(),
    trust: requirePolicyDocument(input.AssumeRolePolicyDocument),
    maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
    tags: tagsOf(input.Tags),
    inline: {},
    attached: [],
    ...(Description === undefined ? {} : { description: Description }),
    ...(PermissionsBoundary === undefined ? {} : { boundary: PermissionsBoundary }),
  };
  if (!(await service.roles.create(account, name, role))) {
    throw entityAlreadyExists(`Role with name ${name} already exists.`);
  }
  return { Role: sentRole(role) };
};
