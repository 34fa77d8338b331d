import type { StartStreamEncryptionInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidParameter } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { updateStream } from '../stream/stream-update.ts';

/** Keeps the key, which answers then name; records are kept as they are. */
export const startStreamEncryption: Operation<KinesisService, StartStreamEncryptionInput, object> = async (
  service,
  input,
  context,
) => {
  const stream = await service.directory.of(input, context);
  if (input.EncryptionType !== 'KMS') throw invalidParameter('The EncryptionType to start must be KMS.');
  await updateStream(service, stream, (current) => ({ ...current, encryptionKeyId: input.KeyId }));
  return {};
};
