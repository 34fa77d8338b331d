import type { GetResourcePolicyInput, GetResourcePolicyOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import type { KinesisService } from '../service.ts';
import { findResource } from '../stream/tagged-resource.ts';

/** The policy of a stream or a consumer; an empty one when there is none (recorded). */
export const getResourcePolicy: Operation<KinesisService, GetResourcePolicyInput, GetResourcePolicyOutput> = async (
  { directory },
  { ResourceARN },
  context,
) => {
  const { resource } = await findResource(directory, ResourceARN, context);
  return { Policy: resource.policy ?? '{}' };
};
