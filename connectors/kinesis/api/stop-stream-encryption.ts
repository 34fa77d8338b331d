import type { StopStreamEncryptionInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidParameter } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { updateStream } from '../stream/stream-update.ts';

/** Forgets the key that answers named. */
export const stopStreamEncryption: Operation<KinesisService, StopStreamEncryptionInput, object> = async (
  service,
  input,
  context,
) => {
  const stream = await service.directory.of(input, context);
  if (input.EncryptionType !== 'KMS') throw invalidParameter('The EncryptionType to stop must be KMS.');
  await updateStream(service, stream, (current) => ({ ...current, encryptionKeyId: undefined }));
  return {};
};
