import type { UpdateStreamRecordDistributionStrategyInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { unsupportedParameter } from '../errors.ts';
import type { KinesisService } from '../service.ts';

/** Records always go where their partition keys say. */
export const updateStreamRecordDistributionStrategy: Operation<
  KinesisService,
  UpdateStreamRecordDistributionStrategyInput,
  object
> = async ({ directory }, input, context) => {
  await directory.of(input, context);
  if (input.RecordDistributionStrategy === 'AUTO') throw unsupportedParameter('RecordDistributionStrategy AUTO');
  return {};
};
