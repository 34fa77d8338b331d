import type { RemovePermissionRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { functionArn, ownReference } from '../function/function-name.ts';
import { LATEST } from '../function/function-record.ts';
import { revisionOfQualifier, withNewRevision } from '../function/revision.ts';
import { notFound } from '../lambda-error.ts';
import type { LambdaService } from '../lambda-service.ts';
import { requirePolicyRevision, requireQualifier } from '../policy/policy-subject.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html */
export const removePermission: Operation<LambdaService, RemovePermissionRequest, object> = async (
  service,
  input,
  context,
) => {
  const { StatementId: sid = '', RevisionId } = input;
  const reference = ownReference(context, input.FunctionName ?? '', input.Qualifier);
  const { qualifier = LATEST } = reference;
  if (!(await service.functions.find(reference))) throw notFound(`No policy found for: ${functionArn(reference)}`);
  await service.functions.change(reference, (record) => {
    requireQualifier(record, qualifier);
    const statements = record.policies[qualifier] ?? [];
    if (statements.length === 0) throw notFound('No policy is associated with the given resource.');
    const left = statements.filter((statement) => statement.Sid !== sid);
    if (left.length === statements.length) throw notFound(`Statement ${sid} is not found in resource policy.`);
    requirePolicyRevision(RevisionId, revisionOfQualifier(record, qualifier, service.clock.nowMs()));
    return withNewRevision(
      { ...record, policies: { ...record.policies, [qualifier]: left } },
      qualifier,
      service.random,
    );
  });
  return {};
};
