import type { StartStreamEncryptionInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidParameter } from '../errors.ts';
import type { KinesisService } from '../service.ts';

/** Keeps the key, which answers then name; records are kept as they are. */
export const startStreamEncryption: Operation<KinesisService, StartStreamEncryptionInput, object> = async (
  { directory },
  input,
  context,
) => {
  const stream = await directory.of(input, context);
  if (input.EncryptionType !== 'KMS') throw invalidParameter('The EncryptionType to start must be KMS.');
  await directory.change(stream, (current) => ({ ...current, encryptionKeyId: input.KeyId }));
  return {};
};
