import type { FunctionConfiguration, UpdateFunctionConfigurationRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { wholeFunction } from '../function/function-name.ts';
import { changedSettings } from '../function/function-settings.ts';
import { requireRevision, requireSettled, revisionOf } from '../function/revision.ts';
import { updateLatest } from '../function/version.ts';
import { describeVersion, type LambdaService, requireFunction } from '../lambda-service.ts';
import { requireDeadLetterTarget } from '../policy/delivery-target.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
export const updateFunctionConfiguration: Operation<
  LambdaService,
  UpdateFunctionConfigurationRequest,
  FunctionConfiguration
> = async (service, input, context) => {
  const reference = wholeFunction(context, input.FunctionName ?? '');
  const { name } = await requireFunction(service, reference);
  await requireDeadLetterTarget(service.targets, input.DeadLetterConfig?.TargetArn);
  const record = await service.functions.change(reference, (before) => {
    const nowMs = service.clock.nowMs();
    requireRevision(input.RevisionId, revisionOf(before.latest, nowMs));
    requireSettled(before, nowMs);
    return updateLatest(service, before, { settings: changedSettings(before.latest.settings, input) });
  });
  if (input.Runtime) await service.runtimes.announce(name, input.Runtime);
  return describeVersion(service, record, record.latest, { qualifier: undefined, as: 'full', settling: true });
};
