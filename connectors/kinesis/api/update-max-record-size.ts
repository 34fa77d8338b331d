import type { UpdateMaxRecordSizeInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { missingMember } from '../errors.ts';
import type { KinesisService } from '../service.ts';

/** Changes how large a record of the stream may be, up to 10 MiB. */
export const updateMaxRecordSize: Operation<KinesisService, UpdateMaxRecordSizeInput, object> = async (
  { directory },
  input,
  context,
) => {
  const stream = await directory.of(input, context);
  const maxRecordKiB = input.MaxRecordSizeInKiB;
  if (maxRecordKiB === undefined) throw missingMember('maxRecordSizeInKiB');
  await directory.change(stream, (current) => ({ ...current, maxRecordKiB }));
  return {};
};
