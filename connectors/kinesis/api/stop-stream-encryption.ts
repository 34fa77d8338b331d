import type { StopStreamEncryptionInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidParameter } from '../errors.ts';
import type { KinesisService } from '../service.ts';

/** Forgets the key that answers named. */
export const stopStreamEncryption: Operation<KinesisService, StopStreamEncryptionInput, object> = async (
  { directory },
  input,
  context,
) => {
  const stream = await directory.of(input, context);
  if (input.EncryptionType !== 'KMS') throw invalidParameter('The EncryptionType to stop must be KMS.');
  await directory.change(stream, (current) => ({ ...current, encryptionKeyId: undefined }));
  return {};
};
