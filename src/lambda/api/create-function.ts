import type { CreateFunctionRequest, FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { ownReference } from '../function/function-name.ts';
import type { FunctionRecord } from '../function/function-record.ts';
import { newSettings } from '../function/function-settings.ts';
import { firstVersion, publishVersion } from '../function/version.ts';
import { conflict, invalidParameter } from '../lambda-error.ts';
import { describeVersion, type LambdaService } from '../lambda-service.ts';
import { requireDeadLetterTarget } from '../policy/delivery-target.ts';
import { requireTagCount } from '../tags.ts';

const MAX_NAME_LENGTH = 64;

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const createFunction: Operation<LambdaService, CreateFunctionRequest, FunctionConfiguration> = async (
  service,
  input,
  context,
) => {
  const reference = ownReference(context, input.FunctionName ?? '');
  const { account, region, name } = reference;
  if (name.length > MAX_NAME_LENGTH) {
    throw invalidParameter(
      `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${MAX_NAME_LENGTH}`,
    );
  }
  const settings = newSettings(input);
  const tags = input.Tags ?? {};
  requireTagCount(tags);
  if (await service.functions.find(reference)) throw conflict(`Function already exist: ${name}`);
  await requireDeadLetterTarget(service.targets, settings.deadLetterArn);
  return service.code.accept(context, input.Code ?? {}, async (code) => {
    const created: FunctionRecord = {
      ...{ account, region, name, tags },
      latest: firstVersion(service, code, settings),
      ...{ versions: {}, lastVersion: 0, aliases: {}, policies: {}, invokeConfigs: {} },
    };
    const { record, version } = input.Publish
      ? publishVersion(service, created, { settling: true })
      : { record: created, version: created.latest };
    await service.functions.create(record);
    await service.runtimes.announce(name, settings.runtime);
    // Even when it publishes, the call answers with the function's own ARN.
    return describeVersion(service, record, version, { qualifier: undefined, as: 'full', settling: true });
  });
};
