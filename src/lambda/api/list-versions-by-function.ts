import type { ListVersionsByFunctionRequest, ListVersionsByFunctionResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { wholeFunction } from '../function/function-name.ts';
import { allVersions } from '../function/function-record.ts';
import { describeVersion, type LambdaService, requireFunction } from '../lambda-service.ts';
import { pageOf, versionKey } from '../page.ts';

/** AWS gives at most 50 a page, whatever was asked for. */
const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html */
export const listVersionsByFunction: Operation<
  LambdaService,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse
> = async (service, input, context) => {
  const record = await requireFunction(service, wholeFunction(context, input.FunctionName ?? ''));
  const { items, nextMarker } = pageOf(allVersions(record), ({ version }) => versionKey(version), {
    marker: input.Marker,
    maxItems: input.MaxItems,
    most: PAGE_SIZE,
  });
  const versions = items.map((version) =>
    describeVersion(service, record, version, { qualifier: version.version, as: 'listed' }),
  );
  return { Versions: await Promise.all(versions), ...nextMarker };
};
