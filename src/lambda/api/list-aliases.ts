import type { ListAliasesRequest, ListAliasesResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { aliasConfiguration } from '../function/alias.ts';
import { wholeFunction } from '../function/function-name.ts';
import { type LambdaService, requireFunction } from '../lambda-service.ts';
import { pageOf } from '../page.ts';

const PAGE_SIZE = 10_000;

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html */
export const listAliases: Operation<LambdaService, ListAliasesRequest, ListAliasesResponse> = async (
  service,
  input,
  context,
) => {
  const record = await requireFunction(service, wholeFunction(context, input.FunctionName ?? ''));
  const aliases = Object.values(record.aliases)
    .filter(({ version }) => input.FunctionVersion === undefined || version === input.FunctionVersion)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextMarker } = pageOf(aliases, ({ name }) => name, {
    marker: input.Marker,
    maxItems: input.MaxItems,
    most: PAGE_SIZE,
  });
  return { Aliases: items.map((alias) => aliasConfiguration(record, alias)), ...nextMarker };
};
