import type { GetFunctionRequest, GetFunctionResponse } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { ownReference } from '../function/function-name.ts';
import { describeVersion, type LambdaService, requireFunction, requireVersion } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
export const getFunction: Operation<LambdaService, GetFunctionRequest, GetFunctionResponse> = async (
  service,
  input,
  context,
) => {
  const reference = ownReference(context, input.FunctionName ?? '', input.Qualifier);
  const record = await requireFunction(service, reference);
  const version = requireVersion(record, reference);
  const { code } = version;
  return {
    Configuration: await describeVersion(service, record, version, { qualifier: reference.qualifier, as: 'full' }),
    Code:
      code.kind === 'archive'
        ? { RepositoryType: 'S3', Location: service.codeUrl(context.origin, code.sha256) }
        : { RepositoryType: 'local-folder', Location: `file://${code.path}` },
    ...(Object.keys(record.tags).length > 0 ? { Tags: { ...record.tags } } : {}),
    ...(record.reservedConcurrency === undefined
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: record.reservedConcurrency } }),
  };
};
