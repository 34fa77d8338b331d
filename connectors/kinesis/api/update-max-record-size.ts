import type { UpdateMaxRecordSizeInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { missingMember } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { updateStream } from '../stream/stream-update.ts';

/** Changes how large a record of the stream may be, up to 10 MiB. */
export const updateMaxRecordSize: Operation<KinesisService, UpdateMaxRecordSizeInput, object> = async (
  service,
  input,
  context,
) => {
  const stream = await service.directory.of(input, context);
  const maxRecordKiB = input.MaxRecordSizeInKiB;
  if (maxRecordKiB === undefined) throw missingMember('maxRecordSizeInKiB');
  await updateStream(service, stream, (current) => ({ ...current, maxRecordKiB }));
  return {};
};
