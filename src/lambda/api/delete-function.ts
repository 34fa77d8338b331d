import type { DeleteFunctionRequest, DeleteFunctionResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { functionArn, ownReference } from '../function/function-name.ts';
import { allVersions, type FunctionRecord, LATEST, withoutQualifier } from '../function/function-record.ts';
import { conflict, functionNotFound, invalidParameter } from '../lambda-error.ts';
import { type LambdaService, requireFunction } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html */
export const deleteFunction: Operation<LambdaService, DeleteFunctionRequest, DeleteFunctionResponse> = async (
  service,
  input,
  context,
) => {
  const reference = ownReference(context, input.FunctionName ?? '', input.Qualifier);
  // Unlike elsewhere, AWS names the bare function here, even when a qualifier was given.
  const record = await requireFunction(service, { ...reference, qualifier: undefined });
  if (reference.qualifier === undefined) {
    await service.functions.remove(reference);
  } else {
    const { qualifier } = reference;
    await service.functions.change(reference, (current) => withoutVersion(current, qualifier));
  }
  await service.code.forget(allVersions(record).map(({ code }) => code));
  return { StatusCode: 204 };
};

function withoutVersion(record: FunctionRecord, qualifier: string): FunctionRecord {
  if (qualifier === LATEST) {
    throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
  }
  if (record.aliases[qualifier]) throw invalidParameter('Deletion of aliases is not currently supported.');
  if (!record.versions[qualifier]) throw functionNotFound(functionArn(record, qualifier));
  const names = Object.values(record.aliases)
    .filter((alias) => alias.version === qualifier || alias.second?.version === qualifier)
    .map((alias) => alias.name);
  if (names.length > 0) {
    throw conflict(`Unable to delete version because the following aliases reference it: [${names.join(', ')}]`);
  }
  return withoutQualifier(record, qualifier);
}
