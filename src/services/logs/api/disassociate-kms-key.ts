import type { DisassociateKmsKeyRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { unsupported } from '../errors.ts';
import type { LogsService } from '../service.ts';

/** Forgets the key. */
export const disassociateKmsKey: Operation<LogsService, DisassociateKmsKeyRequest, void> = async (
  { groups },
  input,
  context,
) => {
  if (input.resourceIdentifier !== undefined) throw unsupported('resourceIdentifier');
  const group = await groups.of(input, context);
  await groups.change(group, ({ kmsKeyId: _key, ...others }) => others);
};
