import type { IncreaseStreamRetentionPeriodInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidArgument } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { checkRetentionHours } from '../stream/retention-period.ts';
import { updateStream } from '../stream/stream-update.ts';

/** Keeps records longer. What has expired does not come back. */
export const increaseStreamRetentionPeriod: Operation<
  KinesisService,
  IncreaseStreamRetentionPeriodInput,
  object
> = async (service, input, context) => {
  const stream = await service.directory.of(input, context);
  const hours = checkRetentionHours(input.RetentionPeriodHours);
  await updateStream(service, stream, (current) => {
    if (hours < current.retentionHours) {
      throw invalidArgument(
        `Requested retention period (${hours} hours) for stream ${current.name} can not be shorter than existing retention period (${current.retentionHours} hours). Use DecreaseRetentionPeriod API.`,
      );
    }
    return { ...current, retentionHours: hours };
  });
  await service.retention.sweep();
  return {};
};
