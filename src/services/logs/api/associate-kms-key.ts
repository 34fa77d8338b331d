import type { AssociateKmsKeyRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { unsupported } from '../errors.ts';
import type { LogsService } from '../service.ts';

/** Keeps the key for clients to see; nothing is encrypted. */
export const associateKmsKey: Operation<LogsService, AssociateKmsKeyRequest, void> = async (
  { groups },
  input,
  context,
) => {
  if (input.resourceIdentifier !== undefined) throw unsupported('resourceIdentifier');
  const group = await groups.of(input, context);
  await groups.change(group, (current) => ({ ...current, kmsKeyId: input.kmsKeyId }));
};
