import type { ListFunctionsRequest, ListFunctionsResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { allVersions } from '../function/function-record.ts';
import { describeVersion, type LambdaService } from '../lambda-service.ts';
import { pageOf, versionKey } from '../page.ts';

/** AWS gives at most 50 a page, whatever was asked for. */
const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
export const listFunctions: Operation<LambdaService, ListFunctionsRequest, ListFunctionsResponse> = async (
  service,
  input,
  context,
) => {
  // With MasterRegion, AWS lists Lambda@Edge replicas; there are none.
  const records = input.MasterRegion === undefined ? await service.functions.list(context) : [];
  const everyVersion = input.FunctionVersion === 'ALL';
  const shown = records.flatMap((record) =>
    (everyVersion ? allVersions(record) : [record.latest]).map((version) => ({
      record,
      version,
      qualifier: everyVersion ? version.version : undefined,
    })),
  );
  const keyOf = ({ record, version }: (typeof shown)[number]) => `${record.name} ${versionKey(version.version)}`;
  const { items, nextMarker } = pageOf(shown, keyOf, {
    marker: input.Marker,
    maxItems: input.MaxItems,
    most: PAGE_SIZE,
  });
  const functions = items.map(({ record, version, qualifier }) =>
    describeVersion(service, record, version, { qualifier, as: 'listed' }),
  );
  return { Functions: await Promise.all(functions), ...nextMarker };
};
