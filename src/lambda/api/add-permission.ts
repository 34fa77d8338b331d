import type { AddPermissionRequest, AddPermissionResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { functionArn, ownReference } from '../function/function-name.ts';
import { LATEST } from '../function/function-record.ts';
import { revisionOfQualifier, withNewRevision } from '../function/revision.ts';
import { conflict, invalidParameter } from '../lambda-error.ts';
import { type LambdaService, requireFunction } from '../lambda-service.ts';
import { requirePolicyRevision, requireQualifier } from '../policy/policy-subject.ts';
import { statementOf } from '../policy/resource-policy.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
export const addPermission: Operation<LambdaService, AddPermissionRequest, AddPermissionResponse> = async (
  service,
  input,
  context,
) => {
  const reference = ownReference(context, input.FunctionName ?? '', input.Qualifier);
  const { qualifier = LATEST } = reference;
  if (reference.qualifier === LATEST) {
    throw invalidParameter('We currently do not support adding policies for $LATEST.');
  }
  await requireFunction(service, { ...reference, qualifier: undefined });
  const statement = statementOf(input, functionArn(reference, reference.qualifier));
  await service.functions.change(reference, (record) => {
    requireQualifier(record, qualifier);
    requirePolicyRevision(input.RevisionId, revisionOfQualifier(record, qualifier, service.clock.nowMs()));
    const statements = record.policies[qualifier] ?? [];
    if (statements.some(({ Sid }) => Sid === statement.Sid)) {
      throw conflict(
        `The statement id (${statement.Sid}) provided already exists. ` +
          'Please provide a new statement id, or remove the existing statement.',
      );
    }
    const policies = { ...record.policies, [qualifier]: [...statements, statement] };
    return withNewRevision({ ...record, policies }, qualifier, service.random);
  });
  return { Statement: JSON.stringify(statement) };
};
