import type { DecreaseStreamRetentionPeriodInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidArgument } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { checkRetentionHours } from '../stream/retention-period.ts';
import { updateStream } from '../stream/stream-update.ts';

/** Keeps records less long: those that are older go at once. */
export const decreaseStreamRetentionPeriod: Operation<
  KinesisService,
  DecreaseStreamRetentionPeriodInput,
  object
> = async (service, input, context) => {
  const stream = await service.directory.of(input, context);
  const hours = checkRetentionHours(input.RetentionPeriodHours);
  await updateStream(service, stream, (current) => {
    if (hours > current.retentionHours) {
      throw invalidArgument(
        `Requested retention period (${hours} hours) for stream ${current.name} can not be longer than existing retention period (${current.retentionHours} hours). Use IncreaseRetentionPeriod API.`,
      );
    }
    return { ...current, retentionHours: hours };
  });
  await service.retention.sweep();
  return {};
};
