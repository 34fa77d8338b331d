import type { GetRolePolicyRequest, GetRolePolicyResponse } from '@aws-sdk/client-iam';
import type { Operation } from '../../../core/operation.ts';
import type { IamService } from '../iam.ts';
import { noSuchEntity } from '../iam-error.ts';
import { encodedDocument } from '../policy-document.ts';
import { requireRole } from '../role.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export const getRolePolicy: Operation<IamService, GetRolePolicyRequest, GetRolePolicyResponse> = async (
  service,
  { RoleName, PolicyName = '' },
  { account },
) => {
  const { inline } = await requireRole(service, account, RoleName);
  const document = inline[PolicyName];
  if (document === undefined) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
  return { RoleName, PolicyName, PolicyDocument: encodedDocument(document) };
};
