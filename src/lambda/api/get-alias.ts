import type { AliasConfiguration, GetAliasRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { aliasConfiguration } from '../function/alias.ts';
import { functionArn, wholeFunction } from '../function/function-name.ts';
import { notFound } from '../lambda-error.ts';
import type { LambdaService } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html */
export const getAlias: Operation<LambdaService, GetAliasRequest, AliasConfiguration> = async (
  service,
  input,
  context,
) => {
  const reference = wholeFunction(context, input.FunctionName ?? '');
  const record = await service.functions.find(reference);
  const alias = record?.aliases[input.Name ?? ''];
  if (!record || !alias) throw notFound(`Cannot find alias arn: ${functionArn(reference, input.Name)}`);
  return aliasConfiguration(record, alias);
};
