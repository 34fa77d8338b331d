import type { AliasConfiguration, CreateAliasRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { aliasConfiguration, requireAliasVersions, secondVersion } from '../function/alias.ts';
import { functionArn, wholeFunction } from '../function/function-name.ts';
import type { AliasRecord } from '../function/function-record.ts';
import { conflict, functionNotFound } from '../lambda-error.ts';
import type { LambdaService } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
export const createAlias: Operation<LambdaService, CreateAliasRequest, AliasConfiguration> = async (
  service,
  input,
  context,
) => {
  const { Name: name = '', FunctionVersion: version = '', Description: description = '' } = input;
  const reference = wholeFunction(context, input.FunctionName ?? '');
  const second = secondVersion(input.RoutingConfig ?? {});
  const alias: AliasRecord = {
    name,
    version,
    description,
    revisionId: service.random.uuid(),
    ...(second && { second }),
  };
  // Of a function that is not there, AWS names the version that the alias was to have.
  if (!(await service.functions.find(reference))) throw functionNotFound(functionArn(reference, version));
  const record = await service.functions.change(reference, (before) => {
    requireAliasVersions(before, alias);
    if (before.aliases[name]) throw conflict(`Alias already exists: ${functionArn(before, name)}`);
    return { ...before, aliases: { ...before.aliases, [name]: alias } };
  });
  return aliasConfiguration(record, alias);
};
