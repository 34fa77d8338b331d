import type { DeleteResourcePolicyInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { notFound } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { changeResource } from '../stream/tagged-resource.ts';

/** Removes the policy of a stream or a consumer; refuses when it has none. */
export const deleteResourcePolicy: Operation<KinesisService, DeleteResourcePolicyInput, object> = async (
  { directory },
  { ResourceARN },
  context,
) => {
  await changeResource(directory, ResourceARN, context, ({ policy, arn }) => {
    if (policy === undefined) throw notFound(`No resource policy found for resource ARN ${arn}.`);
    return { policy: undefined };
  });
  return {};
};
