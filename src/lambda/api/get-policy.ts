import type { GetPolicyRequest, GetPolicyResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { ownReference } from '../function/function-name.ts';
import { LATEST } from '../function/function-record.ts';
import { revisionOfQualifier } from '../function/revision.ts';
import { resourceNotFound } from '../lambda-error.ts';
import type { LambdaService } from '../lambda-service.ts';
import { policyDocument } from '../policy/resource-policy.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html */
export const getPolicy: Operation<LambdaService, GetPolicyRequest, GetPolicyResponse> = async (
  service,
  input,
  context,
) => {
  const reference = ownReference(context, input.FunctionName ?? '', input.Qualifier);
  const { qualifier = LATEST } = reference;
  const record = await service.functions.find(reference);
  const statements = record?.policies[qualifier];
  if (!record || !statements || statements.length === 0) throw resourceNotFound();
  return {
    Policy: policyDocument(statements),
    RevisionId: revisionOfQualifier(record, qualifier, service.clock.nowMs()),
  };
};
