import type { PutResourcePolicyInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidArgument } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { changeResource } from '../stream/tagged-resource.ts';

/** Gives a stream or a consumer a policy in place of the one it had. */
export const putResourcePolicy: Operation<KinesisService, PutResourcePolicyInput, object> = async (
  { directory },
  { ResourceARN, Policy },
  context,
) => {
  const policy = checkPolicy(Policy ?? '');
  await changeResource(directory, ResourceARN, context, () => ({ policy }));
  return {};
};

/** A policy's form; it is stored as it came. */
function checkPolicy(text: string): string {
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === 'object' && policy !== null && 'Statement' in policy) return text;
  } catch {
    // Answered below.
  }
  throw invalidArgument('The policy is not a valid JSON policy document with statements.');
}
