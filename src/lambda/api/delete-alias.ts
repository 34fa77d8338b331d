import type { DeleteAliasRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { wholeFunction } from '../function/function-name.ts';
import { withoutQualifier } from '../function/function-record.ts';
import { type LambdaService, requireFunction } from '../lambda-service.ts';

/** Deleting what is not there is no error: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html */
export const deleteAlias: Operation<LambdaService, DeleteAliasRequest, object> = async (service, input, context) => {
  const reference = wholeFunction(context, input.FunctionName ?? '');
  await requireFunction(service, reference);
  await service.functions.change(reference, (record) => withoutQualifier(record, input.Name ?? ''));
  return {};
};
