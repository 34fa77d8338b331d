import type { AliasConfiguration, UpdateAliasRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { aliasConfiguration, requireAliasVersions, secondVersion } from '../function/alias.ts';
import { functionArn, wholeFunction } from '../function/function-name.ts';
import type { AliasRecord } from '../function/function-record.ts';
import { requireRevision } from '../function/revision.ts';
import { notFound } from '../lambda-error.ts';
import { type LambdaService, requireFunction } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html */
export const updateAlias: Operation<LambdaService, UpdateAliasRequest, AliasConfiguration> = async (
  service,
  input,
  context,
) => {
  const name = input.Name ?? '';
  const reference = wholeFunction(context, input.FunctionName ?? '');
  await requireFunction(service, reference);
  const revisionId = service.random.uuid();
  let alias: AliasRecord | undefined;
  const record = await service.functions.change(reference, (before) => {
    const present = before.aliases[name];
    if (!present) throw notFound(`Alias not found: ${functionArn(before, name)}`);
    requireRevision(input.RevisionId, present.revisionId);
    const second = input.RoutingConfig ? secondVersion(input.RoutingConfig) : present.second;
    alias = {
      name,
      version: input.FunctionVersion ?? present.version,
      description: input.Description ?? present.description,
      revisionId,
      ...(second && { second }),
    };
    requireAliasVersions(before, alias);
    return { ...before, aliases: { ...before.aliases, [name]: alias } };
  });
  return alias ? aliasConfiguration(record, alias) : {};
};
